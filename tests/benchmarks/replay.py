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
import socket
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

from appliance.journal.entry import Watermark  # noqa: E402 - the path comes first
from appliance.journal.reader import JournalReader  # noqa: E402 - the same
from appliance.store.directory import Directory  # noqa: E402 - the same
from appliance.uplink.state import LinkReader  # noqa: E402 - the same
from provisioning.workstation.debian import SYSTEM_PATH  # noqa: E402 - the same
from provisioning.workstation.demo.processes import Program, Programs  # noqa: E402 - the same
from provisioning.workstation.demo.waiting import wait_for  # noqa: E402 - the same

DEVICE = "register-2"
PROGRAMS = ("broker", "ingest", "uplink")
CEILING_S = 3600.0

Sums = Counter[tuple[str, str, str]]
"""Pence and pieces by day and article: ``("2010-12-01", "85123A", "pence")``."""


class Shop:
    """A back office and one register in a folder, on loopback.

    Args:
        folder: Where all of it lies.
        season: The recorded baskets it sells, as plain CSV.
    """

    def __init__(self, folder: Path, season: Path) -> None:
        self.data = folder / "register" / "data"
        self._folder, self._season = folder, season
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        authority = folder / "state" / "authority"
        self._told = {
            "BALIE_STATE": str(folder / "state"),
            "BALIE_MARKET": "gb",
            "BALIE_BROKER": f"mqtts://127.0.0.1:{self._port}",
            "BALIE_BROKER_CA": str(authority / "ca.pem"),
            "BALIE_BROKER_CERTIFICATE": str(authority / "collector.pem"),
            "BALIE_BROKER_KEY": str(authority / "collector.key"),
            "PATH": SYSTEM_PATH,
        }
        self._settings = folder / "register" / "balie.toml"
        self._commands = {
            "broker": ["mosquitto", "-c", str(folder / "broker" / "mosquitto.conf")],
            "ingest": [sys.executable, "-m", "collector", "ingest"],
            "uplink": _balie("uplink", "--config", self._settings),
        }

    def make(self) -> None:
        """Lay out the back office, the broker and the register, and bring in the articles."""
        self.collector("migrate")
        self.collector("authority", "init")
        self.collector("broker-config", "--folder", self._folder / "broker", "--port", self._port)
        name = ("--name", "Two", "--register", "2", "--folder", self._folder / "register")
        self.collector("device", "add", DEVICE, *name)
        self._settings.write_text(
            f'[device]\nid = "{DEVICE}"\nname = "Two"\nregister = "2"\nmarket = "gb"\n'
            'language = "en"\ndata = "data"\n'
            f'[broker]\nhost = "127.0.0.1"\nport = {self._port}\n'
            'ca = "ca.pem"\ncertificate = "device.pem"\nkey = "device.key"\n'
        )
        self.data.mkdir()
        self._run(_balie("replay", self._season, "--articles", self._articles))
        self.collector("import", "articles", self._articles)

    def start(self, programs: Programs, name: str) -> Program:
        """Start one of `PROGRAMS`."""
        return programs.start(name, self._commands[name], self._told)

    def open(self, programs: Programs) -> None:
        """Start all programs and wait until the articles have arrived at the register."""
        for name in PROGRAMS:
            self.start(programs, name)
        wait_for("the articles to arrive", self._has_articles, watch=programs.watch)

    def sell(self) -> subprocess.Popen[str]:
        """Begin to sell the season; what the command prints comes out of the process."""
        return subprocess.Popen(
            _balie("replay", self._season, "--config", self._settings),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def collector(self, *words: object) -> str:
        """Run a command of the back office and return what it printed."""
        return self._run([sys.executable, "-m", "collector", *map(str, words)])

    def head(self) -> Watermark:
        """Return the last entry of the register."""
        with JournalReader.open(self.data / "journal.db") as journal:
            return journal.head

    def acked(self) -> Watermark:
        """Return up to where the register knows the collector to hold its journal."""
        with closing(LinkReader(self.data / "uplink.db")) as link:
            return link.read().acked

    def standing(self) -> dict[str, Any]:
        """Return what the back office holds of the register."""
        found: dict[str, Any] = json.loads(self.collector("status", "--json"))[0]
        return found

    def held(self) -> Watermark:
        """Return up to where the back office says it holds the register's journal."""
        standing = self.standing()
        return Watermark(standing["epoch"], standing["sequence"], standing["hash"])

    def sums(self) -> Sums:
        """Return what the back office says was sold."""
        found: Sums = Counter()
        for row in csv.DictReader(self.collector("export", "lines").splitlines()):
            found[row["day"], row["article"], "pence"] += int(Decimal(row["gross"]) * 100)
            found[row["day"], row["article"], "pieces"] += int(row["quantity"])
        return found

    @property
    def _articles(self) -> Path:
        return self._folder / "articles.csv"

    def _has_articles(self) -> bool:
        with self._articles.open(encoding="utf-8", newline="") as text:
            *_, last = csv.DictReader(text)
        with closing(Directory(self.data / "directory.db")) as directory:
            return directory.find(last["code"]) is not None

    def _run(self, command: list[str]) -> str:
        ended = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **self._told},
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            raise SystemExit(f"{' '.join(command)} refused: {ended.stdout}{ended.stderr}")
        return ended.stdout


def _balie(*words: object) -> list[str]:
    return [sys.executable, "-m", "appliance", *map(str, words)]


def sums_of(season: Path) -> Sums:
    """Return what the file says was sold, by no code of the house."""
    found: Sums = Counter()
    with season.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            day, code, pieces = row["InvoiceDate"][:10], row["StockCode"], int(row["Quantity"])
            found[day, code, "pence"] += int(Decimal(row["UnitPrice"]) * 100) * pieces
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


def measure(shop: Shop, season: Path, programs: Programs) -> dict[str, float]:
    """Sell the season, wait for the ack of its last entry, and compare both ends."""
    selling = shop.sell()
    said, _ = selling.communicate()
    sold_at = time.monotonic()
    print(said, end="", flush=True)
    told = re.search(r"^([\d.]+) s · ", said, re.MULTILINE)
    if selling.returncode or told is None:
        raise SystemExit("The season was not sold.")
    head = shop.head()
    wait_for(
        "the collector's ack",
        lambda: shop.acked() == head,
        ceiling_s=CEILING_S,
        watch=programs.watch,
    )
    behind_s, sold_s = time.monotonic() - sold_at, float(told[1])
    standing, expected, found = shop.standing(), sums_of(season), shop.sums()
    return {
        "entries": head.sequence,
        "entries/s committed": round(head.sequence / sold_s, 1),
        "entries/s to the collector's ack": round(head.sequence / (sold_s + behind_s), 1),
        "seconds from the last sale to its ack": round(behind_s, 1),
        "load of the machine": round(os.getloadavg()[0], 1),
        "pence": sum(sum_ for key, sum_ in expected.items() if key[2] == "pence"),
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
    with (
        tempfile.TemporaryDirectory(prefix="balie-season-") as name,
        Programs(Path(name) / "logs") as programs,
    ):
        season = Path(name) / "season.csv"
        unpack(chosen.file, chosen.limit, season)
        shop = Shop(Path(name), season)
        shop.make()
        shop.open(programs)
        figures = measure(shop, season, programs)
    for figure, value in figures.items():
        print(f"{figure:<40} {value:>14,}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 1 if any(figures[each] for each in FAULTS) else 0


if __name__ == "__main__":
    sys.exit(main())
