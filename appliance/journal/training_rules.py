"""Whether somebody sold where nothing is sold: while the counter was one to learn at.

What is rung up in training stands in a chain of its own, under receipt numbers that begin with
``TRAINING``, and counts nowhere. Between the two entries in the real journal that say when training
began and ended no sale stands there, and a receipt of training stands in no journal that counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from appliance.journal.entry import Entry
from appliance.journal.takings import COMPLETED

BEGUN = "balie.training.begun.v1"
ENDED = "balie.training.ended.v1"
REGISTER = "TRAINING"
"""The part of a training receipt's number before the hyphen; no register is called so."""
_DEVICE_END = "-training"


class TrainingRules:
    """Follows training through one journal."""

    def __init__(self) -> None:
        self._times = 0
        self._sales = 0
        self._epoch = 0
        self._begun = ""
        self._is_sure = False

    def lose_track(self) -> None:
        """Expect nothing of what came before: something is missing or unread."""
        self._begun, self._is_sure = "", False

    def follow(self, entry: Entry, data: Mapping[str, Any]) -> Iterator[str]:
        """Take the next entry; yield what is wrong with it, a phrase each."""
        if entry.epoch != self._epoch:
            # A card that was put back may not know of it.
            self.lose_track()
            self._epoch, self._is_sure = entry.epoch, (entry.epoch, entry.sequence) == (1, 1)
        if entry.type == BEGUN:
            self._times += 1
            self._begun, self._is_sure = str(entry.watermark), True
        elif entry.type == ENDED:
            if self._is_sure and not self._begun:
                yield "it ends training, which had not begun"
            sales = data.get("sales")
            self._sales += sales if type(sales) is int else 0
            self._begun, self._is_sure = "", True
        elif entry.type == COMPLETED:
            yield from self._sold(entry, data)

    def notes(self) -> Iterator[str]:
        """Say what a reader should know though nothing is wrong."""
        if self._times:
            yield (
                f"training: it was on {self._times} times; {self._sales} sales were rung up there, "
                "and count nowhere"
            )

    def _sold(self, entry: Entry, data: Mapping[str, Any]) -> Iterator[str]:
        if data.get("register") == REGISTER:
            if not entry.source.endswith(_DEVICE_END):
                yield "it is a receipt of training, in a journal that counts"
        elif self._begun:
            yield f"it was sold while training was on, from entry {self._begun} on"
