"""The register's books of cash: folded from the journal, entry by entry, in its order.

Whoever folds the same entries holds the same books: the desk while it runs, the desk after a cold
start, the back office. A Z is read back as it was written, so its number and the perpetual totals
go on even where earlier entries are no longer at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from appliance.domain.payment import Tender
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.shift import Closing, Opening, Period, PeriodSum, Perpetual, Place, Shift, Z
from appliance.domain.shift_count import Count
from appliance.domain.shift_totals import NONE, ShiftTotals, Tally

SALE = "balie.sale.completed.v1"
ABANDONED = "balie.sale.abandoned.v1"
REPRINTED = "balie.receipt.reprinted.v1"
SHIFT_OPENED = "balie.shift.opened.v1"
CASH_MOVED = "balie.cash.moved.v1"
DRAWER_OPENED = "balie.drawer.opened.v1"
SHIFT_COUNTED = "balie.shift.counted.v1"
SHIFT_CLOSED = "balie.shift.closed.v1"
SHIFT_REPRINTED = "balie.shift.reprinted.v1"
PERIOD_CLOSED = "balie.period.closed.v1"
TERMINAL_CLOSED = "balie.terminal.closed.v1"

TERMINAL_APPROVED = "approved"
"""How a terminal's end of day went that handed everything over."""

BEGINNING = Place()
"""Before the first entry."""


def _none_begun() -> Mapping[Period, PeriodSum]:
    return {period: PeriodSum(period) for period in Period}


@dataclass(frozen=True, slots=True)
class Books:
    """What a register's journal says of its money, up to one entry.

    Attributes:
        shift: The shift that is open, if one is.
        z: Number of the last Z.
        closed_at: Where that Z stands in the journal.
        left_minor: What it left in the drawer.
        perpetual: Totals since the register was new.
        periods: Day, month and year so far.
        terminal: What the card terminal took, tips included, since its own last end of day.
    """

    shift: Shift | None = None
    z: int = 0
    closed_at: Place = BEGINNING
    left_minor: int = 0
    perpetual: Perpetual = field(default_factory=Perpetual)
    periods: Mapping[Period, PeriodSum] = field(default_factory=_none_begun)
    terminal: Tally = NONE

    def after(self, kind: str, data: Mapping[str, Any], place: Place) -> Books:
        """Return the books after one entry.

        Args:
            kind: Its type; what is no matter of money changes nothing.
            data: Its facts.
            place: Where it stands.

        Raises:
            DomainError, KeyError: It cannot be read.
        """
        fold = _FOLDS.get(kind)
        return self if fold is None else fold(self, data, place)

    def not_below(self, known: Books) -> Books:
        """Return the books with no number lower than others know it to be.

        Args:
            known: What the back office knew when the device was replaced.
        """
        mine, theirs = self.perpetual, known.perpetual
        periods = {
            period: replace(each, number=max(each.number, known.periods[period].number))
            for period, each in self.periods.items()
        }
        return replace(
            self,
            z=max(self.z, known.z),
            perpetual=mine if mine.receipts >= theirs.receipts else theirs,
            periods=periods,
        )

    def opening(self, *, at: datetime, day: date, by: str, count: Count | None = None) -> Opening:
        """Return how the next shift begins; what was left the time before is proposed."""
        return Opening(self.z + 1, at, day, by, self.left_minor, count)

    def closing(self, closing: Closing, *, register: str, currency: str, last: Place) -> Z | None:
        """Return the Z of the open shift, or nothing where none is open.

        Args:
            closing: What is said at its end.
            register: The register's name in receipt numbers.
            currency: ISO 4217 code.
            last: The last entry before the Z.
        """
        if self.shift is None:
            return None
        first = Place(self.closed_at.epoch or 1, self.closed_at.sequence + 1)
        return Z(
            register=register,
            currency=currency,
            opening=self.shift.opening,
            closing=closing,
            totals=self.shift.totals,
            perpetual=self.perpetual,
            first=first,
            last=last,
            entries=self.shift.entries,
            counts=self.shift.counts,
        )

    def period_data(self, period: Period, *, at: datetime, by: str) -> dict[str, Any] | None:
        """Return the data of a ``balie.period.closed.v1`` entry, or nothing for an empty period."""
        found = self.periods[period]
        if found.is_empty:
            return None
        return {
            **found.to_data(),
            "closed": at.isoformat(),
            "by": by,
            "perpetual": self.perpetual.to_data(),
        }

    def to_data(self) -> dict[str, Any]:
        """Return them in JSON's own types."""
        shift = self.shift
        return {
            "shift": None
            if shift is None
            else {
                "opening": shift.opening.to_data(),
                "totals": shift.totals.to_data(),
                "locked": None if shift.locked is None else shift.locked.to_data(),
                "counts": shift.counts,
                "entries": shift.entries,
                "moved": shift.moved,
            },
            "z": self.z,
            "closed_at": self.closed_at.to_data(),
            "left_minor": self.left_minor,
            "perpetual": self.perpetual.to_data(),
            "periods": [each.to_data() for each in self.periods.values()],
            "terminal": self.terminal.to_data(),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Books:
        """Read what `to_data` made."""
        found = data["shift"]
        periods = map(PeriodSum.from_data, data["periods"])
        return cls(
            shift=None if found is None else _shift_from(found),
            z=data["z"],
            closed_at=Place(**data["closed_at"]),
            left_minor=data["left_minor"],
            perpetual=Perpetual(**data["perpetual"]),
            periods={each.period: each for each in periods},
            # Books that an earlier version kept do not say it.
            terminal=Tally(**data.get("terminal", {})),
        )


def _shift_from(data: Mapping[str, Any]) -> Shift:
    locked = data["locked"]
    return Shift(
        opening=Opening.from_data(data["opening"]),
        totals=ShiftTotals.from_data(data["totals"]),
        locked=None if locked is None else Count.from_data(locked),
        counts=data["counts"],
        entries=data["entries"],
        moved=data["moved"],
    )


def _sold(books: Books, data: Mapping[str, Any], _: Place) -> Books:
    facts = ReceiptFacts.from_data(data)
    terminal = books.terminal
    for payment in facts.payments:
        if payment.tender is Tender.CARD_TERMINAL:
            terminal = terminal.add(payment.amount_minor + payment.tip_minor)
    perpetual = books.perpetual.after(facts.gross_minor)
    books = replace(books, perpetual=perpetual, terminal=terminal)
    shift = books.shift
    if shift is None:
        return books
    return replace(books, shift=shift.with_totals(shift.totals.after_sale(facts)))


def _abandoned(books: Books, data: Mapping[str, Any], _: Place) -> Books:
    shift = books.shift
    if shift is None:
        return books
    totals = shift.totals.after_abandoned(data["gross_minor"])
    return replace(books, shift=shift.with_totals(totals))


def _reprinted(books: Books, _data: Mapping[str, Any], _: Place) -> Books:
    shift = books.shift
    if shift is None:
        return books
    return replace(books, shift=shift.with_totals(shift.totals.after_copy()))


def _opened(books: Books, data: Mapping[str, Any], _: Place) -> Books:
    return replace(books, shift=Shift(Opening.from_data(data)))


def _moved(books: Books, data: Mapping[str, Any], _: Place) -> Books:
    shift = books.shift
    if shift is None:
        return books
    totals = shift.totals.after_movement(data["kind"], data["amount_minor"])
    return replace(books, shift=replace(shift.with_totals(totals), moved=data["number"]))


def _drawer(books: Books, data: Mapping[str, Any], _: Place) -> Books:
    shift = books.shift
    if shift is None:
        return books
    totals = shift.totals.after_opening(data["cause"], data["open_s"] or 0)
    return replace(books, shift=shift.with_totals(totals))


def _counted(books: Books, data: Mapping[str, Any], _: Place) -> Books:
    shift = books.shift
    if shift is None:
        return books
    locked = Count.from_data(data["count"])
    entries, counts = shift.entries + 1, shift.counts + 1
    return replace(books, shift=replace(shift, locked=locked, counts=counts, entries=entries))


def _closed(books: Books, data: Mapping[str, Any], place: Place) -> Books:
    z = Z.from_data(data)
    return Books(
        shift=None,
        z=z.number,
        closed_at=place,
        left_minor=z.left_minor,
        perpetual=z.perpetual,
        periods={period: each.after(z) for period, each in books.periods.items()},
        terminal=books.terminal,
    )


def _period_closed(books: Books, data: Mapping[str, Any], _: Place) -> Books:
    closed = PeriodSum.from_data(data)
    begun = PeriodSum(closed.period, number=closed.number + 1)
    return replace(books, periods={**books.periods, closed.period: begun})


def _terminal_closed(books: Books, data: Mapping[str, Any], _: Place) -> Books:
    """What the terminal handed over is done with; what it did not stays to be compared."""
    closed = data["outcome"] == TERMINAL_APPROVED
    return replace(books, terminal=NONE) if closed else books


_FOLDS: Mapping[str, Callable[[Books, Mapping[str, Any], Place], Books]] = {
    SALE: _sold,
    ABANDONED: _abandoned,
    REPRINTED: _reprinted,
    SHIFT_OPENED: _opened,
    CASH_MOVED: _moved,
    DRAWER_OPENED: _drawer,
    SHIFT_COUNTED: _counted,
    SHIFT_CLOSED: _closed,
    PERIOD_CLOSED: _period_closed,
    TERMINAL_CLOSED: _terminal_closed,
}

TYPES = tuple(_FOLDS)
"""Of all entries that matter to the books."""
