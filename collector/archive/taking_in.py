"""Learning from the files what a database has forgotten: one that was restored, or made anew.

Devices send again what they still have. What they were allowed to let go is in the archive, signed
by themselves, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from appliance.journal.archive import SUFFIX, ArchiveError, Proof, Span, read_span
from appliance.journal.entry import ZERO_HASH, Watermark
from collector.archive import models
from collector.archive.archiving import Run, only_run_in
from collector.archive.writing import prove_for, record
from collector.ingest.advancing import advance, lock_marks, write_marks
from collector.ingest.fresh import Fresh
from collector.ingest.models import Device, Entry
from collector.ingest.models import Watermark as Mark
from collector.ingest.sql import insert_new


def take_in(
    folder: Path,
    *,
    now: datetime,
    device: str | None = None,
    done: Callable[[models.Archive], object] = lambda _: None,
) -> Run:
    """Record the files in a folder that no record knows, and raise the watermarks they prove.

    Args:
        folder: Where they lie.
        now: The time of the records.
        device: Those of this one alone; else all.
        done: Called for each file that was taken in.

    Raises:
        ArchiveTaken: Another run works in this folder.
    """
    run = Run()
    with only_run_in(folder):
        for path, span in _files(folder, run):
            if models.Archive.objects.filter(file=path.name).exists():
                continue
            if device is not None and span.device != device:
                continue
            try:
                archive = _take_in(path, span, now)
            except ArchiveError as error:
                run.refused.append(str(error))
                continue
            run.archives.append(archive)
            done(archive)
    return run


def _files(folder: Path, run: Run) -> list[tuple[Path, Span]]:
    """Read what every file says of itself, in the order in which they follow each other."""
    found = []
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            found.append((path, read_span(path)))
        except ArchiveError as error:
            run.refused.append(str(error))
    return sorted(found, key=lambda each: (each[1].device, each[1].after.place))


def _take_in(path: Path, span: Span, now: datetime) -> models.Archive:
    if path.name != span.file_name:
        raise ArchiveError(f"{path} should be called {span.file_name}")
    if not Device.objects.filter(pk=span.device).exists():
        raise ArchiveError(f"{path} is of {span.device}, which is not enrolled: enrol it first")
    proof = prove_for(span, path)
    with transaction.atomic():
        mark = _lock(span, now)
        before = _archived(span)
        if span.after != before:
            raise ArchiveError(
                f"{path} follows entry {span.after}; the archive ends at {before}: the file "
                "between them is missing"
            )
        _compare(path, span, proof)
        archive = record(path, proof, (), now)
        _go_on_from(archive, mark, now)
    return archive


def _lock(span: Span, now: datetime) -> Watermark:
    epoch = span.until.epoch
    insert_new(connection, Mark, [(span.device, epoch, 0, ZERO_HASH, now, 0)])
    return lock_marks([span.device])[span.device][epoch]


def _archived(span: Span) -> Watermark:
    epoch = span.until.epoch
    last = models.Archive.objects.filter(device=span.device, epoch=epoch).order_by("first").last()
    return last.until if last else Watermark(epoch, 0, ZERO_HASH)


def _compare(path: Path, span: Span, proof: Proof) -> None:
    """Refuse a file that tells another history than the rows that are held."""
    held = Entry.objects.filter(
        device=span.device,
        epoch=span.until.epoch,
        sequence__gt=span.after.sequence,
        sequence__lte=span.until.sequence,
    ).order_by("sequence")
    pieces = iter(proof.pieces)
    piece = next(pieces)
    for sequence, digest in held.values_list("sequence", "hash").iterator():
        while piece.last < sequence:
            piece = next(pieces)
        if piece.hash_of(sequence) != digest:
            raise ArchiveError(
                f"{path} has another entry {span.until.epoch}.{sequence} than the database: two "
                "histories of one device"
            )


def _go_on_from(archive: models.Archive, mark: Watermark, now: datetime) -> None:
    """Have the archive alone hold its entries, and the watermark stand at least at its end."""
    here = {"device": archive.device_id, "epoch": archive.epoch}
    Entry.objects.filter(sequence__lte=archive.last, **here)._raw_delete(connection.alias)  # noqa: SLF001 (what delete() does once it has looked for dependent rows)
    archive.cleared = archive.last
    archive.save(update_fields=["cleared"])
    if mark.sequence < archive.last:
        # What came meanwhile may lie right above it.
        place, above = (archive.device_id, archive.epoch), Fresh(held={archive.last + 1: ""})
        write_marks({place: advance(place, archive.until, above, now)}, now)
