"""A whole season from the counter to the back office: ``balie replay`` to the collector's ack.

    python tests/benchmarks/replay.py FILE [--limit N] [--json OUT]

FILE is UCI's "Online Retail" or a part of it, plain or compressed. The real programs run on
loopback: the register sells through its own services, the uplink sends over mosquitto with mutual
TLS, ingest stores in SQLite. Afterwards ``balie-collector export lines`` is compared with the file,
per day and article, to the penny; the exit status is 1 where they differ. Rates depend on the
machine and on who else uses it.
"""

# ruff: noqa: T201 (figures are printed)

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
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

from appliance.journal.reader import JournalReader  # noqa: E402 - the path comes first
from appliance.store.directory import Directory  # noqa: E402 - the same
from provisioning.workstation.debian import SYSTEM_PATH  # noqa: E402 - the same
from provisioning.workstation.demo.processes import Programs  # noqa: E402 - the same
from provisioning.workstation.demo.waiting import wait_for  # noqa: E402 - the same

DEVICE = "register-2"
CEILING_S = 3600.0


class Shop:
    """A back office and one register in a folder, on loopback."""

    def __init__(self, folder: Path, season: Path) -> None:
        self.register = folder / "register"
        self._folder, self._season = folder, season
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        authority = folder / "state" / "authority"
        self.environment = {
            "BALIE_STATE": str(folder / "state"),
            "BALIE_MARKET": "gb",
            "BALIE_BROKER": f"mqtts://127.0.0.1:{self._port}",
            "BALIE_BROKER_CA": str(authority / "ca.pem"),
            "BALIE_BROKER_CERTIFICATE": str(authority / "collector.pem"),
            "BALIE_BROKER_KEY": str(authority / "collector.key"),
            "PATH": SYSTEM_PATH,
        }

    def run(self, module: str, *words: object) -> str:
        """Run a command to its end and return what it said."""
        return subprocess.run(
            [sys.executable, "-m", module, *map(str, words)],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    def make(self) -> None:
        """Lay out the back office, the broker and the register, and bring in the articles."""
        self.run("collector", "migrate")
        self.run("collector", "authority", "init")
        self.run("collector", "broker-config", "--folder", self._broker, "--port", self._port)
        name = ("--name", "Two", "--register", "2", "--folder", self.register)
        self.run("collector", "device", "add", DEVICE, *name)
        (self.register / "balie.toml").write_text(
            f'[device]\nid = "{DEVICE}"\nname = "Two"\nregister = "2"\nmarket = "gb"\n'
            f'data = "data"\n[broker]\nhost = "127.0.0.1"\nport = {self._port}\n'
            'ca = "ca.pem"\ncertificate = "device.pem"\nkey = "device.key"\n'
        )
        (self.register / "data").mkdir()
        articles = self._folder / "articles.csv"
        self.run("appliance", "replay", self._season, "--articles", articles)
        self.run("collector", "import", "articles", articles)

    def start(self, programs: Programs) -> None:
        """Start broker, ingest and uplink, and wait until the articles have arrived."""
        config = str(self.register / "balie.toml")
        programs.start("broker", ["mosquitto", "-c", self._broker / "mosquitto.conf"])
        collector = [sys.executable, "-m", "collector", "ingest"]
        programs.start("ingest", collector, self.environment)
        uplink = [sys.executable, "-m", "appliance.uplink", "--config", config]
        programs.start("uplink", uplink, self.environment)
        wait_for("the articles to arrive", self._has_articles, watch=programs.watch)

    @property
    def _broker(self) -> Path:
        return self._folder / "broker"

    def _has_articles(self) -> bool:
        with (self._folder / "articles.csv").open(encoding="utf-8", newline="") as text:
            *_, last = csv.DictReader(text)
        with closing(Directory(self.register / "data" / "directory.db")) as directory:
            return directory.find(last["code"]) is not None

    def entries(self) -> int:
        """Return how many entries the register has."""
        with JournalReader.open(self.register / "data" / "journal.db") as journal:
            return journal.head.sequence

    def standing(self) -> dict[str, Any]:
        """Return what the back office holds of the register."""
        found: dict[str, Any] = json.loads(self.run("collector", "status", "--json"))[0]
        return found

    def lines(self) -> Counter[tuple[str, str]]:
        """Return the back office's pence for each day and article."""
        found: Counter[tuple[str, str]] = Counter()
        for row in csv.DictReader(self.run("collector", "export", "lines").splitlines()):
            found[row["day"], row["article"]] += int(Decimal(row["gross"]) * 100)
        return found


def lines_of(season: Path) -> Counter[tuple[str, str]]:
    """Return the file's pence for each day and article, by no code of the house."""
    found: Counter[tuple[str, str]] = Counter()
    with season.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            pence = int(Decimal(row["UnitPrice"]) * 100) * int(row["Quantity"])
            found[row["InvoiceDate"][:10], row["StockCode"]] += pence
    return found


def unpacked(file: Path, limit: int | None, folder: Path) -> Path:
    """Write the first invoices of a file, plain, and return where."""
    opener = gzip.open if file.suffix == ".gz" else open
    season, wanted = folder / "season.csv", dict[str, None]()
    with opener(file, "rt", encoding="utf-8", newline="") as text, season.open("w") as out:
        reader = csv.DictReader(text)
        writer = csv.DictWriter(out, reader.fieldnames or ())
        writer.writeheader()
        for row in reader:
            if limit is None or row["InvoiceNo"] in wanted or len(wanted) < limit:
                wanted[row["InvoiceNo"]] = None
                writer.writerow(row)
    return season


def measure(shop: Shop, season: Path) -> dict[str, Any]:
    """Sell the season and wait for the back office."""
    begun = time.monotonic()
    print(shop.run("appliance", "replay", season, "--config", shop.register / "balie.toml"), end="")
    sold_s = time.monotonic() - begun
    entries = shop.entries()
    wait_for(
        "the collector to hold it all",
        lambda: shop.standing()["sequence"] == entries,
        ceiling_s=CEILING_S,
    )
    acked_s = time.monotonic() - begun
    expected, found = lines_of(season), shop.lines()
    return {
        "entries": entries,
        "sold_s": round(sold_s, 1),
        "acked_s": round(acked_s, 1),
        "entries_per_s_to_ack": round(entries / acked_s, 1),
        "pence": sum(expected.values()),
        "days_and_articles": len(expected),
        "unequal": sum(expected[key] != found[key] for key in {*expected, *found}),
        "gaps": shop.standing()["gaps"],
    }


def main() -> int:
    """Measure in a folder that goes away."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int, help="only the first N invoices")
    parser.add_argument("--json", type=Path, help="write the figures there")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="balie-season-") as name,
        Programs(Path(name) / "logs") as programs,
    ):
        season = unpacked(chosen.file, chosen.limit, Path(name))
        shop = Shop(Path(name), season)
        shop.make()
        shop.start(programs)
        figures = measure(shop, season)
    for figure, value in figures.items():
        print(f"{figure:<24} {value:>14,}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 1 if figures["unequal"] or figures["gaps"] else 0


if __name__ == "__main__":
    sys.exit(main())
