"""Checking that every recorded file is where it should be and says what it said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.journal.archive import ArchiveError, Span, file_hash
from appliance.journal.entry import ZERO_HASH, Watermark
from collector.archive.models import Archive
from collector.archive.writing import prove_for
from collector.ingest.models import Entry
from collector.ingest.models import Watermark as Mark


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out about one file.

    Attributes:
        archive: Its record.
        fault: What is wrong, as a sentence; empty when nothing is.
    """

    archive: Archive
    fault: str


def check(device: str | None = None) -> Iterator[Checked]:
    """Read every recorded file, of one device or of all, and compare it with the records."""
    archives = Archive.objects.order_by("device", "epoch", "first")
    before: Archive | None = None
    for archive in archives.filter(device=device) if device else archives:
        yield Checked(archive, _fault(archive, before))
        before = archive


def _fault(archive: Archive, before: Archive | None) -> str:
    try:
        _compare(archive, before)
    except ArchiveError as error:
        return str(error)
    return ""


def _compare(archive: Archive, before: Archive | None) -> None:
    path = archive.path
    follows = Watermark(archive.epoch, archive.first - 1, archive.previous)
    span = Span(archive.device_id, follows, archive.until)
    proof = prove_for(span, path)
    known = tuple(piece.place for piece in archive.pieces.order_by("first"))
    if proof.pieces != known:
        raise ArchiveError(f"{path} holds other entries than those that were archived")
    if file_hash(path) != archive.sha256:
        raise ArchiveError(f"{path} is not the file that was written, though its entries are right")
    if (archive.device_id, archive.epoch) != (before and (before.device_id, before.epoch)):
        before = None
    wanted = before.until if before else Watermark(archive.epoch, 0, ZERO_HASH)
    if follows != wanted:
        raise ArchiveError(f"{path} follows entry {follows}; the file before it ends at {wanted}")
    _check_what_follows(archive)


def _check_what_follows(archive: Archive) -> None:
    """Hold the file's end against the entry after it, where that is in the database."""
    here = {"device": archive.device_id, "epoch": archive.epoch}
    after = Entry.objects.filter(sequence=archive.last + 1, **here)
    named = after.values_list("previous", flat=True).first()
    mark = Mark.objects.filter(sequence=archive.last, **here)
    named = named or mark.values_list("hash", flat=True).first() or archive.hash
    if named != archive.hash:
        raise ArchiveError(
            f"{archive.path} ends with another entry {archive.until} than the one that the database "
            f"goes on from"
        )
