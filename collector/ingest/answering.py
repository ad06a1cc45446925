"""What a device is told: up to here nothing needs to be sent again.

A watermark is kept for each epoch. An epoch is told only when it ties in: the first entry of an
epoch says ``after`` which of the device's own entries it came, and that entry, with everything
before it, must be here too. Where another card under the same name had the better claim to those
numbers, it is here as a fork: set aside, but not lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appliance.journal.entry import START, Entry, Watermark, parse_envelope
from appliance.journal.errors import EntryError
from appliance.journal.word import Word
from collector.archive.held import first_entry, hash_of
from collector.ingest import models

Place = tuple[int, int, str]
"""Epoch, sequence and hash of an entry; the hash is empty where it was not said."""


def answer(device: str, marks: Mapping[int, Watermark]) -> Word:
    """Choose what to tell a device.

    Args:
        device: The device.
        marks: Watermarks of all its epochs.
    """
    own = {epoch: mark for epoch, mark in sorted(marks.items()) if mark.sequence}
    tied = [mark for epoch, mark in own.items() if _ties_in(device, epoch, own)]
    if not tied:
        return Word(START, ())
    return Word(tied[-1], tuple(reversed(tied[:-1])))


def acknowledgement(device: str, marks: Mapping[int, Watermark]) -> Watermark:
    """Return the highest place of what a device is told."""
    return answer(device, marks).watermark


def _ties_in(device: str, epoch: int, own: Mapping[int, Watermark]) -> bool:
    """Whether everything the device had before an epoch, and could still send, is held."""
    if epoch == 1:
        return True
    raw = models.Entry.objects.filter(device_id=device, epoch=epoch, sequence=1)
    opening = raw.values_list("raw", flat=True).first() or first_entry(device, epoch)
    if opening is None:
        return True
    return _comes_after_what_is_here(device, parse_envelope(bytes(opening)), own)


def _comes_after_what_is_here(device: str, opening: Entry, own: Mapping[int, Watermark]) -> bool:
    try:
        after = _place(opening.data.get("after"))
    except EntryError:
        return True  # it is kept with a complaint, and whoever made it can say it no better
    return after is None or (after[0] < opening.epoch and _is_here(device, after, own))


def _is_here(device: str, place: Place, own: Mapping[int, Watermark]) -> bool:
    """Whether an entry and all before it are held, as what counts or as forks."""
    epoch, sequence, digest = place
    forks: dict[tuple[int, str], bytes] | None = None
    while not _counts(device, (epoch, sequence, digest), own):
        if forks is None:
            forks = _forks(device, epoch, sequence)
        raw = forks.get((sequence, digest))
        if raw is None:
            return False
        fork = parse_envelope(raw)
        if sequence == 1:
            return _comes_after_what_is_here(device, fork, own)
        sequence, digest = sequence - 1, fork.previous
    return _ties_in(device, epoch, own)


def _counts(device: str, place: Place, own: Mapping[int, Watermark]) -> bool:
    """Whether this very entry is at or below its epoch's watermark."""
    epoch, sequence, digest = place
    mark = own.get(epoch)
    if mark is None or sequence > mark.sequence:
        return False
    if not digest or digest == mark.hash:
        return True
    held = models.Entry.objects.filter(device_id=device, epoch=epoch, sequence=sequence)
    found = held.values_list("hash", flat=True).first() or hash_of(device, epoch, sequence)
    return found in (digest, None)


def _forks(device: str, epoch: int, last: int) -> dict[tuple[int, str], bytes]:
    found = models.Fork.objects.filter(device_id=device, epoch=epoch, sequence__lte=last)
    return {
        (at, digest): bytes(raw) for at, digest, raw in found.values_list("sequence", "hash", "raw")
    }


def _place(value: Any) -> Place | None:
    """Read a place out of an entry, None where it is not one."""
    if not isinstance(value, dict):
        return None
    epoch, sequence, digest = value.get("epoch"), value.get("sequence"), value.get("hash")
    if type(epoch) is not int or type(sequence) is not int:
        return None
    return epoch, sequence, digest if isinstance(digest, str) else ""
