"""A device's journal in memory: what is not acknowledged yet, and a little of what is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from appliance.journal.entry import START, ZERO_HASH, Line, Watermark, make

OPENED = "balie.journal.opened.v1"
REMEMBERED = 5
"""Acknowledged entries that are kept, so that a device can send them again."""


class Ledger:
    """One epoch of one device, for a `Sender` to read.

    Every life of a simulated device is an epoch of its own: its memory ends with the process. It
    must not be used with a collector that is put back to an older state while it runs, for it
    could not fill that hole.

    Args:
        device: The device's name.
        held: What the collector holds of its earlier lives, `START` for nothing.
        epoch: The epoch to open, above every earlier one.
        software: What it says it runs.
        now: The time with an offset.
        made_at: The same on the clock that delays are measured with, in seconds.
    """

    def __init__(
        self,
        device: str,
        *,
        held: Watermark,
        epoch: int,
        software: str,
        now: datetime,
        made_at: float,
    ) -> None:
        self._device = device
        self._held = held
        self._head = Watermark(epoch, 0, ZERO_HASH)
        self._acked = 0
        self._lines: deque[Line] = deque()
        self._made_at: deque[float] = deque()
        place = {"epoch": held.epoch, "sequence": held.sequence, "hash": held.hash}
        opening = {
            "epoch": epoch,
            "reason": "new",
            "device": device,
            "software": software,
            "after": None if held == START else place,
            "above": None,
        }
        self.append(OPENED, opening, now, made_at)

    @property
    def head(self) -> Watermark:
        """The last entry's place."""
        return self._head

    @property
    def unacknowledged(self) -> int:
        """How many entries the collector has not acknowledged."""
        return len(self._made_at)

    def append(self, kind: str, data: dict[str, Any], now: datetime, made_at: float) -> None:
        """Make the next entry."""
        entry = make(self._head, device=self._device, type=kind, time=now, data=data)
        self._head = entry.watermark
        self._lines.append(Line(entry.epoch, entry.sequence, entry.raw))
        self._made_at.append(made_at)

    def entries(self, after: Watermark, limit: int) -> Iterator[Line]:
        """Read at most ``limit`` entries after a place, of those still kept."""
        lines = self._lines
        skip = 0
        if lines and after.epoch == self._head.epoch:
            skip = max(0, after.sequence + 1 - lines[0].sequence)
        return islice(lines, skip, skip + limit)

    def find(self, epoch: int, sequence: int) -> Watermark | None:
        """Tell an entry's place and hash, None if it is not, or no longer, known."""
        if (epoch, sequence) == self._held.place:
            return self._held
        if (epoch, sequence) == self._head.place:
            return self._head
        first = self._lines[0].sequence
        if epoch != self._head.epoch or not first <= sequence <= self._head.sequence:
            return None
        return self._lines[sequence - first].watermark

    def acknowledge(self, mark: Watermark, now: float) -> Iterator[float]:
        """Forget what is acknowledged, all but the last; yield how long each entry waited, in s."""
        if mark.epoch != self._head.epoch:
            return
        while self._acked < mark.sequence and self._made_at:
            self._acked += 1
            yield now - self._made_at.popleft()
        while len(self._lines) > len(self._made_at) + REMEMBERED:
            self._lines.popleft()
