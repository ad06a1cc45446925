"""``balie peripherals``; see `appliance.peripherals` and ``balie-peripherals.service``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from appliance.peripherals import Address

SETTINGS = Path("/etc/balie/balie.toml")
DONE, NOT_DONE = 0, 1


def add_command(subparsers: Any) -> None:
    """Add ``peripherals``, which sets ``run``."""
    parser = subparsers.add_parser(
        "peripherals",
        help="say which addresses in the network the desk may reach",
        description="Says where in the network the counter's printer and card terminal stand, and "
        "what is wrong with what is set instead of an address. A unit of the device has systemd let "
        "the desk reach these and nothing else. Exit status: 0 said, 1 the settings cannot be read.",
    )
    parser.add_argument(
        "--config",
        type=Path,
        default=Path(os.environ.get("BALIE_CONFIG", SETTINGS)),
        help="the device's settings (default: %(default)s, or BALIE_CONFIG)",
    )
    parser.add_argument(
        "--to",
        type=Path,
        metavar="FILE",
        help="write them as properties of a unit, one in a line",
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from appliance.config import ConfigError  # noqa: PLC0415 - each command loads its own
    from appliance.peripherals import (  # noqa: PLC0415 - the same
        let_through,
        places,
        settings_in_use,
    )

    try:
        settings = settings_in_use(arguments.config)
        addresses, wrong = let_through(place for each in settings for place in places(each))
        if arguments.to is not None:
            arguments.to.write_text(as_properties(addresses), encoding="ascii")
    except (ConfigError, OSError) as error:
        sys.stderr.write(f"The desk reaches what it reached before: {error}\n")
        return NOT_DONE
    for address in addresses:
        sys.stdout.write(f"{address}\n")
    for each in wrong:
        sys.stderr.write(f"Not let through: {each}\n")
    return DONE


def as_properties(addresses: Iterable[Address]) -> str:
    """Return what systemd's own command sets, in lines."""
    return "".join(f"IPAddressAllow={each}\n" for each in addresses)
