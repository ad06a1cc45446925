"""A season from the counter to the back office: ``balie replay`` to the collector's ack.

    python tests/benchmarks/replay.py FILE [--limit N] [--json OUT]

FILE is UCI's "Online Retail" or a part of it, plain or compressed. The real programs run on
loopback: the register sells through its own services, the uplink sends over mosquitto with mutual
TLS, ingest stores in SQLite, all at the same time. It ends when the collector has acknowledged the
register's last entry. Then ``balie-collector export lines`` is compared with the file, per day and
article, to the penny and the piece; the exit status is 1 where they differ. Rates depend on the
machine and on who else uses it.
"""

# ruff: noqa: T201 (figures are printed)

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # so that this file can be run by its path

from appliance.store.directory import Directory  # noqa: E402 - the path comes first
from tests.world.shop import Sums, World  # noqa: E402 - the same

CEILING_S = 3600.0


class Shop(World):
    """A world whose register sells a recorded season by ``balie replay``.

    Args:
        folder: Where all of it lies.
        season: The recorded baskets it sells, as plain CSV.
        more: What else a world may be told.
    """

    def __init__(self, folder: Path, season: Path, **more: Any) -> None:
        super().__init__(folder, market="gb", **more)
        self._season, self._articles = season, folder / "articles.csv"

    def stock(self) -> None:
        """Bring in the articles of the season."""
        self.balie("replay", self._season, "--articles", self._articles)
        self.collector("import", "articles", self._articles)

    def has_articles(self) -> bool:
        """Tell whether the last of them has arrived at the register."""
        with self._articles.open(encoding="utf-8", newline="") as text:
            *_, last = csv.DictReader(text)
        with closing(Directory(self.data / "directory.db")) as directory:
            return directory.find(last["code"]) is not None

    def sell(self) -> subprocess.Popen[str]:
        """Begin to sell the season; what the command prints comes out of the process."""
        command = ("-m", "appliance", "replay", self._season, "--config", self.settings)
        return subprocess.Popen(
            [sys.executable, *map(str, command)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def sums_of(season: Path) -> Sums:
    """Return what the file says was sold, by no code of the house."""
    found: Sums = Counter()
    with season.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            day, code, pieces = row["InvoiceDate"][:10], row["StockCode"], int(row["Quantity"])
            found[day, code, "minor"] += int(Decimal(row["UnitPrice"]) * 100) * pieces
            found[day, code, "pieces"] += pieces
    return found


def unpack(file: Path, limit: int | None, season: Path) -> None:
    """Write the first invoices of a file, or all, as plain CSV."""
    opener = gzip.open if file.suffix == ".gz" else open
    wanted = dict[str, None]()
    with (
        opener(file, "rt", encoding="utf-8", newline="") as text,
        season.open("w", encoding="utf-8", newline="") as out,
    ):
        reader = csv.DictReader(text)
        writer = csv.DictWriter(out, reader.fieldnames or ())
        writer.writeheader()
        for row in reader:
            if limit is None or row["InvoiceNo"] in wanted or len(wanted) < limit:
                wanted[row["InvoiceNo"]] = None
                writer.writerow(row)


def measure(shop: Shop, season: Path) -> dict[str, float]:
    """Sell the season, wait for the ack of its last entry, and compare both ends."""
    selling = shop.sell()
    said, _ = selling.communicate()
    sold_at = time.monotonic()
    print(said, end="", flush=True)
    told = re.search(r"^([\d.]+) s · ", said, re.MULTILINE)
    if selling.returncode or told is None:
        raise SystemExit("The season was not sold.")
    shop.settle(ceiling_s=CEILING_S)
    head = shop.head()
    behind_s, sold_s = time.monotonic() - sold_at, float(told[1])
    standing, expected, found = shop.standing(), sums_of(season), shop.sums()
    return {
        "entries": head.sequence,
        "entries/s committed": round(head.sequence / sold_s, 1),
        "entries/s to the collector's ack": round(head.sequence / (sold_s + behind_s), 1),
        "seconds from the last sale to its ack": round(behind_s, 1),
        "load of the machine": round(os.getloadavg()[0], 1),
        "pence": sum(sum_ for key, sum_ in expected.items() if key[2] == "minor"),
        "days × articles": len(expected) // 2,
        "sums that differ": sum(expected[key] != found[key] for key in {*expected, *found}),
        "entries the collector lacks": head.sequence - standing["sequence"],
        "gaps": standing["gaps"],
        "forks": standing["forks"],
        "another head": int(shop.held() != head),
    }


FAULTS = ("sums that differ", "entries the collector lacks", "gaps", "forks", "another head")


def main() -> int:
    """Measure in a folder that goes away."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N invoices")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures there too")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="balie-season-") as name:
        season = Path(name) / "season.csv"
        unpack(chosen.file, chosen.limit, season)
        with Shop(Path(name), season) as shop:
            shop.make()
            shop.open()
            figures = measure(shop, season)
    for figure, value in figures.items():
        print(f"{figure:<40} {value:>14,}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 1 if any(figures[each] for each in FAULTS) else 0


if __name__ == "__main__":
    sys.exit(main())
