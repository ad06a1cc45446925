"""``python -m drivers.bench --folder DIR``: the things at the counter, without the things."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

from drivers.bench.bench import Bench


def main() -> None:
    """Run a bench until it is interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m drivers.bench",
        description="A receipt printer, a cash drawer, a scanner, a scale, a customer display and a card "
        "terminal that exist only here, and speak the protocols of real ones.",
    )
    parser.add_argument("--folder", type=Path, required=True, help="where its lines are")
    parser.add_argument("--paper", type=Path, help="where receipts come out (default: the folder)")
    parser.add_argument("--host", default="127.0.0.1", help="address of the printer")
    parser.add_argument("--port", type=int, default=0, help="TCP port of the printer (0: any)")
    parser.add_argument("--columns", type=int, default=48, choices=(42, 48), help="of the paper")
    asked = parser.parse_args()
    try:
        bench = Bench(
            asked.folder, paper=asked.paper, host=asked.host, port=asked.port, columns=asked.columns
        )
    except OSError as error:
        parser.exit(1, f"The bench cannot start: {error}. Free it or choose another.\n")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: bench.stop())
    host, port = bench.address
    print(f"printer  {host}:{port}", flush=True)  # noqa: T201  # this is a command
    print(f"paper    {bench.tray.folder}", flush=True)  # noqa: T201  # this is a command
    try:
        bench.run()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # it is stopping already
        bench.close()


if __name__ == "__main__":
    main()
