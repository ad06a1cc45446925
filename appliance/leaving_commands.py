"""``balie unsent`` and ``balie reset``; see `appliance.leaving`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from appliance.config import Settings

SETTINGS = Path("/etc/balie/balie.toml")
DONE, LEFT, NOT_DONE = 0, 1, 2
"""Exit statuses: the device may be let go of, something is only here, it could not be done."""


def add_commands(subparsers: Any) -> None:
    """Add both commands; each sets ``run``, which returns the exit status."""
    asking = subparsers.add_parser(
        "unsent",
        help="say what only this device holds; ask it before an update",
        description="Says what the collector does not hold yet. Ask it before a device is updated "
        "or its card is written anew. Exit status: 0 nothing is lost by that, 1 something is only "
        "here, 2 nobody knows.",
    )
    _add_arguments(asking)
    asking.set_defaults(run=_unsent)
    resetting = subparsers.add_parser(
        "reset",
        help="make the device as new; refuses while anything is unsent",
        description="Removes everything the device keeps. Its name goes on: receipt numbers, Z "
        "numbers and perpetual totals begin above those it used, enrolled or not. "
        "Exit status: 0 done, 1 something is only here and nothing was reset, 2 not done.",
    )
    _add_arguments(resetting)
    resetting.set_defaults(run=_reset)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        default=Path(os.environ.get("BALIE_CONFIG", SETTINGS)),
        help="the device's settings (default: %(default)s, or BALIE_CONFIG)",
    )
    parser.add_argument(
        "--export",
        type=Path,
        metavar="FILE",
        help="copy the whole journal there first, to a disk that stays, and check it",
    )


def _unsent(arguments: argparse.Namespace) -> int:
    from appliance.leaving import (  # noqa: PLC0415 - loads the stores, as every command here
        export,
        unsent,
    )

    def ask(settings: Settings) -> int:
        left = unsent(settings)
        sys.stdout.write(f"{left}\n")
        if not left.count:
            return DONE
        if arguments.export is None:
            return LEFT
        _say_copied(export(settings, arguments.export), arguments.export)
        return DONE

    return _run(arguments.config, ask)


def _reset(arguments: argparse.Namespace) -> int:
    from appliance.leaving import LeftError, reset  # noqa: PLC0415 - as above

    def ask(settings: Settings) -> int:
        try:
            copied = reset(settings, arguments.export)
        except LeftError as left:
            sys.stderr.write(f"Nothing was reset. {left}\n")
            return LEFT
        if copied:
            _say_copied(copied, arguments.export)
        sys.stdout.write("The device is as new. Start its uplink, then its desk.\n")
        return DONE

    return _run(arguments.config, ask)


def _say_copied(count: int, target: Path) -> None:
    sys.stdout.write(f"{count} entries are in {target}, and the copy is sound.\n")


def _run(config: Path, ask: Any) -> int:
    from appliance.build import DeskTakenError  # noqa: PLC0415 - as above
    from appliance.config import ConfigError, load  # noqa: PLC0415 - the same
    from appliance.journal.errors import JournalError  # noqa: PLC0415 - the same

    try:
        status: int = ask(load(config))
    except (ConfigError, DeskTakenError, JournalError, OSError) as error:
        sys.stderr.write(f"Not done: {error}\n")
        return NOT_DONE
    return status
