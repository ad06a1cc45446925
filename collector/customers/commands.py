"""``balie-collector`` customers: the list as CSV, out and in."""

# ruff: noqa: T201 (a command speaks by printing)

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from collector.customers.files import read_customers, take, write_customers
from collector.directory.files import FileRefused

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse gives the type no public name)


def add_commands(subparsers: Subparsers) -> None:
    """Add the commands of this area to ``balie-collector``."""
    parser = subparsers.add_parser("customers", help="customers as CSV: export, import")
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    out = what.add_parser("export", help="everybody, with points and what is allowed since when")
    out.set_defaults(run=_export)
    taking = what.add_parser(
        "import",
        help="take a list of customers whole, or say everything that is wrong with it",
        description=read_customers.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    taking.add_argument("file", type=Path, metavar="FILE")
    taking.add_argument("--dry-run", action="store_true", help="change nothing")
    taking.set_defaults(run=_import)


def _export(_: argparse.Namespace) -> None:
    write_customers(sys.stdout)


def _import(arguments: argparse.Namespace) -> None:
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        raise SystemExit(f"{arguments.file} cannot be read: {error.strerror}.") from error
    try:
        rows = read_customers(arguments.file.name, content)
    except FileRefused as refused:
        raise SystemExit(str(refused)) from refused
    if not arguments.dry_run:
        take(rows, by="import", now=datetime.now(UTC))
    would = "would be new" if arguments.dry_run else "are new"
    print(f"{len(rows)} customers {would}.")
