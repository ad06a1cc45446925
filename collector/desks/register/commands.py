"""``balie-collector export``: figures as CSV; ``shifts``: every Z held against the sales."""

# ruff: noqa: T201 (a command speaks by printing)

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from collector.desks.register import exports
from collector.desks.register.exports import EXPORTS, write_csv
from collector.desks.register.shifts import shift_reports

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse gives the type no public name)


def add_commands(subparsers: Subparsers) -> None:
    """Add the commands of this area to ``balie-collector``."""
    export = subparsers.add_parser(
        "export",
        help="write figures as CSV",
        description=exports.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    export.add_argument("kind", choices=list(EXPORTS))
    export.add_argument("--from", dest="first", type=_day, metavar="DAY", help="first business day")
    export.add_argument("--to", dest="last", type=_day, metavar="DAY", help="last business day")
    export.add_argument(
        "-o", dest="output", type=Path, metavar="FILE", help="where to, instead of the terminal"
    )
    export.set_defaults(run=_export)
    shifts = subparsers.add_parser(
        "shifts", help="hold every Z against the sales that arrived; fails where one differs"
    )
    shifts.set_defaults(run=_shifts)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day is written 2026-11-22, found {text!r}") from None


def _export(arguments: argparse.Namespace) -> None:
    if arguments.first and arguments.last and arguments.last < arguments.first:
        raise SystemExit(
            f"--to should not lie before --from, but {arguments.last} is before "
            f"{arguments.first}: turn them round."
        )
    if arguments.output is None:
        write_csv(arguments.kind, sys.stdout, arguments.first, arguments.last)
        return
    try:
        with arguments.output.open("w", encoding="utf-8", newline="") as file:
            count = write_csv(arguments.kind, file, arguments.first, arguments.last)
    except OSError as refused:
        raise SystemExit(f"{arguments.output} cannot be written: {refused}") from refused
    print(f"{count} {arguments.kind} written to {arguments.output}.", file=sys.stderr)


def _shifts(_arguments: argparse.Namespace) -> None:
    unequal = 0
    for report in shift_reports():
        print(report.line())
        unequal += not report.is_equal
    if unequal:
        raise SystemExit(f"{unequal} Z differ from the sales that arrived: see the lines above.")
