"""Receipt numbers: each register counts its sales without gaps and uses no number twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Numbering:
    """Follows the numbers of each register through one journal.

    Attributes:
        again: Runs of numbers that a later epoch gave out again: ``(register, first, last)``. A
            card that was put back from an older copy does that; nobody changed anything.
    """

    again: list[tuple[str, int, int]] = field(default_factory=list)
    _last: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The last epoch and number of each register."""
    _unsure: set[str] = field(default_factory=set)
    """Registers whose next number is not known: something before it is missing."""

    def lose_track(self) -> None:
        """Expect nothing of the next number: something between is missing or unread."""
        self._unsure.update(self._last)

    def follow(self, epoch: int, data: Mapping[str, Any]) -> str:
        """Take the next sale's number; say what is wrong with it, empty when nothing is."""
        register, number = data.get("register"), data.get("number")
        if type(register) is not str or type(number) is not int:
            return ""
        before_epoch, before = self._last.get(register, (epoch, 0))
        known = register in self._last and register not in self._unsure
        self._unsure.discard(register)
        self._last[register] = (epoch, number)
        if epoch != before_epoch:
            self._note_again(register, number, before)
            return ""
        if not known or number == before + 1:
            return ""
        if number <= before:
            self._last[register] = (epoch, max(before, number))
            return f"its number {number} was given out before: {before} was the last"
        if number == before + 2:
            return f"the receipt with number {before + 1} before it was skipped"
        return f"the receipts with numbers {before + 1} to {number - 1} before it were skipped"

    def _note_again(self, register: str, number: int, before: int) -> None:
        if number <= before:
            self.again.append((register, number, before))
