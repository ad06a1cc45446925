"""``balie uplink``: the process that carries the journal up and the directory down."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SETTINGS = Path("/etc/balie/balie.toml")


def add_command(subparsers: Any) -> None:
    """Add ``uplink``; it sets ``run``, which returns the exit status."""
    parser = subparsers.add_parser("uplink", help="send what was sold, fetch prices and people")
    _add_arguments(parser)
    parser.set_defaults(run=_run)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the uplink from its own command line."""
    parser = argparse.ArgumentParser(prog="balie uplink")
    _add_arguments(parser)
    return _run(parser.parse_args(arguments))


def _run(arguments: argparse.Namespace) -> int:
    # The network's libraries are large: the desk, which shares this command line, needs none.
    from appliance.uplink.process import run  # noqa: PLC0415 - as said above

    return run(arguments.config)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        default=Path(os.environ.get("BALIE_CONFIG", SETTINGS)),
        help="the device's settings (default: %(default)s, or BALIE_CONFIG)",
    )


if __name__ == "__main__":
    sys.exit(main())
