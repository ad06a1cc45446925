"""Single entries of many devices, each signed, stored and acknowledged, beside a plain loop.

    python tests/benchmarks/singles.py [--database postgresql] [--entries 4000] [--devices 200]
        [--rounds 5] [--json FILE]

Ours is the ingest process as it is: chain and signature checked, stored, watermark advanced,
committed, acknowledged to the device. The peer is the loop that is written everywhere: paho, one
INSERT and one commit for each message. Both take the same messages from the same kind of broker and
store in the same kind of database; a round is over when the last entry is there.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import orjson
import paho.mqtt.client as paho
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # so that this file can be run by its path

from appliance.journal.batch import pack  # noqa: E402 - the path comes first
from appliance.journal.entry import ZERO_HASH, Watermark, make  # noqa: E402 - the same
from appliance.journal.signing import generate, public_pem, save  # noqa: E402 - the same
from appliance.journal.topics import Leaf, topic  # noqa: E402 - the same
from tests.benchmarks.figures import Figure, at_least, report, take_turns  # noqa: E402 - the same
from tests.benchmarks.ingest import sale  # noqa: E402 - the same
from tests.benchmarks.posting import keeper  # noqa: E402 - the same
from tests.benchmarks.receiving import wait_for_a_listener  # noqa: E402 - the same
from tests.benchmarks.spraying import broker, spray  # noqa: E402 - the same
from tests.benchmarks.uplink import postgresql_or_none  # noqa: E402 - the same
from tests.world.shop import DATABASES  # noqa: E402 - the same

CEILING_S = 600.0
Message = tuple[str, bytes]
_DEVICE = (
    "insert into ingest_device (id, name, register, public_key, created, link, reported)"
    " values ({0}, {0}, '2', {0}, {0}, 'offline', '{{}}')"
)


def loop(port: int, address: str) -> None:
    """The peer: insert and commit each message in its callback."""
    keep = keeper(address)

    def on_message(_client: object, _data: object, message: paho.MQTTMessage) -> None:
        if message.payload:
            entry = orjson.loads(message.payload)
            keep(f"{entry['source']} {entry['id']}", entry["time"], message.payload)

    client = paho.Client(CallbackAPIVersion.VERSION2, "loop", protocol=paho.MQTTv5)
    client.on_connect = lambda *_: client.subscribe("balie/#", 1)
    client.on_message = on_message
    client.connect("127.0.0.1", port)
    client.loop_forever()


class Shop:
    """A database with devices in it, and their journals.

    Args:
        folder: Where it lies.
        address: A PostgreSQL; SQLite in the folder without.
    """

    def __init__(self, folder: Path, address: str | None) -> None:
        self.folder = folder
        save(generate(), folder / "collector.key")
        self.address = address or f"sqlite:///{folder / 'collector.db'}"
        self._round = 0

    def command(self, port: int, *words: str) -> subprocess.Popen[bytes]:
        """Start a program of the collector."""
        told = {
            "BALIE_STATE": str(self.folder),
            "BALIE_BROKER": f"mqtt://127.0.0.1:{port}",
            "BALIE_DIRECTORY_KEY_FILE": str(self.folder / "collector.key"),
            "DATABASE_URL": self.address,
        }
        log = (self.folder / "log").open("ab")
        with log:
            return subprocess.Popen(
                [sys.executable, *words], cwd=ROOT, env={**os.environ, **told}, stderr=log
            )

    def migrate(self) -> None:
        """Make the tables."""
        if self.command(0, "-m", "collector", "migrate").wait():
            raise SystemExit((self.folder / "log").read_text())

    def journals(self, devices: int, entries: int) -> tuple[list[Message], list[Message]]:
        """Enrol new devices; return their entries in turn, signed one by one, and as they are."""
        self._round += 1
        signed, plain, places = [], [], {}
        names = [f"register-{self._round}-{number}" for number in range(devices)]
        keys = {name: generate() for name in names}
        now = datetime.now(UTC).isoformat(" ").removesuffix("+00:00")
        self.execute(_DEVICE, [(name, name, public_pem(keys[name]), now) for name in names])
        for number in range(entries):
            name = names[number % devices]
            after = places.get(name, Watermark(1, 0, ZERO_HASH))
            data = sale(self._round * devices + number % devices, number)
            entry = make(
                after,
                device=name,
                type="balie.sale.completed.v1",
                time=datetime.now(UTC),
                data=data,
            )
            places[name] = entry.watermark
            where = topic(name, Leaf.JOURNAL)
            payload = pack([entry], stream="journal", device=name, signer=keys[name])
            signed.append((where, payload))
            plain.append((where, entry.raw))
        return signed, plain

    def execute(self, statement: str, rows: list[tuple[str, ...]]) -> None:
        """Write rows."""
        if self.address.startswith("sqlite"):
            with closing(sqlite3.connect(self.folder / "collector.db")) as database, database:
                database.executemany(statement.format("?"), rows)
            return
        with psycopg.connect(self.address) as server, server.cursor() as cursor:
            cursor.executemany(statement.format("%s"), rows)

    def count(self, what: str) -> int:
        """Ask for one number."""
        if self.address.startswith("sqlite"):
            with closing(sqlite3.connect(self.folder / "collector.db", timeout=60)) as database:
                return int(database.execute(what).fetchone()[0])
        with psycopg.connect(self.address) as server:
            found = server.execute(what).fetchone()
            return int(found[0]) if found else 0

    def until(self, what: str, wanted: int, process: subprocess.Popen[bytes]) -> None:
        """Wait for a number, asking seldom enough not to be in the way."""
        end = time.monotonic() + CEILING_S
        while self.count(what) < wanted:
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit((self.folder / "log").read_text()[-3000:])
            time.sleep(0.02)


PROVEN = "select coalesce(sum(sequence), 0) from ingest_watermark"
POSTED = "select count(*) from posted"


def through(shop: Shop, messages: list[Message], asked: str, *words: str) -> float:
    """Let a program take all messages; return entries a second."""
    with broker(shop.folder) as port:
        process = shop.command(port, *(word.format(port=port) for word in words))
        try:
            wait_for_a_listener(port)
            before = shop.count(asked)
            began = time.perf_counter()
            spray(port, messages)
            shop.until(asked, before + len(messages), process)
            return len(messages) / (time.perf_counter() - began)
        finally:
            process.kill()
            process.wait()


def measure(shop: Shop, devices: int, entries: int, rounds: int) -> list[Figure]:
    """Run the rounds; the loop gets a tenth of the entries, which is enough to know its pace."""
    ours, theirs = Figure("ingest", "entries/s"), Figure("plain loop", "entries/s")
    ratio = Figure("ingest ÷ plain loop", "", "at least 12", at_least(12))
    shop.migrate()
    keeper(shop.address)
    this = ("-m", "tests.benchmarks.singles", "--loop", "{port}", shop.address)

    def by_ingest() -> None:
        signed, _ = shop.journals(devices, entries)
        ours.values.append(through(shop, signed, PROVEN, "-m", "collector", "ingest"))

    def by_loop() -> None:
        _, plain = shop.journals(devices, max(entries // 10, 1))
        theirs.values.append(through(shop, plain, POSTED, *this))

    take_turns((by_ingest, by_loop), rounds)
    ratio.values += [a / b for a, b in zip(ours.values, theirs.values, strict=True)]
    return [ours, theirs, ratio]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--database", choices=DATABASES, default="postgresql")
    parser.add_argument("--entries", type=int, default=4000)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--loop", nargs=2, metavar=("PORT", "DATABASE_URL"))
    chosen = parser.parse_args()
    if chosen.loop:
        loop(int(chosen.loop[0]), chosen.loop[1])
        return
    with (
        tempfile.TemporaryDirectory(prefix="balie-benchmark-") as name,
        postgresql_or_none(chosen.database) as address,
    ):
        shop = Shop(Path(name), address)
        figures = measure(shop, chosen.devices, chosen.entries, chosen.rounds)
    report(f"{chosen.database}, load {os.getloadavg()[0]:.1f}", figures, chosen.json)


if __name__ == "__main__":
    main()
