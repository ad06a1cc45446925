"""What of that which came is new, what was here before, and what disagrees with it.

One question to the database answers this for everything that came together. While the watermarks
are locked nobody else adds entries to these epochs, so what is new now is new when it is inserted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from django.db import connection

from appliance.journal.batch import Batch
from appliance.journal.entry import Entry
from collector.ingest.checking import Checked
from collector.ingest.forks import Disagreement
from collector.ingest.sql import wanted

Place = tuple[str, int]
"""A device and one of its epochs."""
Held = dict[int, str]
"""Hashes of entries that are held, by sequence."""


@dataclass(slots=True)
class Fresh:
    """What came of one epoch.

    Attributes:
        entries: The new entries, with the time of each.
        runs: The batches, in their order, where each of their entries is new; otherwise empty.
        held: Hashes by sequence of what is held besides ``runs``, as far as it was asked for.
        disagreements: Entries that came with other bytes than those held.
    """

    entries: list[tuple[Entry, datetime]] = field(default_factory=list)
    runs: list[Batch] = field(default_factory=list)
    held: Held = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)

    def holds(self, sequence: int) -> bool:
        """Whether an entry that came, or the one right above all that came, is there now."""
        return sequence in self.held or any(
            run.first <= sequence <= run.watermark.sequence for run in self.runs
        )


def sort_out(batches: Sequence[Checked]) -> dict[Place, Fresh]:
    """Tell for each epoch, in the order of their names, what of its batches is new.

    What came first counts where entries disagree.
    """
    came: dict[Place, list[Checked]] = defaultdict(list)
    for checked in batches:
        came[checked.batch.device, checked.batch.epoch].append(checked)
    held = _find_held(came) if came else {}
    return {place: _tell_apart(place, came[place], held.get(place, {})) for place in sorted(came)}


def _find_held(came: Mapping[Place, Sequence[Checked]]) -> dict[Place, Held]:
    """Find the entries that are held where something came, or right above it.

    What lies between is left alone: one batch of long ago that comes again must not have a whole
    year read.
    """
    table, values = wanted(
        ("device_id", "epoch", "first", "last"),
        [
            (*place, first, last + 1)
            for place, batches in came.items()
            for first, last in _stretches(batches)
        ],
    )
    held: dict[Place, Held] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{table} SELECT e.device_id, e.epoch, e.sequence, e.hash FROM wanted w"  # noqa: S608 (only %s)
            " CROSS JOIN ingest_entry e WHERE e.device_id = w.device_id AND e.epoch = w.epoch"
            " AND e.sequence >= w.first AND e.sequence <= w.last",
            values,
        )
        for device, epoch, sequence, digest in cursor.fetchall():
            held[device, epoch][sequence] = digest
    return held


def _stretches(batches: Sequence[Checked]) -> list[tuple[int, int]]:
    """Tell from where to where entries came; batches that touch each other are one stretch."""
    stretches: list[tuple[int, int]] = []
    for first, last in sorted(
        (each.batch.first, each.batch.watermark.sequence) for each in batches
    ):
        if stretches and first <= stretches[-1][1] + 1:
            stretches[-1] = stretches[-1][0], max(last, stretches[-1][1])
        else:
            stretches.append((first, last))
    return stretches


def _tell_apart(place: Place, came: Sequence[Checked], held: Held) -> Fresh:
    runs = sorted((each.batch for each in came), key=lambda batch: batch.first)
    last = max(batch.watermark.sequence for batch in runs)
    apart = all(before.watermark.sequence < batch.first for before, batch in pairwise(runs))
    if apart and not held.keys() - {last + 1}:
        return Fresh([pair for each in came for pair in _timed(each)], runs, held)
    fresh = Fresh(held=dict(held))
    for entry, time in (pair for each in came for pair in _timed(each)):
        known = fresh.held.get(entry.sequence)
        if known is None:
            fresh.held[entry.sequence] = entry.hash
            fresh.entries.append((entry, time))
        elif known != entry.hash:
            reason = "another entry with this number is held"
            fresh.disagreements.append(Disagreement(place[0], entry, reason))
    return fresh


def _timed(checked: Checked) -> Iterable[tuple[Entry, datetime]]:
    return zip(checked.batch.entries, checked.times, strict=True)
