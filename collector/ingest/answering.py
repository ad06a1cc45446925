"""What a device is told: up to here nothing needs to be sent again.

A watermark is kept for each epoch. An epoch is told only when it ties in: the first entry of an
epoch says ``after`` which of the device's own entries it came, and that entry, with everything
before it, must be here too. Where another card under the same name had the better claim to those
numbers, it is here as a fork: set aside, but not lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from appliance.journal.entry import START, Entry, Watermark, parse_envelope
from appliance.journal.errors import EntryError
from appliance.journal.word import Word
from collector.archive.held import first_entries, hash_of
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
    tied = [own[epoch] for epoch, ties_in in _Lives(device, own).tied().items() if ties_in]
    if not tied:
        return Word(START, ())
    return Word(tied[-1], tuple(reversed(tied[:-1])))


def acknowledgement(device: str, marks: Mapping[int, Watermark]) -> Watermark:
    """Return the highest place of what a device is told."""
    return answer(device, marks).watermark


class _Lives:
    """The epochs of one device, gone through from the first to the last.

    An epoch comes after an earlier one, so whether that ties in is known by then. A device may
    have begun as many epochs as it likes: it costs itself some time, and nobody else.

    Args:
        device: The device.
        own: Watermarks of its epochs, in order.
    """

    def __init__(self, device: str, own: Mapping[int, Watermark]) -> None:
        self._device = device
        self._own = own
        self._tied: dict[int, bool] = {}

    def tied(self) -> dict[int, bool]:
        """Tell of each epoch whether all the device had before it, and could still send, is held."""
        openings = self._openings() if any(epoch > 1 for epoch in self._own) else {}
        for epoch in self._own:
            raw = openings.get(epoch)
            self._tied[epoch] = epoch == 1 or raw is None or self._ties_in(parse_envelope(raw))
        return self._tied

    def _openings(self) -> dict[int, bytes]:
        """Read the first entry of each epoch, as far as it is held."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT entry.epoch, entry.raw FROM ingest_watermark mark JOIN ingest_entry entry"
                " ON entry.device_id = mark.device_id AND entry.epoch = mark.epoch"
                " AND entry.sequence = 1 WHERE mark.device_id = %s",
                [self._device],
            )
            found = {epoch: bytes(raw) for epoch, raw in cursor.fetchall()}
        if self._own.keys() <= found.keys():
            return found
        return first_entries(self._device) | found

    def _ties_in(self, opening: Entry) -> bool:
        """Whether an entry, and all before it, is held that the first of an epoch comes after."""
        while True:
            try:
                after = _place(opening.data.get("after"))
            except EntryError:
                return True  # it is kept with a complaint, and whoever made it can say it no better
            if after is None:
                return True
            if after[0] >= opening.epoch:
                return False
            if self._counts(after):
                return self._tied[after[0]]
            end = self._beneath_forks(after)
            if isinstance(end, tuple):
                return end != after and self._counts(end) and self._tied[end[0]]
            opening = end

    def _counts(self, place: Place) -> bool:
        """Whether this very entry is at or below its epoch's watermark."""
        epoch, sequence, digest = place
        mark = self._own.get(epoch)
        if mark is None or sequence > mark.sequence:
            return False
        if not digest or digest == mark.hash:
            return True
        held = models.Entry.objects.filter(device_id=self._device, epoch=epoch, sequence=sequence)
        found = held.values_list("hash", flat=True).first() or hash_of(
            self._device, epoch, sequence
        )
        return found in (digest, None)

    def _beneath_forks(self, place: Place) -> Place | Entry:
        """Go down from a place as long as a fork stands there.

        Returns:
            The first place below that is no fork; the fork that began the epoch where all are.
        """
        epoch, sequence, digest = place
        before = self._forks(epoch, sequence)
        while (fork := before.get((sequence, digest))) is not None:
            if isinstance(fork, Entry):
                return fork
            sequence, digest = sequence - 1, fork
        return epoch, sequence, digest

    def _forks(self, epoch: int, last: int) -> dict[tuple[int, str], str | Entry]:
        """Tell of each fork the hash of the entry before it; of one that begins an epoch, itself."""
        found = models.Fork.objects.filter(device_id=self._device, epoch=epoch, sequence__lte=last)
        forks: dict[tuple[int, str], str | Entry] = {}
        rows = found.order_by().values_list("sequence", "hash", "raw")
        for sequence, digest, raw in rows.iterator(chunk_size=500):
            fork = parse_envelope(bytes(raw))
            forks[sequence, digest] = fork if sequence == 1 else fork.previous
        return forks


def _place(value: Any) -> Place | None:
    """Read a place out of an entry, None where it is not one."""
    if not isinstance(value, dict):
        return None
    epoch, sequence, digest = value.get("epoch"), value.get("sequence"), value.get("hash")
    if type(epoch) is not int or type(sequence) is not int:
        return None
    return epoch, sequence, digest if isinstance(digest, str) else ""
