"""Taking archived rows out of the database, a step at a time.

Each step is one transaction: the rows go, and the record says up to where they have gone. Ingest
never waits for longer than a step, and between two of them it has its turn.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from collector.archive.models import Archive
from collector.ingest.advancing import lock_marks
from collector.ingest.models import Entry, Signature

ROWS_IN_A_STEP = 1000


def clear(archive: Archive) -> int:
    """Let the rows go that a recorded archive holds.

    Returns:
        How many went.
    """
    gone = 0
    while archive.cleared < archive.last:
        began = time.monotonic()
        gone += _step(archive)
        # As long again for whoever waits: one writer at a time is all that SQLite has.
        time.sleep(time.monotonic() - began)
    return gone


def _step(archive: Archive) -> int:
    until = min(archive.cleared + ROWS_IN_A_STEP, archive.last)
    step = {
        "device": archive.device_id,
        "epoch": archive.epoch,
        "sequence__gt": archive.cleared,
        "sequence__lte": until,
    }
    with transaction.atomic():
        lock_marks([archive.device_id])
        _let_signatures_go(step, archive.last)
        rows = Entry.objects.filter(**step)
        gone = rows._raw_delete(connection.alias)  # noqa: SLF001 (what delete() does once it has looked for dependent rows)
        Archive.objects.filter(pk=archive.pk).update(cleared=until)
    archive.cleared = until
    return gone


def _let_signatures_go(step: Mapping[str, Any], last: int) -> None:
    """Let signatures go that the file has, or that a later one in it makes needless.

    That of the file's last entry stays: it covers all the others. Those of forks stay.
    """
    entry = Entry.objects.filter(
        device=OuterRef("device"),
        epoch=OuterRef("epoch"),
        sequence=OuterRef("sequence"),
        hash=OuterRef("hash"),
    )
    needless = Signature.objects.filter(Exists(entry), **step).exclude(sequence=last)
    needless._raw_delete(connection.alias)  # noqa: SLF001 (as above)
