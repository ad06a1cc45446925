"""``balie-collector archive``."""

# ruff: noqa: T201 (a command speaks by printing)

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

from collector.archive.announcing import announce
from collector.archive.archiving import ArchiveTaken, Run, archive
from collector.archive.checking import check
from collector.archive.models import Archive
from collector.archive.taking_in import take_in

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse gives the type no public name)


def add_commands(subparsers: Subparsers) -> None:
    """Add the commands of this area to ``balie-collector``."""
    parser = subparsers.add_parser(
        "archive",
        help="move old entries into compressed files, check these, or take them in again",
        description="Moves entries received before a day out of the database into compressed "
        "files that 'balie journal verify' reads. It may be killed at any moment and run again, "
        "every night if you like. Exit status 1: something was not archived or is not as it was.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--before", type=date.fromisoformat, metavar="DAY", help="archive what came before this day"
    )
    what.add_argument(
        "--keep-days", type=int, metavar="N", help="archive what came more than so many days ago"
    )
    what.add_argument("--check", action="store_true", help="read every file and prove all of it")
    what.add_argument(
        "--take-in",
        action="store_true",
        help="after restoring a backup: learn from files that the database does not know",
    )
    parser.add_argument(
        "--folder", type=Path, metavar="OUT", help="where the files are; else BALIE_ARCHIVE"
    )
    parser.add_argument("--device", metavar="ID", help="this device alone")
    parser.set_defaults(run=_archive)


def _archive(arguments: argparse.Namespace) -> int:
    if arguments.check:
        return _check(arguments.device)
    folder, now = arguments.folder or settings.BALIE_ARCHIVE, datetime.now(UTC)
    chosen = {"now": now, "device": arguments.device, "done": _tell}
    try:
        run = (
            take_in(folder, **chosen)
            if arguments.take_in
            else archive(_moment(arguments, now), folder, **chosen)
        )
    except ArchiveTaken as taken:
        raise SystemExit(str(taken)) from taken
    except OSError as refused:
        raise SystemExit(
            f"The archive cannot be written ({refused}): nothing was removed that is not in a "
            "finished file. Make room or mend the disk, then run this again."
        ) from refused
    told = announce(now)
    return _conclude(run, told)


def _moment(arguments: argparse.Namespace, now: datetime) -> datetime:
    """Return the midnight before which entries are old."""
    zone = ZoneInfo(settings.TIME_ZONE)
    day = arguments.before
    if day is None:
        day = now.astimezone(zone).date() - timedelta(days=arguments.keep_days)
    return datetime.combine(day, time(), zone)


def _tell(each: Archive) -> None:
    entries = each.last - each.first + 1
    share = each.size / each.raw_size
    print(
        f"{each.device_id}  {each.epoch}.{each.first} to {each.until}, {entries} entries in "
        f"{each.file}, {each.size} bytes ({share:.0%} of theirs)"
    )


def _conclude(run: Run, told: int) -> int:
    for sentence in run.refused:
        print(f"! {sentence}")
    if not run.archives and not run.refused:
        print("Nothing is old enough to be archived.")
    if told:
        print(f"{told} devices are told that they may let go of what is archived.")
    return 1 if run.refused else 0


def _check(device: str | None) -> int:
    faults = files = 0
    for each in check(device):
        files += 1
        faults += bool(each.fault)
        print(f"{each.archive.file}  {each.fault or 'sound'}")
    print(f"{files} files, {faults} of them not as they should be.")
    return 1 if faults else 0
