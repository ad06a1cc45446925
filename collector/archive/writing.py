"""Writing one archive: to a file that is proven, and only then into the records.

Killed at any moment this leaves every entry in the database. What may be left over is a file with
a temporary name, or a whole file that no record knows; the next run deals with both.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from appliance.journal.archive import ArchiveError, Proof, Span, file_hash, prove, read_piece, write
from appliance.journal.batch import LIMITS
from appliance.journal.entry import Line
from appliance.journal.signing import read_public
from collector.archive.models import Archive, Piece
from collector.ingest.keys import keys_of
from collector.ingest.models import Entry, Signature

UNFINISHED = ".part"
ENTRIES_IN_A_BATCH = 250
"""A batch ends with the first entry after so many whose hash the device has signed."""
BYTES_IN_A_BATCH = 1 << 20
"""The same for their size; what a device signs at once is smaller."""
_ROWS = 500

Run = tuple[Sequence[Line], str]
Row = tuple[int, str, bytes, datetime]


def write_archive(span: Span, folder: Path, now: datetime) -> Archive:
    """Write entries to a file, prove the file, and record it. The rows are still there.

    Raises:
        ArchiveError: The chain in the database is not whole, or the file does not hold what it
            should; nothing was recorded.
        OSError: The disk refuses; nothing was recorded.
    """
    path = folder / span.file_name
    unfinished = folder / f".{span.file_name}{UNFINISHED}"
    received: list[datetime] = []
    with unfinished.open("wb") as out:
        write(out, span, _runs(span, received))
        out.flush()
        os.fsync(out.fileno())
    unfinished.rename(path)
    sync_folder(folder)
    return record(path, prove_for(span, path), received, now)


def prove_for(span: Span, path: Path) -> Proof:
    """Read a file back and prove all of it.

    Raises:
        ArchiveError: It is not whole, or goes from and to somewhere else.
    """
    proof = prove(path, *(read_public(each) for each in keys_of(span.device)))
    if proof.span != span:
        raise ArchiveError(
            f"{path} should go from {span.after} to {span.until}; it goes from {proof.span.after} "
            f"to {proof.span.until}"
        )
    return proof


def record(path: Path, proof: Proof, received: Sequence[datetime], now: datetime) -> Archive:
    """Record a file that was proven; none of its entries counts as archived yet.

    Args:
        path: The file.
        proof: What is in it.
        received: When the last entry of each batch came; empty where nobody knows.
        now: The time of the record.
    """
    span = proof.span
    first = span.after.sequence + 1
    with transaction.atomic():
        archive = Archive.objects.create(
            device_id=span.device,
            epoch=span.until.epoch,
            first=first,
            last=span.until.sequence,
            previous=span.after.hash,
            hash=span.until.hash,
            file=path.name,
            folder=str(path.parent.absolute()),
            sha256=file_hash(path),
            size=path.stat().st_size,
            raw_size=proof.raw_size,
            made=now,
            cleared=first - 1,
            opening=read_piece(path, proof.pieces[0])[0] if first == 1 else None,
        )
        Piece.objects.bulk_create(
            Piece(
                archive=archive,
                first=piece.first,
                last=piece.last,
                offset=piece.offset,
                length=piece.length,
                hashes=piece.hashes,
                received=at,
            )
            for piece, at in zip(proof.pieces, received or [now] * len(proof.pieces), strict=True)
        )
    return archive


def sync_folder(folder: Path) -> None:
    """Have the names in a folder reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _runs(span: Span, received: list[datetime]) -> Iterator[Run]:
    """Read entries from the database, in batches that each end with a signed one.

    A few hundred entries are in memory at any time. ``received`` gets a moment for each batch.
    """
    lines: list[Line] = []
    size = 0
    for (sequence, _, raw, came), signature in _rows(span):
        lines.append(Line(span.until.epoch, sequence, raw))
        size += len(raw)
        full = len(lines) >= ENTRIES_IN_A_BATCH or size >= BYTES_IN_A_BATCH
        if signature and (full or sequence == span.until.sequence):
            received.append(came)
            yield lines, signature
            lines, size = [], 0
        elif len(lines) >= LIMITS.entries:
            raise ArchiveError(
                f"entries {lines[0].sequence} to {sequence} of {span.device} should be signed by "
                "the device and no signature of theirs is kept: check the database with "
                "'balie journal verify'"
            )


def _rows(span: Span) -> Iterator[tuple[Row, str]]:
    """Read entries page by page, each with the device's signature of it, if there is one."""
    after = span.after.sequence
    while after < span.until.sequence:
        chosen = {
            "device": span.device,
            "epoch": span.until.epoch,
            "sequence__gt": after,
            "sequence__lte": min(after + _ROWS, span.until.sequence),
        }
        signatures = _signatures(chosen)
        rows = Entry.objects.filter(**chosen).order_by("sequence")
        for sequence, digest, raw, came in rows.values_list("sequence", "hash", "raw", "received"):
            row = sequence, digest, bytes(raw), came
            yield row, signatures.get((sequence, digest), "")
        after += _ROWS


def _signatures(chosen: Mapping[str, object]) -> dict[tuple[int, str], str]:
    found = Signature.objects.filter(**chosen).values_list("sequence", "hash", "signature")
    return {(sequence, digest): signature for sequence, digest, signature in found}
