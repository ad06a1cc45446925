"""``balie replay``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_commands(subparsers: Any) -> None:
    """Add ``replay``; it sets ``run``, which returns the exit status."""
    parser = subparsers.add_parser(
        "replay",
        help="sell recorded baskets at their recorded times",
        description="Sells the invoices of a file (UCI Online Retail, plain or .gz) through the "
        "register, cancellations as returns. The articles must be on the device: write their "
        "list with --articles, import it with balie-collector import articles, and wait until "
        "it has arrived. The desk must not be running meanwhile.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the recorded baskets")
    parser.add_argument("--limit", type=_count, metavar="N", help="only the first N baskets")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--config", type=Path, metavar="BALIE.TOML", help="the device that sells")
    way.add_argument("--articles", type=Path, metavar="OUT.CSV", help="write the articles instead")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    # It loads the whole house, which the other commands should not wait for.
    from appliance.replay.running import run  # noqa: PLC0415 - so

    return run(arguments)


def _count(text: str) -> int:
    """Read a whole number above zero, or let argparse say what was expected."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"a number above zero was expected, found “{text}”")
    return int(text)
