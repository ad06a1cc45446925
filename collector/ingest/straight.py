"""What goes straight on from a watermark, stored in one way to PostgreSQL and back.

Nearly every message is the very next of its device, and nothing about it is unusual. One statement
then does it all, and is a transaction of its own: it moves the watermark if that still stands
exactly where the batch begins, nothing lies above it and the device's key is still the one the
signature was checked with; and it inserts entries and signatures of those whose watermark moved.
Whatever else comes goes the long way of ``collector.ingest.storing``, which asks before it writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from itertools import pairwise
from typing import Any

import psycopg
from django.db import DataError, IntegrityError, connection, transaction

from appliance.journal.entry import Watermark
from collector.ingest.advancing import Marks, Place
from collector.ingest.checking import Checked
from collector.ingest.columns import (
    Column,
    blobs,
    cursor_for_columns,
    integers,
    large_integers,
    moments,
    texts,
)

ENTRIES = 1000
"""More entries than this are copied faster than they are sent with a statement."""

_STORE = """
WITH came AS (
    SELECT * FROM unnest(%b::int[], %b::text[], %b::int[], %b::bigint[], %b::text[], %b::bigint[],
        %b::text[], %b::text[])
        AS c(place, device_id, epoch, before, previous, sequence, hash, public_key)
), moved AS (
    UPDATE ingest_watermark m SET sequence = c.sequence, hash = c.hash, updated = %b
    FROM came c JOIN ingest_device d ON d.id = c.device_id
    WHERE m.device_id = c.device_id AND m.epoch = c.epoch
        AND m.sequence = c.before AND m.hash = c.previous
        AND d.public_key = c.public_key AND d.revoked IS NULL
        AND NOT EXISTS (SELECT FROM ingest_entry e
            WHERE e.device_id = c.device_id AND e.epoch = c.epoch AND e.sequence > c.before)
    RETURNING c.place
), entries AS (
    INSERT INTO ingest_entry
        (device_id, epoch, sequence, hash, previous, type, "time", raw, received)
    SELECT e.device_id, e.epoch, e.sequence, e.hash, e.previous, e.type, e.at, e.raw, %b
    FROM unnest(%b::int[], %b::text[], %b::int[], %b::bigint[], %b::text[], %b::text[], %b::text[],
        %b::timestamptz[], %b::bytea[])
        AS e(place, device_id, epoch, sequence, hash, previous, type, at, raw)
    WHERE e.place = ANY (ARRAY(SELECT place FROM moved))
), signatures AS (
    INSERT INTO ingest_signature (device_id, epoch, sequence, hash, signature)
    SELECT s.device_id, s.epoch, s.sequence, s.hash, s.signature
    FROM unnest(%b::int[], %b::text[], %b::int[], %b::bigint[], %b::text[], %b::text[])
        AS s(place, device_id, epoch, sequence, hash, signature)
    WHERE s.place = ANY (ARRAY(SELECT place FROM moved))
    ON CONFLICT DO NOTHING
)
SELECT device_id, epoch, sequence, hash, NULL FROM ingest_watermark
WHERE device_id = ANY (%b::text[])
UNION ALL SELECT '', 0, 0, '', place FROM moved
"""
"""All of it sees the watermarks as they were, also the last lines. Each epoch that came is a place,
counted from 0: comparing a number takes a fraction of comparing names."""

_WHERE = integers, texts, integers
"""A place, its device and its epoch."""
_PLACES = *_WHERE, large_integers, texts, large_integers, texts, texts
_ENTRIES = *_WHERE, large_integers, texts, texts, texts, moments, blobs
_SIGNATURES = *_WHERE, large_integers, texts, texts
"""How the columns are written, in the order in which the statement names them."""

_COMPRESS_FAST = (
    "SELECT set_config(name, 'lz4', false) FROM pg_settings"
    " WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)"
)
"""PostgreSQL's own way of compressing long values takes as long as all the rest of a sale."""

_CURSORS: dict[str, Any] = {}
"""The cursor, and the connection it was made for."""

Runs = Mapping[Place, Sequence[Checked]]


def find_runs(batches: Sequence[Checked]) -> dict[Place, list[Checked]]:
    """Choose the batches that may go straight on, by epoch: the others go the long way.

    Those of a device go together: in one epoch, each following the one before, nothing attached.
    """
    if connection.vendor != "postgresql":
        return {}
    came: dict[str, list[Checked]] = defaultdict(list)
    for checked in batches:
        came[checked.batch.device].append(checked)
    runs = {
        (device, together[0].batch.epoch): together
        for device, together in came.items()
        if _is_a_run(together)
    }
    count = sum(each.batch.count for run in runs.values() for each in run)
    return runs if count <= ENTRIES else {}


def store_runs(runs: Runs, now: datetime) -> tuple[Marks, set[Place]]:
    """Store what goes straight on, and commit.

    Args:
        runs: What came, as ``find_runs`` returns it.
        now: The time.

    Returns:
        All watermarks of these devices, and the epochs in which everything was stored. Nothing of
        the others is.
    """
    # Within another's transaction a refusal must not be the end of it.
    apart = nullcontext() if connection.get_autocommit() else transaction.atomic()
    try:
        with apart, connection.wrap_database_errors:
            rows = _cursor().execute(_STORE, _values(runs, now), prepare=True).fetchall()
    except (DataError, IntegrityError):
        return defaultdict(dict), set()  # the long way tells which of them it is
    marks: Marks = defaultdict(dict)
    moved = set()
    places = list(runs)
    for device, epoch, sequence, digest, place in rows:
        if place is None:
            marks[device][epoch] = Watermark(epoch, sequence, digest)
        else:
            moved.add(places[place])
    for device, epoch in moved:
        marks[device][epoch] = runs[device, epoch][-1].batch.watermark
    return marks, moved


def _cursor() -> psycopg.Cursor[Any]:
    """Return this connection's cursor for the statement.

    Django's own neither sends values apart from the words nor keeps a statement prepared; without
    that the server would spend more time on understanding the statement than on doing it.
    """
    connection.ensure_connection()
    server = connection.connection
    if _CURSORS.get("server") is not server:
        server.prepare_threshold = 1
        server.execute("SET plan_cache_mode = force_generic_plan")
        server.execute(_COMPRESS_FAST)
        _CURSORS["server"], _CURSORS["cursor"] = server, cursor_for_columns(server)
    cursor: psycopg.Cursor[Any] = _CURSORS["cursor"]
    return cursor


def _is_a_run(together: Sequence[Checked]) -> bool:
    """Whether batches of one device follow each other, and the first something."""
    return (
        together[0].batch.first > 1
        and not any(each.batch.attachments for each in together)
        and all(each.goes_on_from(before) for before, each in pairwise(together))
    )


def _values(runs: Runs, now: datetime) -> list[Any]:
    """Write down what is stored, column by column."""
    places, entries, signatures = [], [], []
    for number, ((device, epoch), run) in enumerate(runs.items()):
        first, last = run[0].batch, run[-1].batch
        place = number, device, epoch
        before = first.first - 1, first.entries[0].previous
        reached = last.watermark.sequence, last.head
        places.append((*place, *before, *reached, run[-1].device.public_key))
        for each in run:
            entries += [
                (*place, e.sequence, e.hash, e.previous, e.type, time, e.raw)
                for e, time in zip(each.batch.entries, each.times, strict=True)
            ]
            if not each.is_covered:
                end = each.batch.watermark
                signatures.append((*place, end.sequence, end.hash, each.batch.signature))
    return [
        *_columns(_PLACES, places),
        now,
        now,
        *_columns(_ENTRIES, entries),
        *_columns(_SIGNATURES, signatures),
        texts([device for device, _ in runs]),
    ]


def _columns(
    kinds: Sequence[Callable[[Sequence[Any]], Column]], rows: Sequence[tuple[Any, ...]]
) -> list[Column]:
    """Write rows down column by column."""
    columns = zip(*rows, strict=True) if rows else [()] * len(kinds)
    return [write(column) for write, column in zip(kinds, columns, strict=True)]
