"""What a commit of the journal costs, beside the limit: appending to a file and syncing it.

Run it by hand::

    python tests/benchmarks/journal.py [--folder DIR] [--rounds N] [--json FILE]

Counts (syncs, bytes) are exact; rates mean something only as ratios within one run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # so that this file can be run by its path

from appliance.journal import signing  # noqa: E402 - the path comes first
from appliance.journal.batch import pack  # noqa: E402 - the same
from appliance.journal.store import Event, Journal  # noqa: E402 - the same
from appliance.journal.writer import JournalWriter  # noqa: E402 - the same

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SIZES = ("small", "sold")
"""``small``: 8 lines in 1,480 bytes. ``sold``: 8 lines as the register records them."""

_NAMES = ("Espresso double", "Croissant au beurre", "Mineral water 50cl", "Tomatoes loose", "Bag")
_WRITE = re.compile(r"p?write(?:64)?\(\d+<(?P<path>[^>]*)>.* = (?P<bytes>\d+)$")
_SYNC = re.compile(r"f(?:data)?sync\(\d+<(?P<path>[^>]*)>")


def sale(number: int, size: str) -> Event:
    """Make up a sale of 8 lines."""
    chance = random.Random(number)
    lines = [_line(line, chance, size) for line in range(1, 9)]
    gross = sum(line["gross_minor"] for line in lines)
    net = round(gross / 1.09)
    tax = {"tax_class": "reduced", "rate_bp": 900, "net_minor": net, "tax_minor": gross - net}
    data = {
        "sale": f"{chance.getrandbits(128):032x}",
        "number": number,
        "cashier": "p1",
        "lines": lines,
        "taxes": [{**tax, "letter": "B", "gross_minor": gross}],
        "payments": [{"payment": 1, "tender": "cash", "amount_minor": gross}],
    }
    if size == "sold":
        data |= {
            "receipt": f"2-{number:06}",
            "register": "2",
            "kind": "sale",
            "opened": NOON.isoformat(),
            "completed": NOON.isoformat(),
            "day": "2026-11-22",
            "market": "nl",
            "currency": "EUR",
            "decimals": 2,
            "tax_inclusive": True,
            "tax_rounding": "per_rate",
            "rounding": "half_up",
            "removed": [],
            "totals": {"gross_minor": gross, "payable_minor": gross, "rounding_minor": 0},
        }
    return Event("balie.sale.completed.v1", data, NOON)


def _line(number: int, chance: random.Random, size: str) -> dict[str, object]:
    price = chance.randint(50, 3000)
    line: dict[str, object] = {
        "line": number,
        "article": f"{chance.randint(10**12, 10**13 - 1)}",
        "name": chance.choice(_NAMES),
        "gross_minor": price,
    }
    if size == "small":
        return line | {"quantity_milli": 1000, "rate_bp": 900}
    net = round(price / 1.09)
    return line | {
        "category": "breakfast",
        "unit": "piece",
        "quantity_milli": 1000,
        "unit_price_minor": price,
        "discount_minor": 0,
        "net_minor": net,
        "tax_minor": price - net,
        "tax_class": "reduced",
        "rate_bp": 900,
        "source": "scan",
    }


def append_marked(folder: Path, count: int, size: str) -> None:
    """Record sales through the writer, one by one, with marks around them for the counter."""
    marks = os.open(folder / "marks", os.O_CREAT | os.O_WRONLY)
    with JournalWriter(Journal.open(folder / "journal.db", "shop-1")) as writer:
        os.write(marks, b"begin")
        lengths = [len(writer.submit(sale(n, size)).result()[0].raw) for n in range(count)]
        os.write(marks, b"end")
    (folder / "lengths").write_text(json.dumps(lengths))


def can_count() -> bool:
    """Tell whether system calls can be counted here."""
    strace = shutil.which("strace")
    if strace is None:
        return False
    return subprocess.run([strace, "true"], capture_output=True, check=False).returncode == 0


def count_writes(folder: Path, count: int, size: str) -> dict[str, float]:
    """Count the syncs and bytes that sales cost, by watching a process that records them."""
    trace = folder.with_name(folder.name + ".trace")
    folder.mkdir()
    watch = ("strace", "-f", "-y", "-qq", "-e", "trace=write,pwrite64,fsync,fdatasync")
    record = (__file__, "--folder", folder, "--append", str(count), "--size", size)
    subprocess.run([*watch, "-o", trace, sys.executable, *record], check=True)
    calls = trace.read_text().split('"begin"', 1)[1].split('"end"', 1)[0].splitlines()
    writes = [match for line in calls if (match := _WRITE.search(line))]
    syncs = [match for line in calls if (match := _SYNC.search(line))]
    ours = str(folder / "journal.db")
    lengths = json.loads((folder / "lengths").read_text())
    written = sum(int(match["bytes"]) for match in writes if match["path"].startswith(ours))
    return {
        "entry_bytes": sum(lengths) / count,
        "syncs_per_sale": sum(match["path"].startswith(ours) for match in syncs) / count,
        "bytes_written_per_entry_byte": written / sum(lengths),
    }


def raw_rate(folder: Path, entries: list[bytes]) -> float:
    """Append entries to a file and sync after each: what the disk allows at most."""
    descriptor = os.open(folder / "raw", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    begun = time.perf_counter()
    for entry in entries:
        os.write(descriptor, entry)
        os.fdatasync(descriptor)
    spent = time.perf_counter() - begun
    os.close(descriptor)
    return len(entries) / spent


def journal_rate(journal: Journal, events: list[Event]) -> float:
    """Record sales one by one: make, chain, hash, commit."""
    begun = time.perf_counter()
    for event in events:
        journal.append(event)
        journal.tidy()
    return len(events) / (time.perf_counter() - begun)


def compare_rates(folder: Path, rounds: int, size: str, count: int = 20) -> dict[str, float]:
    """Take short turns between the journal and the bare file: a busy disk hits both alike.

    The journal has 500 sales already, so that its log is in use for the second time, as it is on
    every device after its first day.
    """
    events = [sale(number, size) for number in range(count)]
    with Journal.open(folder / f"{size}.db", "shop-1") as journal:
        journal_rate(journal, [sale(number, size) for number in range(500)])
        entries = [entry.raw for entry in journal.append(*events)]
        pairs = [(journal_rate(journal, events), raw_rate(folder, entries)) for _ in range(rounds)]
    return {
        "commits_per_s": statistics.median(pair[0] for pair in pairs),
        "raw_appends_per_s": statistics.median(pair[1] for pair in pairs),
        "commits_per_raw_append": statistics.median(pair[0] / pair[1] for pair in pairs),
        "rounds": rounds,
    }


def wire_share(folder: Path, size: str) -> dict[str, float]:
    """Tell what 50 sales weigh on the wire."""
    with Journal.open(folder / f"{size}-wire.db", "shop-1") as journal:
        entries = journal.append(*(sale(number, size) for number in range(50)))
    sent = pack(entries, stream="journal", device="shop-1", signer=signing.generate())
    return {"wire_bytes_per_entry_byte": len(sent) / sum(len(entry.raw) for entry in entries)}


def measure(folder: Path, rounds: int, count: int = 2000) -> dict[str, dict[str, float]]:
    """Take all figures, for both sizes of entries."""
    results: dict[str, dict[str, float]] = {}
    for size in SIZES:
        counted = count_writes(folder / size, count, size) if can_count() else {}
        results[size] = counted | compare_rates(folder, rounds, size) | wire_share(folder, size)
    return results


def main() -> None:
    """Print a table, and JSON if asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="where to write; the disk to be measured")
    parser.add_argument("--rounds", type=int, default=101)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    parser.add_argument("--append", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--size", choices=SIZES, default="small", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.append:
        append_marked(arguments.folder, arguments.append, arguments.size)
        return
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        results = measure(Path(folder), arguments.rounds)
    goals = {
        "syncs_per_sale": "at most 1.02",
        "bytes_written_per_entry_byte": "at most 7.5",
        "commits_per_raw_append": "at least 0.7",
        "wire_bytes_per_entry_byte": "at most 0.2, in batches of 50",
    }
    sys.stdout.write(f"{'':<32}{'small':>12}{'sold':>12}   goal\n")
    for name in ("entry_bytes", *goals, "commits_per_s", "raw_appends_per_s"):
        cells = [results[size].get(name) for size in SIZES]
        row = "".join("not counted".rjust(12) if c is None else f"{c:>12.3f}" for c in cells)
        sys.stdout.write(f"{name:<32}{row}   {goals.get(name, '')}\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
