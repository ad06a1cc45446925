"""Keeping what was checked: one transaction for everything that was waiting.

Entries are inserted in whatever order they come, those that are not held yet: see
``collector.ingest.fresh``. Then each device's watermark is moved over what now lies next to it,
chained: see ``collector.ingest.advancing``. What disagrees with an entry that is held already goes
to the fork table, so that neither version overwrites the other. How many statements this takes does
not depend on how many batches were waiting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from appliance.journal.entry import ZERO_HASH
from appliance.journal.word import Word
from collector.archive.held import sift
from collector.attachments.keeping import keep
from collector.ingest import models
from collector.ingest.advancing import Marks, advance, lock_marks, read_marks, write_marks
from collector.ingest.alarms import Complaint, raise_alarms
from collector.ingest.answering import answer
from collector.ingest.checking import Checked
from collector.ingest.forks import set_aside
from collector.ingest.fresh import Fresh, sort_out
from collector.ingest.sql import (
    FEW,
    insert_all,
    insert_new,
    keeper_of_moments,
    lock_clause,
    without_waiting,
)
from collector.ingest.straight import find_runs, store_runs
from collector.ingest.strays import without_strays

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


def store_straight(batches: Sequence[Checked], *, now: datetime) -> tuple[Stored, list[Checked]]:
    """Store what goes straight on from a watermark, and commit; return the rest too.

    Where this needs no less than ``store`` does, the rest is everything.
    """
    runs = find_runs(batches)
    if not runs:
        return Stored(), list(batches)
    marks, moved = store_runs(runs, now)
    devices = {device for device, _ in moved}
    told = {device: answer(device, marks[device]) for device in devices}
    entries = sum(each.batch.count for place in moved for each in runs[place])
    rest = [each for each in batches if each.batch.device not in devices]
    return Stored(told, moved, entries), rest


def store(batches: Sequence[Checked], complaints: Iterable[Complaint], *, now: datetime) -> Stored:
    """Store batches and complaints, advance the watermarks, and commit.

    When this returns, everything is on the disk and may be acknowledged.
    """
    with transaction.atomic():
        stored = _store(batches, now) if batches else Stored()
        beside = [each.batch for each in batches if each.batch.attachments]
        raise_alarms([*complaints, *(keep(beside, now) if beside else ())], now)
    return stored


def _store(batches: Sequence[Checked], now: datetime) -> Stored:
    places = sorted({_place(checked) for checked in batches})
    devices = sorted({device for device, _ in places})
    marks = _lock_marks_of(places, devices, now)
    batches = without_strays(_without_archived(batches, marks, now), marks, now)
    fresh = sort_out(batches)
    rows = _entry_rows(fresh, now)
    with without_waiting(connection) if len(rows) <= FEW else nullcontext():
        insert_all(connection, models.Entry, rows)
        insert_new(connection, models.Signature, _signature_rows(batches, fresh))
    moved = {}
    for place, came in fresh.items():
        set_aside(came.disagreements, now)
        device, epoch = place
        before = marks[device][epoch]
        mark = advance(place, before, came, now)
        if mark != before:
            moved[place] = marks[device][epoch] = mark
    write_marks(moved, now)
    told = {device: answer(device, marks[device]) for device in devices}
    return Stored(told, set(moved), len(rows))


def _lock_marks_of(places: Sequence[Place], devices: Sequence[str], now: datetime) -> Marks:
    """Lock all watermarks of devices; those of epochs that are new here are made first.

    Nothing is locked before they are made: two processes that each had locked some, and then
    waited for what the other has made, would wait in a circle.
    """
    marks = read_marks(devices)
    made = [place for place in places if place[1] not in marks[place[0]]]
    if made:
        fresh = [(device, epoch, 0, ZERO_HASH, now, 0) for device, epoch in made]
        insert_new(connection, models.Watermark, fresh)
    return lock_marks(devices) if made or lock_clause(connection) else marks


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


def _entry_rows(fresh: Mapping[Place, Fresh], now: datetime) -> list[tuple[object, ...]]:
    as_kept = keeper_of_moments(connection)
    received = as_kept(now)
    return [
        (
            device,
            epoch,
            entry.sequence,
            entry.hash,
            entry.previous,
            entry.type,
            as_kept(time),
            entry.raw,
            received,
        )
        for (device, epoch), came in fresh.items()
        for entry, time in came.entries
    ]


def _signature_rows(
    batches: Sequence[Checked], fresh: Mapping[Place, Fresh]
) -> list[tuple[object, ...]]:
    """Choose the signatures that are kept: all, but those that a later one makes needless.

    It does where everything that came of an epoch is stored together. Otherwise each batch may end
    elsewhere, and has its own signature for evidence.
    """
    return [
        _signature_row(checked)
        for checked in batches
        if not checked.is_covered or (not fresh[_place(checked)].runs and checked.is_signed)
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
