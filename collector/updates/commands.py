"""``balie-collector update``: take a version in, offer it, and say how far devices are."""

# ruff: noqa: T201  # a command speaks by printing

from __future__ import annotations

import argparse
import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.domain.update import EARLY, EVERYONE, FIRST, HELD_BACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # argparse gives the type no public name

RINGS = {"nobody": HELD_BACK, "first": FIRST, "early": EARLY, "everyone": EVERYONE}
_PIECE = 1 << 20


def add_commands(subparsers: Subparsers) -> None:
    """Add ``update`` to ``balie-collector``."""
    parser = subparsers.add_parser("update", help="new versions for devices")
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="take a signed bundle in; nobody is offered it yet")
    add.add_argument("file", type=Path, metavar="FILE")
    add.set_defaults(run=_add)
    offering = actions.add_parser("offer", help="offer a version to a ring and all before it")
    offering.add_argument("version", metavar="VERSION")
    offering.add_argument("--to", choices=list(RINGS), default="first", help="(default: first)")
    offering.set_defaults(run=_offer)
    ring = actions.add_parser("ring", help="put a device into a ring; nobody: it is held back")
    ring.add_argument("device", metavar="ID")
    ring.add_argument("ring", choices=list(RINGS))
    ring.set_defaults(run=_ring)
    status = actions.add_parser("status", help="say how far each device is")
    status.set_defaults(run=_status)


def _add(arguments: argparse.Namespace) -> None:
    from collector.updates import offering  # noqa: PLC0415  # models load after Django is set up
    from collector.updates.bundles import BundleError  # noqa: PLC0415  # the same

    try:
        kept = offering.take_in(
            _pieces(arguments.file), by=getpass.getuser(), now=datetime.now(UTC)
        )
    except (BundleError, OSError) as refused:
        raise SystemExit(str(refused)) from refused
    print(f"Version {kept.version} is here. Offer it: balie-collector update offer {kept.version}")


def _offer(arguments: argparse.Namespace) -> None:
    from collector.updates import offering  # noqa: PLC0415  # the same
    from collector.updates.models import Bundle  # noqa: PLC0415  # the same

    found = Bundle.objects.filter(version=arguments.version).first()
    if found is None:
        known = ", ".join(Bundle.objects.values_list("version", flat=True)) or "none"
        raise SystemExit(
            f"Expected a version that is here, found {arguments.version}; there are: {known}. "
            "Take it in with balie-collector update add FILE."
        )
    offering.offer(found, RINGS[arguments.to], datetime.now(UTC))
    print(f"Version {found.version} is offered to: {arguments.to}.")


def _ring(arguments: argparse.Namespace) -> None:
    from collector.ingest.models import Device  # noqa: PLC0415  # the same
    from collector.updates import offering  # noqa: PLC0415  # the same

    if not Device.objects.filter(pk=arguments.device).exists():
        raise SystemExit(
            f"Expected a device that is enrolled, found none called {arguments.device}. "
            "balie-collector status lists the devices."
        )
    offering.put_into(arguments.device, RINGS[arguments.ring], datetime.now(UTC))
    print(f"{arguments.device} is in the ring: {arguments.ring}.")


def _status(_: argparse.Namespace) -> None:
    from collector.updates.standing import standings  # noqa: PLC0415  # the same

    for each in standings():
        why = f" ({each.report.why.value})" if each.report and each.report.why else ""
        print(
            f"{each.device.pk}: runs {each.runs or 'nothing known'}, offered "
            f"{each.offered or 'nothing'}, {each.state}{why}"
        )


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while piece := source.read(_PIECE):
            yield piece
