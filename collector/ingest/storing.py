"""Keeping what was checked: one transaction for everything that was waiting.

Entries are inserted in whatever order they come. Then each device's watermark is moved over what
now lies next to it, chained: see ``collector.ingest.advancing``. What disagrees with an entry that
is held already goes to the fork table, so that neither version overwrites the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from appliance.journal.entry import ZERO_HASH
from appliance.journal.word import Word
from collector.archive.held import sift
from collector.ingest import models
from collector.ingest.advancing import Marks, advance, lock_marks, write_marks
from collector.ingest.alarms import Complaint, raise_alarms
from collector.ingest.answering import answer
from collector.ingest.checking import Checked
from collector.ingest.forks import Disagreement, set_aside
from collector.ingest.sql import insert_new, moment

Place = tuple[str, int]
"""A device and one of its epochs."""


@dataclass(slots=True)
class Stored:
    """What a transaction came to.

    Attributes:
        acknowledgements: By device, up to where its journal is held and proven.
        advanced: The epochs whose watermark moved: projections have work there.
        entries: How many entries were new.
    """

    acknowledgements: dict[str, Word] = field(default_factory=dict)
    advanced: set[Place] = field(default_factory=set)
    entries: int = 0

    def add(self, other: Stored) -> None:
        """Take in what a further transaction came to."""
        self.acknowledgements |= other.acknowledgements
        self.advanced |= other.advanced
        self.entries += other.entries


def store(batches: Sequence[Checked], complaints: Iterable[Complaint], *, now: datetime) -> Stored:
    """Store batches and complaints, advance the watermarks, and commit.

    When this returns, everything is on the disk and may be acknowledged.
    """
    with transaction.atomic():
        stored = _store(batches, now) if batches else Stored()
        raise_alarms(complaints, now)
    return stored


def _store(batches: Sequence[Checked], now: datetime) -> Stored:
    places = sorted({_place(checked) for checked in batches})
    devices = sorted({device for device, _ in places})
    insert_new(
        connection,
        models.Watermark,
        [(device, epoch, 0, ZERO_HASH, now, 0) for device, epoch in places],
    )
    marks = lock_marks(devices)
    batches = _without_archived(batches, marks, now)
    by_place: dict[Place, list[Checked]] = defaultdict(list)
    for checked in batches:
        by_place[_place(checked)].append(checked)
    received = moment(connection, now)
    rows = [row for checked in batches for row in _entry_rows(checked, received)]
    stored = Stored(entries=insert_new(connection, models.Entry, rows))
    insert_new(connection, models.Signature, [_signature_row(checked) for checked in batches])
    all_new = stored.entries == len(rows)
    moved = {}
    for place, checked_here in by_place.items():
        ordered = sorted((each.batch for each in checked_here), key=lambda batch: batch.first)
        if not all_new:
            set_aside(_disagreements(place, checked_here), now)
        device, epoch = place
        before = marks[device][epoch]
        mark = advance(place, before, ordered if all_new else (), now)
        if mark != before:
            moved[place] = marks[device][epoch] = mark
    write_marks(moved, now)
    models.Device.objects.filter(pk__in=devices).update(last_seen=now)
    stored.advanced = set(moved)
    stored.acknowledgements = {device: answer(device, marks[device]) for device in devices}
    return stored


def _place(checked: Checked) -> Place:
    return checked.batch.device, checked.batch.epoch


def _without_archived(batches: Sequence[Checked], marks: Marks, now: datetime) -> Sequence[Checked]:
    """Take out what the archive has; what disagrees with it is set aside.

    Almost always everything lies above the watermark, and nothing is asked.
    """
    known = {
        _place(checked)
        for checked in batches
        if checked.batch.first <= marks[checked.batch.device][checked.batch.epoch].sequence
    }
    if not known:
        return batches
    left, disagreements = sift(batches, known)
    set_aside(disagreements, now)
    return left


def _entry_rows(checked: Checked, received: datetime | str) -> list[tuple[object, ...]]:
    device = checked.batch.device
    return [
        (
            device,
            entry.epoch,
            entry.sequence,
            entry.hash,
            entry.previous,
            entry.type,
            time,
            entry.raw,
            received,
        )
        for entry, time in zip(checked.batch.entries, checked.times, strict=True)
    ]


def _signature_row(checked: Checked) -> tuple[object, ...]:
    batch = checked.batch
    return (
        batch.device,
        batch.epoch,
        batch.watermark.sequence,
        batch.head,
        batch.signature,
    )


def _disagreements(place: Place, batches: Iterable[Checked]) -> list[Disagreement]:
    """Find the entries that came with other bytes than those that are held."""
    device, epoch = place
    found = []
    for checked in batches:
        batch = checked.batch
        held = dict(
            models.Entry.objects.filter(
                device_id=device,
                epoch=epoch,
                sequence__range=(batch.first, batch.watermark.sequence),
            ).values_list("sequence", "hash")
        )
        found += [
            Disagreement(device, entry, "another entry with this number is held")
            for entry in batch.entries
            if held.get(entry.sequence) != entry.hash
        ]
    return found
