"""``balie-collector`` migrate, ingest, status, recover, verify and rebuild."""

# ruff: noqa: T201 (a command speaks by printing)

from __future__ import annotations

import argparse
import json
import logging
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from appliance.journal.archive import ArchiveError
from appliance.journal.errors import KeyUnreadable
from collector.archive.held import archived_in_words
from collector.ingest import recovering, verifying
from collector.ingest.broker import BrokerSettingError
from collector.ingest.projecting import Projector
from collector.ingest.receiving import ReceivingError
from collector.ingest.standing import Standing, standings

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse gives the type no public name)

log = logging.getLogger("collector.ingest")


def add_commands(subparsers: Subparsers) -> None:
    """Add the commands of this area to ``balie-collector``."""
    migrate = subparsers.add_parser("migrate", help="make the tables, or bring them up to date")
    migrate.set_defaults(run=_migrate)
    ingest = subparsers.add_parser("ingest", help="take what devices send, until told to stop")
    ingest.set_defaults(run=_ingest)
    status = subparsers.add_parser(
        "status", help="show what is held of every device; exit status 1 when a person is needed"
    )
    status.add_argument("--json", action="store_true", help="for programs: one JSON list")
    status.set_defaults(run=_status)
    rebuild = subparsers.add_parser(
        "rebuild", help="derive all sales, lines, payments and taxes from the entries anew"
    )
    rebuild.set_defaults(run=_rebuild)
    recovering.add_command(subparsers)
    verifying.add_command(subparsers)


def _migrate(_arguments: argparse.Namespace) -> None:
    settings.BALIE_STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        Path(settings.DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    print(f"The tables are up to date in {_database()}.")


def _database() -> str:
    """Name the database without its password."""
    chosen = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        return str(chosen["NAME"])
    return f"{connection.display_name} database {chosen['NAME']}"


def _ingest(_arguments: argparse.Namespace) -> None:
    from collector.build import build_ingest  # noqa: PLC0415 (only this command needs the parts joined)

    try:
        ingest = build_ingest()
    except (BrokerSettingError, KeyUnreadable) as refused:
        raise SystemExit(str(refused)) from refused
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info(
        "Ingest listens at %s to shards %s and stores in %s",
        settings.BALIE_BROKER,
        settings.BALIE_SHARDS,
        _database(),
    )
    try:
        ingest.run(stop)
    except ReceivingError as dead:
        raise SystemExit(str(dead)) from dead
    log.info("Ingest has stopped; %s entries were stored", ingest.entries)


def _status(arguments: argparse.Namespace) -> int:
    found = standings()
    if arguments.json:
        print(json.dumps([each.as_dict() for each in found], indent=2))
    else:
        for each in found:
            print(_line(each))
            for sentence in archived_in_words(each.device):
                print(f"  {sentence}")
            for sentence in each.alarms:
                print(f"  ! {sentence}")
        if not found:
            print("No device is enrolled: add one with 'balie-collector device add'.")
    return 0 if all(each.well for each in found) else 1


def _line(each: Standing) -> str:
    seen = "never seen"
    if each.last_seen is not None:
        seen = f"last seen {each.last_seen.isoformat(sep=' ', timespec='seconds')}"
    told = "nothing yet" if each.epoch == 0 else f"epoch {each.epoch} · collector {each.sequence}"
    figures = f" · figures {each.figures} behind" if each.figures else ""
    return (
        f"{each.device}  {each.link}, {seen} · {told}"
        f" · gaps {each.gaps} · forks {each.forks}{figures}"
    )


def _rebuild(_arguments: argparse.Namespace) -> None:
    try:
        count = Projector.from_settings().rebuild()
    except ArchiveError as error:
        raise SystemExit(
            f"The figures are as they were: {error}. Put the file back, or say where the archive "
            "is with BALIE_ARCHIVE; 'balie-collector archive --check' looks at all of them."
        ) from error
    print(f"All figures are derived anew from {count} epochs.")
