"""Letting go of what attachments say, so that nothing of it is left in this database.

On SQLite nothing is left in the file or its log either. On PostgreSQL the row's old version goes
with the next VACUUM; see README.md of this folder, also about backups.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q

from collector.attachments.models import REFERENCE, SUBJECT, Answer, Attachment, Erasure
from collector.ingest.models import Alarm

log = logging.getLogger("collector.attachments")

_MOST_TEXT = 16 << 20


def let_go(which: Q, now: datetime) -> int:
    """Erase attachments within a transaction, and after it empty the database's log.

    Args:
        which: Which of them; those erased before are passed over.
        now: The time.

    Returns:
        How many there were.
    """
    leave_no_copies(connection)
    found = Attachment.objects.filter(which, erased=None)
    references = dict(found.values_list("reference", "device_id"))
    if not references:
        return 0
    _let_evidence_go(set(references.values()), list(references))
    count = found.update(salt=None, content=None, erased=now)
    transaction.on_commit(empty_log)
    return count


def erased_among(arrived: Sequence[tuple[str, str, str]]) -> set[tuple[str, str]]:
    """Tell which of these may not be kept: ordered to be erased, or erased where it came from.

    Args:
        arrived: Device, reference and subject (or empty) of each.

    Returns:
        Device and reference of those.
    """
    named = {value for _, *values in arrived for value in values if value}
    ordered = set(Erasure.objects.filter(value__in=named).values_list("what", "value"))
    answered = set(
        Answer.objects.filter(what=REFERENCE, value__in=named).values_list("device_id", "value")
    )
    return {
        (device, reference)
        for device, reference, subject in arrived
        if (REFERENCE, reference) in ordered
        or (SUBJECT, subject) in ordered
        or (device, reference) in answered
    }


def leave_no_copies(chosen: BaseDatabaseWrapper) -> None:
    """Have SQLite write zeros over what is deleted or moved, on this connection from now on."""
    if chosen.vendor == "sqlite":
        with chosen.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def empty_log() -> bool:
    """Copy SQLite's write-ahead log into the file and cut it to nothing.

    Whoever reads holds it up for as long as the connection waits for locks.

    Returns:
        Whether nothing of what was erased is left in it.
    """
    if connection.vendor != "sqlite":
        return True
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, _, _) = cursor.fetchone()
    except OperationalError:
        busy = True
    if busy:
        log.warning(
            "The database's log still holds what was erased, because somebody reads: it is "
            "emptied with the next erasure, or by giving the same order again"
        )
    return not busy


def _let_evidence_go(devices: Collection[str], references: Iterable[str]) -> None:
    """Let go of messages kept with alarms that hold these attachments, or cannot be read."""
    marks = [reference.encode() for reference in references]
    for alarm in Alarm.objects.filter(device__in=devices).exclude(evidence=None):
        text = _text(bytes(alarm.evidence or b""))
        if text is None or any(mark in text for mark in marks):
            Alarm.objects.filter(pk=alarm.pk).update(evidence=None)


def _text(message: bytes) -> bytes | None:
    """Unpack a message; None if it is not whole, as a torn one."""
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(message, _MOST_TEXT)
    except zlib.error:
        return None
    return text if inflater.eof else None
