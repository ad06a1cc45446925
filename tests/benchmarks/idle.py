"""What an uplink costs that has nothing to do: connected, everything acknowledged, nobody sells.

    python tests/benchmarks/idle.py [--seconds 60] [--json FILE]

The real uplink, connected to mosquitto over mutual TLS with the collector listening.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # so that this file can be run by its path

from appliance.journal.store import Journal  # noqa: E402 - the path comes first
from tests.benchmarks.figures import Figure, at_most, processor_s, report  # noqa: E402 - the same
from tests.benchmarks.telling import CONNECTED  # noqa: E402 - the same
from tests.benchmarks.uplink import Till, opened  # noqa: E402 - the same
from tests.world.shop import DEVICE  # noqa: E402 - the same

ROUNDS = 5


def measure(till: Till, seconds: float) -> list[Figure]:
    """Watch for so long, in five parts."""
    share = Figure("processor of the idle uplink", "% of a core", "under 1", at_most(1))
    wakings = Figure("times it wakes", "a second")
    with Journal.open(till.data / "journal.db", DEVICE) as journal:
        journal.append(till.event())
        till.start("broker", "ingest", "uplink")
        till.hear(CONNECTED)
        till.hear(journal.head.sequence)
    process = till.running["uplink"].process.pid
    for _ in range(ROUNDS):
        used, woken, began = processor_s(process), _wakings(process), time.monotonic()
        time.sleep(seconds / ROUNDS)
        took = time.monotonic() - began
        share.values.append((processor_s(process) - used) / took * 100)
        wakings.values.append((_wakings(process) - woken) / took)
    return [share, wakings]


def _wakings(process: int) -> int:
    """Tell how often a process gave up its processor to wait for something."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("\nvoluntary_ctxt_switches:")[2].split(maxsplit=1)[0])


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with opened("sqlite") as till:
        figures = measure(till, chosen.seconds)
    report(f"load {os.getloadavg()[0]:.1f}", figures, chosen.json)


if __name__ == "__main__":
    main()
