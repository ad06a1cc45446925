"""The command line of the collector: ``balie-collector``.

Each area brings its own commands in a module ``commands`` with ``add_commands(subparsers)``. A
command sets ``run`` to a function that takes the parsed arguments and returns an exit status or
None; when it cannot do its work it raises ``SystemExit`` with one sentence.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import django
from django.db import OperationalError, ProgrammingError

AREAS = {
    "collector.ingest": ("migrate", "ingest", "status", "rebuild", "recover", "verify"),
    "collector.archive": ("archive",),
    "collector.attachments": ("erase", "erasures"),
    "collector.directory": ("import", "set"),
    "collector.customers": ("customers",),
    "collector.ledgers": ("ledger",),
    "collector.desks.register": ("export", "shifts"),
    "collector.enrolment": ("authority", "device", "broker-config", "admit", "door"),
    "collector.counters": ("profile", "counter"),
    "collector.updates": ("update",),
    "collector.office": ("web", "user"),
    "collector.simulate": ("simulate",),
}
"""Which commands each area brings: only the area of the one that was asked for is loaded."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collector.settings")
    try:
        django.setup()
    except ValueError as wrong_setting:
        raise SystemExit(str(wrong_setting)) from wrong_setting
    words = sys.argv[1:] if arguments is None else list(arguments)
    chosen = _parser(*words[:1]).parse_args(words)
    try:
        return int(chosen.run(chosen) or 0)
    except (OperationalError, ProgrammingError) as refused:
        raise SystemExit(
            f"The database refused ({refused}). Is it running, and has "
            "'balie-collector migrate' been run since the last update?"
        ) from refused
    except BrokenPipeError:
        # The reader of our output, such as head, has had enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser(command: str = "") -> argparse.ArgumentParser:
    """Return the parser with the commands of one command's area, or with all for any other word."""
    parser = argparse.ArgumentParser(
        prog="balie-collector", description="Balie's back office: gather, keep, show and export."
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for area in [area for area, commands in AREAS.items() if command in commands] or AREAS:
        import_module(f"{area}.commands").add_commands(subparsers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
