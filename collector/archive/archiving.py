"""A run of the archive: what is old enough goes into files, and its rows go.

Old is what the collector received before a day, by its own clock: a till's may be wrong. Never
archived is what lies above a device's watermark, what the figures have not followed yet, and what
was set aside as a fork. A run that was killed is finished by the next one.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db.models import Exists, F, OuterRef, QuerySet

from appliance.journal.archive import SUFFIX, ArchiveError, Span, file_hash, read_span
from appliance.journal.entry import ZERO_HASH, Watermark
from collector.archive import models
from collector.archive.clearing import clear
from collector.archive.writing import UNFINISHED, prove_for, record, write_archive
from collector.ingest.models import Entry, Signature
from collector.ingest.models import Watermark as Mark

ENTRIES_IN_A_FILE = 100_000
"""So that a file can be mailed, and a run that was killed has not lost much."""


class ArchiveTaken(RuntimeError):  # noqa: N818 (reads as what happened)
    """Another run works in this folder."""


@dataclass(slots=True)
class Run:
    """What a run came to.

    Attributes:
        archives: The files it wrote or finished.
        refused: Sentences about what could not be archived, each of one device and epoch.
    """

    archives: list[models.Archive] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def archive(
    before: datetime,
    folder: Path,
    *,
    now: datetime,
    device: str | None = None,
    done: Callable[[models.Archive], object] = lambda _: None,
) -> Run:
    """Archive what was received before a moment.

    Args:
        before: The moment.
        folder: Where the files go; it is made.
        now: The time of the records.
        device: This one alone; else all.
        done: Called for each file when its rows have gone.

    Raises:
        ArchiveTaken: Another run works in this folder.
        OSError: The disk refuses.
    """
    run = Run()
    with only_run_in(folder):
        marks = Mark.objects.order_by("device", "epoch")
        for mark in marks.filter(device=device) if device else marks:
            try:
                for each in _archive_epoch(mark, before, folder, now):
                    clear(each)
                    run.archives.append(each)
                    done(each)
            except ArchiveError as error:
                run.refused.append(f"{mark.device_id}, epoch {mark.epoch}: {error}")
    return run


@contextmanager
def only_run_in(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder, and clear away what a killed one left unfinished.

    Raises:
        ArchiveTaken: Another run works in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise ArchiveTaken(
                f"Another 'balie-collector archive' works in {folder}: let it finish."
            ) from taken
        for unfinished in folder.glob(f".*{UNFINISHED}"):
            unfinished.unlink()
        yield


def _archive_epoch(
    mark: Mark, before: datetime, folder: Path, now: datetime
) -> Iterator[models.Archive]:
    """Write the files that are due; each is given back before the next is begun."""
    for unfinished in _files(mark).filter(cleared__lt=F("last")):
        if file_hash(unfinished.path) != unfinished.sha256:
            raise ArchiveError(
                f"{unfinished.path} was altered after it was written; its entries are still in the "
                "database up to its end"
            )
        yield unfinished
    while True:
        last = _files(mark).last()
        after = last.until if last else Watermark(mark.epoch, 0, ZERO_HASH)
        left = _left_behind(mark, after, folder)
        if left is not None:
            yield record(left, prove_for(read_span(left), left), (), now)
            continue
        span = _due(mark, after, before)
        if span is None:
            return
        yield write_archive(span, folder, now)


def _files(mark: Mark) -> QuerySet[models.Archive]:
    return models.Archive.objects.filter(device=mark.device_id, epoch=mark.epoch).order_by("first")


def _left_behind(mark: Mark, after: Watermark, folder: Path) -> Path | None:
    """Find the file that a killed run had written but not recorded."""
    name = f"{mark.device_id}-{mark.epoch}-{after.sequence + 1}-*{SUFFIX}"
    for path in sorted(folder.glob(name)):
        span = read_span(path)
        last = span.until
        if span.device != mark.device_id:
            continue  # its name begins like this one's
        if last.sequence > min(mark.sequence, mark.projected):
            raise ArchiveError(
                f"{path} goes on to {last}, further than this database: was it restored from a "
                "backup? Then have it learn from the files with 'balie-collector archive --take-in'"
            )
        held = Entry.objects.filter(
            device=mark.device_id, epoch=mark.epoch, sequence=last.sequence, hash=last.hash
        )
        if span.after != after or not held.exists():
            raise ArchiveError(
                f"{path} is not of the history that the database has, and no record knows it: "
                "keep it elsewhere, its name is needed"
            )
        return path
    return None


def _due(mark: Mark, after: Watermark, before: datetime) -> Span | None:
    """Choose what goes into the next file; None where nothing is old enough."""
    here = {"device": mark.device_id, "epoch": mark.epoch, "sequence__gt": after.sequence}
    last = min(mark.sequence, mark.projected, after.sequence + ENTRIES_IN_A_FILE)
    young = Entry.objects.filter(sequence__lte=last, received__gte=before, **here)
    first_young = young.order_by("sequence").values_list("sequence", flat=True).first()
    if first_young is not None:
        last = first_young - 1
    entry = Entry.objects.filter(
        device=OuterRef("device"),
        epoch=OuterRef("epoch"),
        sequence=OuterRef("sequence"),
        hash=OuterRef("hash"),
    )
    signed = Signature.objects.filter(Exists(entry), sequence__lte=last, **here)
    head = signed.order_by("-sequence").values_list("sequence", "hash").first()
    if head is None:
        return None
    until = Watermark(mark.epoch, *head)
    _check_link(mark, until)
    return Span(mark.device_id, after, until)


def _check_link(mark: Mark, until: Watermark) -> None:
    """Refuse a file that the next entry in the database would not continue."""
    if until.sequence == mark.sequence:
        linked = until.hash == mark.hash
    else:
        linked = Entry.objects.filter(
            device=mark.device_id,
            epoch=mark.epoch,
            sequence=until.sequence + 1,
            previous=until.hash,
        ).exists()
    if not linked:
        raise ArchiveError(
            f"what comes after entry {until} should name it by its hash and does not: check the "
            "database with 'balie journal verify'"
        )
