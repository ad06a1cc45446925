"""What the archive holds: asked by ingest, projections and pages.

Whether an entry that comes again is a repeat or a fork is told by its hash alone, which stays in
the database. The files themselves are read for the entries' bytes only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Max, QuerySet

from appliance.journal.archive import ArchiveError, read_piece
from appliance.journal.entry import ZERO_HASH, Entry, parse_envelope
from collector.archive.models import Archive, Piece
from collector.ingest.checking import Checked
from collector.ingest.forks import Disagreement

Place = tuple[str, int]
"""A device and one of its epochs."""


@dataclass(frozen=True, slots=True)
class Found:
    """An archived entry.

    Attributes:
        raw: Its bytes, which still have the hash they had when they were archived.
        hash: That hash.
        before: The hash of the entry before it.
        file: The file it is in.
        received: When it came, or one of the next few after it.
    """

    raw: bytes
    hash: str
    before: str
    file: str
    received: datetime


def cleared(devices: Collection[str]) -> dict[Place, int]:
    """Tell of each epoch of some devices up to where only the archive has its entries."""
    archives = Archive.objects.filter(device__in=devices).order_by()
    reached = archives.values_list("device_id", "epoch").annotate(Max("cleared"))
    return {(device, epoch): sequence for device, epoch, sequence in reached}


def sift(
    batches: Sequence[Checked], suspects: Collection[Place]
) -> tuple[list[Checked], list[Disagreement]]:
    """Take out of batches what the archive has.

    Args:
        batches: What came.
        suspects: The epochs of which something came that lies at or below the watermark.

    Returns:
        What is left to be stored, and what came with other bytes than those that are archived.
    """
    reached = cleared({device for device, _ in suspects}) if suspects else {}
    left: list[Checked] = []
    disagreements: list[Disagreement] = []
    for checked in batches:
        batch = checked.batch
        place = batch.device, batch.epoch
        until = reached.get(place, 0)
        if batch.first > until:
            left.append(checked)
            continue
        old = min(until - batch.first + 1, batch.count)
        disagreements += _disagreements(place, batch.entries[:old])
        if old < batch.count:
            rest = replace(
                batch, first=until + 1, count=batch.count - old, entries=batch.entries[old:]
            )
            left.append(replace(checked, batch=rest, times=checked.times[old:]))
    return left, disagreements


def first_entries(device: str) -> dict[int, bytes]:
    """Return the first entry of each epoch that is archived; no file is read for it."""
    found = Archive.objects.filter(device=device, first=1, cleared__gte=1).order_by()
    openings = found.values_list("epoch", "opening")
    return {epoch: bytes(raw) for epoch, raw in openings if raw is not None}


def hash_of(device: str, epoch: int, sequence: int) -> str | None:
    """Return the hash of an archived entry; None where it is not archived."""
    piece = _pieces((device, epoch), sequence, sequence).first()
    return None if piece is None else piece.place.hash_of(sequence)


def archive_of(device: str, epoch: int, sequence: int) -> Archive | None:
    """Return the archive that an entry is in and nowhere else; None where there is none."""
    return Archive.objects.filter(
        device=device, epoch=epoch, first__lte=sequence, cleared__gte=sequence
    ).first()


def archived_in_words(device: str) -> list[str]:
    """Say up to where a device's epochs are archived, and whether the last file is there."""
    archives = Archive.objects.filter(device=device).order_by("epoch", "first")
    last = {each.epoch: each for each in archives.defer("opening")}
    return [
        f"archived up to {each.epoch}.{each.cleared} in {each.file}"
        + ("" if each.path.exists() else ", which is not there now")
        for each in last.values()
    ]


def find(device: str, epoch: int, sequence: int) -> Found | None:
    """Read an archived entry; None where it is not archived.

    Raises:
        ArchiveError: The file is missing, or the entry in it was altered.
    """
    piece = _pieces((device, epoch), sequence, sequence).select_related("archive").first()
    if piece is None or piece.archive.cleared < sequence:
        return None
    lines = read_piece(piece.archive.path, piece.place)
    before = hash_of(device, epoch, sequence - 1) if sequence > 1 else ZERO_HASH
    return Found(
        raw=lines[sequence - piece.first],
        hash=piece.place.hash_of(sequence),
        before=before or piece.archive.previous,
        file=piece.archive.file,
        received=piece.received,
    )


def read(
    place: Place, after: int, until: int, types: Collection[str], limit: int
) -> tuple[list[tuple[int, str, bytes]], int]:
    """Read archived entries of some types, some at a time.

    Args:
        place: The device and epoch.
        after: Read what comes after this sequence.
        until: Up to this one, which is archived.
        types: The types wanted.
        limit: How many are enough: the batch that reaches it is still read to its end.

    Returns:
        Sequence, type and bytes of each, and up to where was read.

    Raises:
        ArchiveError: A file is missing or was altered.
    """
    found: list[tuple[int, str, bytes]] = []
    reached = after
    for piece in _each_piece(place, after + 1, until):
        lines = read_piece(piece.archive.path, piece.place)
        for sequence, raw in enumerate(lines, piece.first):
            if reached < sequence <= until:
                kind = parse_envelope(raw).type
                if kind in types:
                    found.append((sequence, kind, raw))
        reached = min(piece.last, until)
        if len(found) >= limit:
            break
    if reached == after:
        device, epoch = place
        raise ArchiveError(
            f"no archive is recorded that holds entry {epoch}.{after + 1} of {device}"
        )
    return found, reached


def _each_piece(place: Place, first: int, last: int) -> Iterator[Piece]:
    return _pieces(place, first, last).select_related("archive").iterator(chunk_size=8)


def _pieces(place: Place, first: int, last: int) -> QuerySet[Piece]:
    """Choose the batches that lie between two sequences, or over one of them, in order."""
    device, epoch = place
    return Piece.objects.filter(
        archive__device=device,
        archive__epoch=epoch,
        archive__first__lte=last,
        archive__last__gte=first,
        first__lte=last,
        last__gte=first,
    ).order_by("first")


def _disagreements(place: Place, entries: Sequence[Entry]) -> list[Disagreement]:
    first, last = entries[0].sequence, entries[-1].sequence
    hashes: dict[int, str] = {}
    for piece in _pieces(place, first, last):
        kept = piece.place
        for sequence in range(max(first, kept.first), min(last, kept.last) + 1):
            hashes[sequence] = kept.hash_of(sequence)
    device, _ = place
    return [
        Disagreement(device, entry, "another entry with this number is held, in the archive")
        for entry in entries
        if hashes.get(entry.sequence) != entry.hash
    ]
