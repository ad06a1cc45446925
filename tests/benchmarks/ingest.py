"""How fast the collector takes in journals: entries a second, beside a bare writer to SQLite.

    python tests/benchmarks/ingest.py [--entries 20000] [--batch 50] [--rounds 5]

Each round takes the same signed batches twice, in turn: through ingest as it is (unpack, check the
chain and the signature, store, advance the watermark, commit), and through a bare writer that puts
ready-made rows into a table of the same shape, 2,000 to a transaction. Both commit to the disk. Figures
(sales, lines, payments, taxes) are derived afterwards and reported apart. Only the ratios mean
something on a machine that others use too.
"""

# ruff: noqa: PLC0415, T201 (Django is set up before its models are imported; figures are printed)

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DEVICES = 10
TOGETHER = 20
"""Batches a turn takes, as when a backlog arrives."""
BARE_TOGETHER = 2000

Payload = tuple[str, bytes]


def sale(device: int, number: int) -> dict[str, Any]:
    """Make the data of a sale of eight lines."""
    lines = [
        {
            "line": line,
            "article": f"87104002805{line:02d}",
            "name": f"Article number {line}",
            "category": "dairy",
            "unit": "piece",
            "quantity_milli": 1000,
            "unit_price_minor": 109,
            "discount_minor": 0,
            "tax_class": "reduced",
            "source": "scan",
            "gross_minor": 109,
            "net_minor": 100,
            "tax_minor": 9,
            "rate_bp": 900,
        }
        for line in range(1, 9)
    ]
    sums = {"net_minor": 800, "tax_minor": 72, "gross_minor": 872}
    payment = {"payment": 1, "tender": "cash", "amount_minor": 872, "tendered_minor": 1000}
    return {
        "sale": f"{device:016x}{number:016x}",
        "number": number,
        "receipt": f"{device}-{number:06d}",
        "register": str(device),
        "kind": "sale",
        "opened": "2026-11-22T10:00:41+01:00",
        "completed": "2026-11-22T10:01:01+01:00",
        "day": "2026-11-22",
        "cashier": "p1",
        "market": "nl",
        "currency": "EUR",
        "decimals": 2,
        "lines": lines,
        "removed": [],
        "taxes": [{"tax_class": "reduced", "letter": "B", "rate_bp": 900, **sums}],
        "totals": {**sums, "rounding_minor": 0, "payable_minor": 872, "items_milli": 8000},
        "payments": [{**payment, "change_minor": 128, "reference": None}],
    }


def make_batches(device: int, name: str, key: Any, count: int, size: int) -> list[Payload]:
    """Make a device's journal and pack it."""
    from appliance.journal.batch import pack
    from appliance.journal.entry import ZERO_HASH, Watermark, make

    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    place, entries = Watermark(1, 0, ZERO_HASH), []
    for number in range(1, count + 1):
        data = sale(device, number)
        entry = make(place, device=name, type="balie.sale.completed.v1", time=at, data=data)
        entries.append(entry)
        place = entry.watermark
    return [
        (name, pack(entries[first : first + size], stream="journal", device=name, signer=key))
        for first in range(0, count, size)
    ]


def through_ingest(payloads: Sequence[Payload]) -> float:
    """Take batches in as the worker does, without a broker; return the seconds."""
    from collector.ingest.checking import check
    from collector.ingest.devices import find_devices
    from collector.ingest.storing import store

    began = time.perf_counter()
    for start in range(0, len(payloads), TOGETHER):
        turn = payloads[start : start + TOGETHER]
        known = find_devices({name for name, _ in turn})
        checked = [check(name, known.get(name), payload) for name, payload in turn]
        store(checked, (), now=datetime.now(UTC))
    return time.perf_counter() - began


def through_bare_writer(payloads: Sequence[Payload], file: Path) -> float:
    """Write the same entries as ready-made rows; return the seconds."""
    from appliance.journal.batch import unpack

    rows = [
        (name, e.epoch, e.sequence, e.hash, e.previous, e.type, e.time, e.raw, e.time)
        for name, payload in payloads
        for e in unpack(payload).entries
    ]
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.executescript(
            "pragma journal_mode=wal; pragma synchronous=full; create table entry (device text,"
            " epoch integer, sequence integer, hash text, previous text, type text, time text,"
            " raw blob, received text, primary key (device, epoch, sequence));"
        )
        began = time.perf_counter()
        for start in range(0, len(rows), BARE_TOGETHER):
            database.execute("begin immediate")
            database.executemany(
                "insert into entry values (?,?,?,?,?,?,?,?,?) on conflict do nothing",
                rows[start : start + BARE_TOGETHER],
            )
            database.execute("commit")
        return time.perf_counter() - began


def derive_figures() -> float:
    """Derive all figures that are due; return the seconds."""
    from collector.ingest.projecting import Projector

    projector = Projector.from_settings()
    began = time.perf_counter()
    for place in projector.behind():
        while projector.follow(place):
            pass
    return time.perf_counter() - began


def report(name: str, values: Sequence[float], unit: str) -> None:
    """Print the median and the range of a figure."""
    low, middle, high = min(values), statistics.median(values), max(values)
    digits = 2 if high < 100 else 0
    print(f"{name:<44} {middle:>9,.{digits}f} ({low:,.{digits}f}-{high:,.{digits}f}) {unit}")


def measure(entries: int, size: int, rounds: int, folder: Path) -> None:
    """Run the rounds and report."""
    from appliance.journal.signing import generate, public_pem
    from collector.ingest.models import Device
    from collector.ingest.worker import collect_garbage_less_often

    collect_garbage_less_often()
    each = entries // DEVICES
    taken: dict[str, list[float]] = {"ingest": [], "bare": [], "figures": [], "ratio": []}
    raw = wire = 0
    for round_ in range(rounds):
        journals = []
        for device in range(DEVICES):
            key, name = generate(), f"register-{round_}-{device}"
            Device.objects.create(id=name, name=name, register="1", public_key=public_pem(key))
            journals.append(make_batches(round_ * DEVICES + device, name, key, each, size))
        payloads = [payload for together in zip(*journals, strict=True) for payload in together]
        bare_file = folder / f"bare-{round_}.db"
        # Who goes first changes from round to round.
        bare_s = through_bare_writer(payloads, bare_file) if round_ % 2 else 0.0
        ingest_s = through_ingest(payloads)
        bare_s = bare_s or through_bare_writer(payloads, bare_file)
        figures_s = derive_figures()
        taken["ingest"].append(each * DEVICES / ingest_s)
        taken["bare"].append(each * DEVICES / bare_s)
        taken["ratio"].append(bare_s / ingest_s)
        taken["figures"].append(each * DEVICES / figures_s)
        wire += sum(len(payload) for _, payload in payloads)
        raw += sum(_raw_bytes(payload) for _, payload in payloads)
    report(f"ingest, batches of {size}, signed", taken["ingest"], "entries/s")
    report("bare writer, 2,000 to a transaction", taken["bare"], "entries/s")
    report("ingest ÷ bare writer", taken["ratio"], "")
    report("figures, sales of 8 lines", taken["figures"], "entries/s")
    print(f"{'wire ÷ raw JSON':<44} {wire / raw:>9.3f}")


def _raw_bytes(payload: bytes) -> int:
    from appliance.journal.batch import unpack

    return sum(len(entry.raw) for entry in unpack(payload).entries)


def main() -> None:
    """Measure in a folder that goes away."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="balie-benchmark-") as name:
        os.environ["DJANGO_SETTINGS_MODULE"] = "collector.settings"
        os.environ["BALIE_STATE"] = name
        from collector.__main__ import main as balie_collector

        balie_collector(["migrate"])
        measure(chosen.entries, chosen.batch, chosen.rounds, Path(name))


if __name__ == "__main__":
    main()
