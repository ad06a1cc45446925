"""An entry and its place in its device's chain, checked again as it is shown."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from appliance.journal.entry import parse
from collector.archive.held import Found, find, hash_of
from collector.ingest.models import Entry, Watermark


class Derived(Protocol):
    """A row that was made from one entry."""

    device_id: str
    epoch: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Place:
    """An entry in its chain.

    Attributes:
        entry: The entry as stored.
        content: The entry read, for what no table holds, such as removed lines.
        text: Its JSON, laid out for people; the bytes themselves are never changed.
        hash_fits: Whether the stored bytes still have the stored hash.
        chain_fits: Whether it names the entry before it by that one's hash.
        is_proven: Whether it lies at or below the device's watermark.
        file: The archive it is in, empty where it is in the database.
    """

    entry: Entry
    content: dict[str, Any]
    text: str
    hash_fits: bool
    chain_fits: bool
    is_proven: bool
    file: str = ""

    @property
    def fits(self) -> bool:
        """Whether every check agrees."""
        return self.hash_fits and self.chain_fits and self.is_proven


def data_of(row: Derived) -> dict[str, Any]:
    """Read what the entry of a row says, also from the archive.

    Raises:
        Entry.DoesNotExist: The projection names an entry that is not there.
        ArchiveError: The file it is archived in is missing or was altered.
    """
    found = find(row.device_id, row.epoch, row.sequence)
    raw = bytes(_held(row).raw) if found is None else found.raw
    data: dict[str, Any] = json.loads(raw)["data"]
    return data


def place_of(row: Derived) -> Place:
    """Find the entry of a row, also in the archive, and check it against its neighbours.

    Raises:
        Entry.DoesNotExist: The projection names an entry that is not there.
        ArchiveError: The file it is archived in is missing or was altered.
    """
    found = find(row.device_id, row.epoch, row.sequence)
    entry = _held(row) if found is None else _archived(row, found)
    before = _hash_before(entry) if found is None else found.before
    raw = bytes(entry.raw)
    content: dict[str, Any] = json.loads(raw)
    mark = Watermark.objects.filter(device=entry.device_id, epoch=entry.epoch).first()
    return Place(
        entry=entry,
        content=content,
        text=json.dumps(content, indent=2, ensure_ascii=False),
        hash_fits=hashlib.sha256(raw).hexdigest() == entry.hash,
        chain_fits=content.get("previous") == entry.previous == before,
        is_proven=mark is not None and entry.sequence <= mark.sequence,
        file=found.file if found else "",
    )


def _held(row: Derived) -> Entry:
    return Entry.objects.get(device=row.device_id, epoch=row.epoch, sequence=row.sequence)


def _archived(row: Derived, found: Found) -> Entry:
    """Make the row anew that the entry had; it is not kept."""
    entry = parse(found.raw)
    return Entry(
        device_id=row.device_id,
        epoch=entry.epoch,
        sequence=entry.sequence,
        hash=found.hash,
        previous=entry.previous,
        type=entry.type,
        time=datetime.fromisoformat(entry.time),
        raw=found.raw,
        received=found.received,
    )


def _hash_before(entry: Entry) -> str | None:
    if entry.sequence == 1:
        return "0" * 64
    before = Entry.objects.filter(
        device=entry.device_id, epoch=entry.epoch, sequence=entry.sequence - 1
    ).first()
    if before is not None:
        return before.hash
    return hash_of(entry.device_id, entry.epoch, entry.sequence - 1)
