"""What an entry weighs: on the wire, in SQLite, in PostgreSQL, with the figures made from it.

    python tests/benchmarks/storage.py [--entries 10000] [--json FILE]

Simulated devices' own sales of 8 lines go through ingest as it is, in batches of 50. Nothing is
timed: these are bytes, and the same on every machine.
"""

# ruff: noqa: PLC0415, T201 (Django is set up before its models are imported; figures are printed)

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # so that this file can be run by its path

from tests.world import postgresql  # noqa: E402 - the path comes first

TOGETHER = 50
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def fill(entries: int) -> dict[str, float]:
    """Let so many entries of ten devices be taken in; return bytes for each of them."""
    import django

    django.setup()
    from django.core.management import call_command

    from appliance.domain.market import load
    from appliance.journal.batch import pack
    from appliance.journal.entry import START
    from appliance.journal.signing import generate, public_pem
    from collector.ingest.models import Device
    from collector.simulate.ledger import Ledger
    from collector.simulate.sales import Sales
    from tests.collector.till import Collector

    call_command("migrate", interactive=False, verbosity=0)
    collector = Collector()
    sales = Sales(load("nl"), random.Random(1), AT)
    raw = packed = alone = 0
    for number in range(1, 11):
        name, key = f"simulated-{number:04}", generate()
        Device.objects.create(id=name, name=name, register=f"S{number}", public_key=public_pem(key))
        ledger = Ledger(name, held=START, epoch=1, software="", now=AT, made_at=0.0)
        for sold in range(1, entries // 10):
            now = AT + timedelta(seconds=40 * sold)
            ledger.append("balie.sale.completed.v1", sales.make(f"S{number}", sold, now), now, 0.0)
        lines = list(ledger.entries(START, entries))
        for first in range(0, len(lines), TOGETHER):
            chosen = lines[first : first + TOGETHER]
            payload = pack(chosen, stream="journal", device=name, signer=key)
            collector.take(payload, device=name)
            packed += len(payload)
            raw += sum(len(line.raw) for line in chosen)
        alone += sum(
            len(pack([line], stream="journal", device=name, signer=key)) for line in lines[:100]
        )
    while collector.ingest._behind:
        collector.ingest.turn([])
    whole, journal = _size()
    return {
        "entry": raw / entries,
        "wire, alone": alone / 1000,
        "wire, by 50": packed / entries,
        "stored entry": journal / entries,
        "with figures": whole / entries,
    }


def _size() -> tuple[int, int]:
    """Return the bytes of the database, and those of entries and what proves them."""
    from django.db import connection

    tables = ("ingest_entry", "ingest_signature", "ingest_watermark")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            whole = cursor.fetchone()[0] - EMPTY_POSTGRESQL
            cursor.execute(
                "SELECT sum(pg_total_relation_size(t::regclass)) FROM unnest(%s::text[]) t",
                [list(tables)],
            )
            return whole, int(cursor.fetchone()[0])
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        whole = Path(connection.settings_dict["NAME"]).stat().st_size
        # What the entries take is what is given back without them.
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 (the three above)
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return whole, whole - Path(connection.settings_dict["NAME"]).stat().st_size


EMPTY_POSTGRESQL = 8_000_000
"""About what a PostgreSQL database has before anything is in it."""


def measure(entries: int, database_url: str) -> dict[str, float]:
    """Fill a database in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="balie-storage-") as name:
        told = {
            **os.environ,
            "BALIE_STATE": name,
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "collector.settings",
            "BALIE_LOG": "ERROR",
        }
        command = [sys.executable, __file__, "--fill", "--entries", str(entries)]
        ended = subprocess.run(command, env=told, check=True, stdout=subprocess.PIPE, text=True)
        return dict(json.loads(ended.stdout.splitlines()[-1]))


def main() -> int:
    """Measure both kinds of database."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.fill:
        print(json.dumps(fill(chosen.entries)))
        return 0
    found = {"SQLite": measure(chosen.entries, "")}
    if not postgresql.available():
        with postgresql.server() as address:
            found["PostgreSQL"] = measure(chosen.entries, address)
    for database, row in found.items():
        for what, size in row.items():
            print(f"{database:<12}{what:<16}{size:>10,.0f} bytes for each entry")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
