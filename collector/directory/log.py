"""The directory's log: what every device is to know, as one chained stream of entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

import orjson
from django.db import connection

from appliance.journal.entry import START, ZERO_HASH, Entry, Line, Watermark, make
from collector.directory.models import DirectoryEntry, DirectoryHead
from collector.ingest.sql import insert_new

CHANGED = "balie.directory.changed.v1"
SOURCE = "/collector"
ROWS_IN_A_PART = 100
SETTINGS_IN_A_PART_BYTES = 64 * 1024
"""Far below what an entry may weigh: there may be one setting for each device."""


def head() -> Watermark:
    """Return the place of the last entry, ``START`` before the first."""
    found = DirectoryHead.objects.values_list("epoch", "sequence", "hash").first()
    return Watermark(*found) if found else START


def lock() -> Watermark:
    """Return the place of the last entry and keep others from adding until the transaction ends.

    Whoever changes what devices are told of beside the directory's own tables (customers, balances,
    erasures) takes this before the first row of it, and a watermark, where it needs one, before
    this. So nobody waits in a circle for somebody who waits for him.
    """
    insert_new(connection, DirectoryHead, [(1, 1, 0, ZERO_HASH)])
    locked = DirectoryHead.objects.select_for_update().get()
    return Watermark(locked.epoch, locked.sequence, locked.hash)


def append(
    after: Watermark,
    rows: Mapping[str, Sequence[dict[str, Any]]],
    settings: Mapping[str, Any],
    now: datetime,
) -> Watermark:
    """Add one change to the log, in as many parts as it takes.

    Args:
        after: What ``lock`` returned, or a new epoch above it.
        rows: Rows by the name of their list.
        settings: Settings by key.
        now: The time of the entries.

    Returns:
        The place of the change's last entry.
    """
    parts = list(_parts(rows, settings))
    change = uuid4().hex
    told = [
        {"change": change, "part": number, "parts": len(parts), **part}
        for number, part in enumerate(parts, 1)
    ]
    return add(after, CHANGED, told, now)


def add(after: Watermark, kind: str, told: Iterable[Mapping[str, Any]], now: datetime) -> Watermark:
    """Add entries of any type to the log.

    Args:
        after: What ``lock`` returned, or a new epoch above it.
        kind: The type of all of them.
        told: The data of each.
        now: The time of the entries.

    Returns:
        The place of the last entry.
    """
    entries: list[Entry] = []
    for data in told:
        entry = make(after, device="collector", source=SOURCE, type=kind, time=now, data=data)
        entries.append(entry)
        after = entry.watermark
    insert_new(
        connection,
        DirectoryEntry,
        [(each.epoch, each.sequence, each.hash, now, each.raw) for each in entries],
    )
    DirectoryHead.objects.update(epoch=after.epoch, sequence=after.sequence, hash=after.hash)
    return after


def _parts(
    rows: Mapping[str, Sequence[dict[str, Any]]], settings: Mapping[str, Any]
) -> Iterable[dict[str, Any]]:
    """Cut a change into parts of at most so many rows, each list in its order; at least one."""
    *full, last = _portions(settings)
    yield from ({"settings": portion} for portion in full)
    part: dict[str, Any] = {"settings": last} if last else {}
    room = ROWS_IN_A_PART
    for name, listed in rows.items():
        start = 0
        while start < len(listed):
            taken = listed[start : start + room]
            part[name] = list(taken)
            start, room = start + len(taken), room - len(taken)
            if room == 0:
                yield part
                part, room = {}, ROWS_IN_A_PART
    if part or not (full or any(rows.values())):
        yield part


def _portions(settings: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Cut settings into portions of at most so many bytes, but of one setting at least."""
    portion: dict[str, Any] = {}
    weight = 0
    for key, value in settings.items():
        heavy = len(orjson.dumps({key: value}))
        if portion and weight + heavy > SETTINGS_IN_A_PART_BYTES:
            yield portion
            portion, weight = {}, 0
        portion[key] = value
        weight += heavy
    yield portion


class LogSource:
    """The log as ``appliance.journal.stream.Sender`` reads it.

    A new epoch begins with the whole directory, so nobody is sent what came before it. Nothing is
    read before it is asked for: at its start the database may still be away.
    """

    def __init__(self) -> None:
        self.head = START
        self._read = lru_cache(maxsize=16)(_read)

    def refresh(self) -> bool:
        """Look whether the log has grown and return whether it has."""
        before, self.head = self.head, head()
        if self.head == before:
            return False
        self._read.cache_clear()
        return True

    def entries(self, after: Watermark, limit: int) -> Sequence[Line]:
        """Read the entries after a place; many devices often ask for the same ones."""
        if self.head == START:
            self.refresh()
        sequence = after.sequence if after.epoch == self.head.epoch else 0
        return self._read(self.head.epoch, sequence, limit)

    def find(self, epoch: int, sequence: int) -> Watermark | None:
        """Return an entry's place and hash, None if the log does not have it."""
        found = (
            DirectoryEntry.objects.filter(epoch=epoch, sequence=sequence)
            .values_list("hash", flat=True)
            .first()
        )
        return None if found is None else Watermark(epoch, sequence, found)


def _read(epoch: int, after: int, limit: int) -> tuple[Line, ...]:
    chosen = DirectoryEntry.objects.filter(epoch=epoch, sequence__gt=after)
    lines = chosen.order_by("sequence").values_list("sequence", "raw")[:limit]
    return tuple(Line(epoch, sequence, bytes(raw)) for sequence, raw in lines)
