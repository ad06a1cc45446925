"""An entry as a sender sees it: its place and its bytes, which it need not read."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple, Protocol

from appliance.journal.watermark import Watermark


class Sendable(Protocol):
    """An entry as far as a sender cares: its place and its bytes."""

    @property
    def epoch(self) -> int: ...  # noqa: D102 - as in Entry
    @property
    def sequence(self) -> int: ...  # noqa: D102 - as in Entry
    @property
    def raw(self) -> bytes: ...  # noqa: D102 - as in Entry
    @property
    def watermark(self) -> Watermark: ...  # noqa: D102 - as in Entry


class Line(NamedTuple):
    """An entry's bytes with the place under which they were stored, not read any further.

    Sending a backlog needs no more than this and costs a fifth of reading every entry.

    Attributes:
        epoch: Its epoch.
        sequence: Its number in the epoch.
        raw: Its bytes.
        position: How many entries its journal ever had up to and with this one, where that counts.
    """

    epoch: int
    sequence: int
    raw: bytes
    position: int = 0

    @property
    def place(self) -> tuple[int, int]:
        """Epoch and sequence, as `Watermark.place`."""
        return self.epoch, self.sequence

    @property
    def watermark(self) -> Watermark:
        """The place of this entry; its hash is taken now."""
        return Watermark(self.epoch, self.sequence, sha256(self.raw).hexdigest())
