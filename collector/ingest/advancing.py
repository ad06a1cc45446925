"""Moving watermarks: up to where is a device's journal here without a gap, and proven?

A watermark is kept for each epoch; what of them a device is told, `collector.ingest.answering` says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from django.db import connection

from appliance.journal.entry import Entry, Watermark, parse_envelope
from collector.ingest import models
from collector.ingest.forks import Disagreement, set_aside
from collector.ingest.fresh import Fresh
from collector.ingest.sql import lock_clause, moment, wanted

Place = tuple[str, int]
Marks = dict[str, dict[int, Watermark]]
"""Watermarks by device and epoch."""

_STEP = 1000


def lock_marks(devices: Sequence[str]) -> Marks:
    """Read all watermarks of devices and hold them until the end of the transaction.

    They are held in the order of their names: two who want the same wait for each other in turn.
    """
    return _find(devices, lock_clause(connection))


def read_marks(devices: Sequence[str] | None = None) -> Marks:
    """Read the watermarks of some devices or of all, without holding them."""
    if devices is not None:
        return _find(devices, "")
    marks = models.Watermark.objects.all()
    return _by_device(marks.values_list("device_id", "epoch", "sequence", "hash"))


def _find(devices: Sequence[str], clause: str) -> Marks:
    """Read watermarks past Django's objects: every sale comes by here."""
    if not devices:
        return defaultdict(dict)
    places = ", ".join(["%s"] * len(devices))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT device_id, epoch, sequence, hash FROM ingest_watermark"  # noqa: S608 (only %s)
            f" WHERE device_id IN ({places}) ORDER BY device_id, epoch{clause}",
            devices,
        )
        return _by_device(cursor.fetchall())


def _by_device(rows: Iterable[tuple[str, int, int, str]]) -> Marks:
    marks: Marks = defaultdict(dict)
    for device, epoch, sequence, digest in rows:
        marks[device][epoch] = Watermark(epoch, sequence, digest)
    return marks


def write_marks(marks: Mapping[Place, Watermark], now: datetime) -> None:
    """Write watermarks that moved."""
    if not marks:
        return
    table, values = wanted(
        ("device_id", "epoch", "sequence", "hash"),
        [(*place, mark.sequence, mark.hash) for place, mark in marks.items()],
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"{table} UPDATE ingest_watermark AS m"  # noqa: S608 (only %s)
            " SET sequence = w.sequence, hash = w.hash, updated = %s FROM wanted w"
            " WHERE m.device_id = w.device_id AND m.epoch = w.epoch",
            [*values, moment(connection, now)],
        )


def advance(place: Place, mark: Watermark, fresh: Fresh, now: datetime) -> Watermark:
    """Find how far a watermark reaches now that what came is stored.

    Args:
        place: The device and epoch.
        mark: Where it stood. It was advanced after whatever was stored before, so nothing that
            was held already lies next to it.
        fresh: What came. Its runs are chained within, so only their beginnings need a look.
        now: For what must be set aside.

    Returns:
        Where it stands now. An entry next to it that is not chained to it is set aside, together
        with what follows that entry, so that the rightful one finds its place free.
    """
    for batch in fresh.runs:
        if batch.entries[0].follows(mark):
            mark = batch.watermark
    return _follow_stored(place, mark, now) if fresh.holds(mark.sequence + 1) else mark


def _follow_stored(place: Place, mark: Watermark, now: datetime) -> Watermark:
    while True:
        stored = _stored_above(place, mark)
        reached = mark
        for sequence, digest, previous in stored:
            if sequence != reached.sequence + 1:
                return reached
            if previous != reached.hash:
                _set_aside_run(place, reached, now)
                return reached
            reached = Watermark(reached.epoch, sequence, digest)
        if len(stored) < _STEP:
            return reached
        mark = reached


def _stored_above(place: Place, mark: Watermark) -> list[tuple[int, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequence, hash, previous FROM ingest_entry WHERE device_id = %s"
            " AND epoch = %s AND sequence > %s ORDER BY sequence LIMIT %s",
            (*place, mark.sequence, _STEP),
        )
        return list(cursor.fetchall())


def _set_aside_run(place: Place, mark: Watermark, now: datetime) -> None:
    """Move the unchained entry next to a watermark, and those chained to it, to the forks."""
    device, epoch = place
    above = models.Entry.objects.filter(
        device_id=device, epoch=epoch, sequence__gt=mark.sequence
    ).order_by("sequence")
    entries = [parse_envelope(bytes(raw)) for raw in above.values_list("raw", flat=True)]
    run = _chained(entries)
    reason = f"it does not follow the entry {mark} that is held"
    set_aside([Disagreement(device, entry, reason) for entry in run], now)
    above.filter(sequence__lte=run[-1].sequence).delete()


def _chained(entries: Sequence[Entry]) -> Sequence[Entry]:
    for count, (before, entry) in enumerate(pairwise(entries), 1):
        if not entry.follows(before.watermark):
            return entries[:count]
    return entries
