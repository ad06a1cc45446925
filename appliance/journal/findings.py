"""What may be wrong with a journal, and the list of what is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

MOST_LISTED = 1000
"""So many findings are named one by one; a file of noise fills a counter, not the memory."""


class Kind(StrEnum):
    """What may be wrong with a journal."""

    UNREADABLE = "unreadable"
    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    SWAPPED = "swapped"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"
    FORGED = "forged"
    FOREIGN = "foreign"
    UNGUARDED = "unguarded"
    TOTALS = "totals"
    RECEIPT = "receipt"
    SHIFT = "shift"
    TRAINING = "training"
    ATTACHMENT = "attachment"
    FORK = "fork"
    WATERMARK = "watermark"
    KEY = "key"
    FIGURES = "figures"
    LEDGER = "ledger"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        kind: What kind of thing.
        place: Where: ``1.7`` is entry 7 of epoch 1; a row, line or file where no entry is at fault.
        sentence: What was expected and what was found.
    """

    kind: Kind
    place: str
    sentence: str


@dataclass(slots=True)
class Findings:
    """Everything that is wrong, as far as it is listed.

    Attributes:
        listed: The first of them, `MOST_LISTED` at most.
        count: How many there are.
    """

    listed: list[Finding] = field(default_factory=list)
    count: int = 0

    def add(self, kind: Kind, place: str, sentence: str) -> None:
        """Note one more."""
        self.count += 1
        if len(self.listed) < MOST_LISTED:
            self.listed.append(Finding(kind, place, sentence))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.listed)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Finding:
        return self.listed[index]
