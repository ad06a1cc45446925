"""``balie-collector`` erase and erasures."""

# ruff: noqa: T201 (a command speaks by printing)

from __future__ import annotations

import argparse
import getpass
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from collector.attachments.letting_go import empty_log
from collector.attachments.models import REFERENCE, Erasure
from collector.attachments.ordering import UnknownAttachment, erase
from collector.attachments.standing import Standing, standings
from collector.ingest.models import Device

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse gives the type no public name)


def add_commands(subparsers: Subparsers) -> None:
    """Add the commands of this area to ``balie-collector``."""
    erasing = subparsers.add_parser(
        "erase",
        help="erase personal data, here and on every device",
        description="Erases attachments here at once and orders every device to do so; one that is "
        "offline does it when it is back. The journals stay as they are and still verify.",
    )
    erasing.add_argument("references", nargs="*", metavar="REFERENCE", help="an attachment")
    erasing.add_argument(
        "--person",
        action="append",
        default=[],
        metavar="SUBJECT",
        help="everything that is attached about a person; may be given several times",
    )
    erasing.set_defaults(run=_erase)
    listing = subparsers.add_parser(
        "erasures", help="show what was ordered; exit status 1 while a device has not done it yet"
    )
    listing.add_argument("--json", action="store_true", help="for programs: one JSON list")
    listing.set_defaults(run=_list)


def _erase(arguments: argparse.Namespace) -> int:
    references, subjects = arguments.references, arguments.person
    if not references and not subjects:
        raise SystemExit("Name what is to be erased: references, or --person SUBJECT.")
    try:
        done = erase(references, subjects, by=_whoever(), now=datetime.now(UTC))
    except (UnknownAttachment, ValueError) as refused:
        raise SystemExit(f"Nothing was erased: {refused}") from refused
    # Once more by itself: an order that was given before may have found somebody reading.
    if not empty_log():
        print("The database's log still holds it, because somebody reads: give the order again.")
    print(f"Erased here: {done.erased} of {done.held} attachments, the others before.")
    for each in standings(Erasure.objects.filter(value__in=[*references, *subjects])):
        print(_line(each))
    return 0


def _whoever() -> str:
    """Name the user of the system who gives the order; a container may have no names."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _list(arguments: argparse.Namespace) -> int:
    found = standings(Erasure.objects.all())
    if arguments.json:
        print(json.dumps([each.as_dict() for each in found], indent=2))
    else:
        for each in found:
            print(_line(each))
        if not found:
            print("Nothing was ordered to be erased.")
    return 0 if all(each.is_everywhere for each in found) else 1


def _line(each: Standing) -> str:
    what = "attachment" if each.erasure.what == REFERENCE else "person"
    where = "; ".join(_where(device) for device in each.waiting)
    return (
        f"{what} {each.erasure.value}, ordered {each.erasure.ordered:%Y-%m-%d %H:%M} UTC by "
        f"{each.erasure.ordered_by}, {each.attachments} attachments: "
        + (f"still to be erased on {where}" if where else "erased everywhere")
    )


def _where(device: Device) -> str:
    seen = f"{device.last_seen:%Y-%m-%d %H:%M} UTC" if device.last_seen else "never seen"
    if device.revoked:
        return f"{device.name} (revoked, its card is to be destroyed)"
    return f"{device.name} ({'online' if device.link == 'online' else f'offline since {seen}'})"
