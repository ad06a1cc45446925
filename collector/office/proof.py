"""How far each device's journal is here and proven: "device N · collector N · gaps 0"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from collector.directory.models import Cursor, DirectoryEntry
from collector.ingest.models import Device, Entry
from collector.ingest.standing import Standing, standings


@dataclass(frozen=True, slots=True)
class Proof:
    """What is here of one device.

    Attributes:
        device: Whose.
        standing: What is held, missing and set aside.
        device_sequence: The highest entry known to exist of its latest epoch: told by the device
            or stored here.
        collector_sequence: The highest of that epoch below which nothing is missing and all is
            proven.
        directory_behind: How many changes of the directory it has not received yet; None when it
            has never said how far it is.
    """

    device: Device
    standing: Standing
    device_sequence: int
    collector_sequence: int
    directory_behind: int | None

    @property
    def gaps(self) -> int:
        """How many entries below the highest stored one are missing."""
        return self.standing.gaps

    @property
    def unsent(self) -> int:
        """How many entries are known to exist that are not proven here yet."""
        return max(0, self.device_sequence - self.collector_sequence)

    @property
    def is_complete(self) -> bool:
        """Whether everything known to exist is here and proven."""
        return self.standing.well and not self.unsent


def proofs(devices: Iterable[Device]) -> list[Proof]:
    """Work out the proof of some devices, in the order of their registers."""
    standing_of = {standing.device: standing for standing in standings()}
    head = DirectoryEntry.objects.order_by("-epoch", "-sequence").first()
    cursors = {cursor.device_id: cursor for cursor in Cursor.objects.all()}
    found = []
    for device in sorted(devices, key=_place_in_list):
        standing = standing_of[device.pk]
        exists, proven = _reach(device, standing)
        behind = _behind(cursors.get(device.pk), head)
        found.append(Proof(device, standing, exists, proven, behind))
    return found


def _place_in_list(device: Device) -> tuple[bool, int, str]:
    """Put numbered registers first, in the order of their numbers."""
    number = int(device.register) if device.register.isdecimal() else 0
    return not number, number, device.register


def _reach(device: Device, standing: Standing) -> tuple[int, int]:
    """Return the highest entry of the latest epoch that exists, and the highest that is proven."""
    epoch, told = _told(device)
    if epoch > standing.epoch:
        return told, 0
    stored = Entry.objects.filter(device=device, epoch=standing.epoch).aggregate(
        highest=Max("sequence")
    )
    told = told if epoch == standing.epoch else 0
    return max(told, stored["highest"] or 0, standing.sequence), standing.sequence


def _told(device: Device) -> tuple[int, int]:
    """Return the epoch and sequence the device said it had when it connected.

    A report is whatever a device chose to send: what is not two counts is passed over.
    """
    head: Any = device.reported.get("head")
    if not isinstance(head, dict):
        return 0, 0
    epoch, sequence = head.get("epoch"), head.get("sequence")
    if isinstance(epoch, int) and isinstance(sequence, int):
        return epoch, sequence
    return 0, 0


def _behind(cursor: Cursor | None, head: DirectoryEntry | None) -> int | None:
    if cursor is None:
        return None
    if head is None:
        return 0
    if cursor.epoch != head.epoch:
        return head.sequence
    return max(0, head.sequence - cursor.sequence)
