"""``balie admit``: the part of letting a device in that has the network."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

FOLDER = Path("/var/lib/balie")
DONE, FAILED = 0, 1


def add_command(subparsers: Any) -> None:
    """Add ``admit``; it sets ``run``, which returns the exit status."""
    parser = subparsers.add_parser("admit", help="have the back office let this device in")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(os.environ.get("BALIE_FOLDER", FOLDER)),
        help="the device's own folder (default: %(default)s, or BALIE_FOLDER)",
    )
    parser.add_argument("--file", type=Path, help="a file that may hold a code, such as enrol.txt")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    # The desk, which shares this command line, needs nothing of the network.
    from appliance.door.admitting import Doorkeeper  # noqa: PLC0415 - as said above
    from appliance.door.refusals import NotLetInError  # noqa: PLC0415 - the same

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        Doorkeeper(arguments.folder, arguments.file).run(stop)
    except (NotLetInError, OSError) as error:
        sys.stderr.write(f"This device cannot be let in: {error}\n")
        return FAILED
    return DONE
