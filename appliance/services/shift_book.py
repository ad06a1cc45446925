"""The books of cash as the journal's writer keeps them, entry by entry, in the journal's order.

They are folded in the writer's thread before anybody hears that an entry is on the disk. So a Z,
which is made there too, holds everything recorded before it, and nothing can come between.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from appliance.domain.errors import DomainError
from appliance.domain.shift import Opening, Period, Place
from appliance.domain.shift_books import (
    CASH_MOVED,
    PERIOD_CLOSED,
    SALE,
    SHIFT_OPENED,
    Books,
)
from appliance.journal.entry import Entry, Watermark
from appliance.journal.store import Event
from appliance.services import events
from appliance.services.ports import Clock, JournalHistory, Shelf

log = logging.getLogger(__name__)

BOOKS_FACT = "books"
KEEP_EVERY = 20
"""The books are kept after so many entries, so a cold start reads no more than these again."""
_NEEDS_SHIFT = frozenset({SALE, CASH_MOVED})


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the books of a replaced device go on.

    Attributes:
        books: As the back office knew them; empty for a device that is new.
        first_epoch: What was recorded in earlier epochs is in these books already.
    """

    books: Books = field(default_factory=Books)
    first_epoch: int = 0


NEW = Begun()
"""A device that was never replaced."""


class ShiftBook:
    """Follows the journal; see `appliance.journal.writer.Follower`.

    Args:
        books: As they stand.
        head: The last entry that is in them.
        shelf: Keeps them.
        clock: Tells when a shift opens by itself.

    Attributes:
        books: As they stand now; replaced, never changed, so any thread may read them.
    """

    def __init__(self, books: Books, head: Watermark, *, shelf: Shelf, clock: Clock) -> None:
        self.books = books
        self._head = head
        self._shelf = shelf
        self._clock = clock
        self._unkept = 0

    @classmethod
    def resume(
        cls, history: JournalHistory, shelf: Shelf, *, clock: Clock, begun: Begun = NEW
    ) -> ShiftBook:
        """Go on after a start: what was kept, and what the journal says since.

        Args:
            history: The journal.
            shelf: Where the books were kept.
            clock: The shop's time.
            begun: Where a replaced device goes on.
        """
        head = history.head
        books, after = _kept(shelf, head)
        replaced = begun.first_epoch <= head.epoch
        if replaced and (after is None or after.epoch < begun.first_epoch):
            # Whatever this card tells of earlier epochs is in the books it was given.
            books, after = begun.books, None
        for entry in history.entries(after):
            if after is not None or not replaced or entry.epoch >= begun.first_epoch:
                books = fold(books, entry)
        if not replaced:
            books = books.not_below(begun.books)
        return cls(books, head, shelf=shelf, clock=clock)

    def before(self, submitted: Sequence[Event]) -> Sequence[Event]:
        """Have a shift opened where money moves without one: nobody is ever stopped.

        Days, months and years that are over are closed before a shift begins.
        """
        opening = self._opening(submitted)
        if opening is None:
            return ()
        first = self.due(opening.at, opening.by)
        if any(event.type == SHIFT_OPENED for event in submitted):
            return first
        return (*first, Event(SHIFT_OPENED, opening.to_data(), opening.at))

    def after(self, entries: Sequence[Entry]) -> None:
        """Fold what was recorded."""
        before = self.books
        for entry in entries:
            self.books = fold(self.books, entry)
            self._head = entry.watermark
        if self.books is before:
            return
        self._unkept += len(entries)
        # A shift that began or ended is kept at once.
        turned = before.z != self.books.z or (before.shift is None) != (self.books.shift is None)
        if turned or self._unkept >= KEEP_EVERY:
            self._keep()

    def due(self, at: datetime, by: str) -> tuple[Event, ...]:
        """Return the closings of the periods that are over on a day."""
        over = [period for period, each in self.books.periods.items() if each.is_over(at.date())]
        return tuple(filter(None, (self.closing_of(period, at, by) for period in over)))

    def closing_of(self, period: Period, at: datetime, by: str) -> Event | None:
        """Return the closing of a period, or nothing where no shift is in it."""
        data = self.books.period_data(period, at=at, by=by)
        return None if data is None else Event(PERIOD_CLOSED, data, at)

    def _opening(self, submitted: Sequence[Event]) -> Opening | None:
        """Return the shift that these events begin, if one does."""
        if self.books.shift is not None:
            return None
        for event in submitted:
            if event.type in _NEEDS_SHIFT or event.type == SHIFT_OPENED:
                at = event.time or self._clock()
                by = str(event.data.get("cashier") or event.data.get("by") or "")
                return self.books.opening(at=at, day=at.date(), by=by)
        return None

    def _keep(self) -> None:
        self._unkept = 0
        kept: dict[str, Any] = {"books": self.books.to_data(), **events.place(self._head)}
        self._shelf.keep_fact(BOOKS_FACT, kept)


def fold(books: Books, entry: Entry) -> Books:
    """Return the books after an entry; one that cannot be read is said and passed over.

    The desk sells on: the collector folds the same entries and names what it cannot read.
    """
    try:
        return books.after(entry.type, entry.data, Place(entry.epoch, entry.sequence))
    except (DomainError, LookupError, TypeError, ValueError, AttributeError):
        log.exception("Entry %s.%s is not in the books.", entry.epoch, entry.sequence)
        return books


def _kept(shelf: Shelf, head: Watermark) -> tuple[Books, Watermark | None]:
    """Return the books as they were kept and the place they were kept at."""
    kept: Mapping[str, Any] | None = shelf.fact(BOOKS_FACT)
    if not kept:
        return Books(), None
    after = Watermark(kept["epoch"], kept["sequence"], kept["hash"])
    try:
        books = Books.from_data(kept["books"])
    except (DomainError, LookupError, TypeError, ValueError):
        log.exception("The books that were kept cannot be read; the journal is read instead.")
        return Books(), None
    # A journal that is behind its own desk was put back from an older copy.
    return (Books(), None) if after.place > head.place else (books, after)
