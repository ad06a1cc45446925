"""The drawer's money: shifts, counts, movements, Z.

Closing never blocks: any difference is taken with a reason, and what has not left the building
yet is no matter of money. All calls come from one thread; what the journal answers comes as a
`Commit`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from appliance.domain.card import mask_card_numbers
from appliance.domain.errors import DomainError, ShiftError
from appliance.domain.market import Market
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.shift import Closing, Period, PeriodSum, Place, Shift, Z
from appliance.domain.shift_books import (
    CASH_MOVED,
    PERIOD_CLOSED,
    SALE,
    SHIFT_CLOSED,
    SHIFT_COUNTED,
    SHIFT_OPENED,
    SHIFT_REPRINTED,
    TERMINAL_CLOSED,
    Books,
)
from appliance.domain.shift_causes import Cause, Evidence, Trace, likely_causes
from appliance.domain.shift_count import Count, Movement, MovementKind
from appliance.domain.shift_terminal import TerminalDay
from appliance.journal.entry import Entry, Watermark
from appliance.journal.store import Event
from appliance.journal.writer import Later
from appliance.services.commit import Commit
from appliance.services.ports import Clock, Journal, JournalHistory
from appliance.services.shift_book import ShiftBook
from drivers.terminal import DayClosed

T = TypeVar("T")

WITHOUT_SALE = ("no_sale", "forced")
"""Causes of the drawer's openings with no money to change hands."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement as it is in the journal.

    Attributes:
        movement: What moved.
        shift: Number of its shift.
        number: Of the slip, in the shift.
    """

    movement: Movement
    shift: int
    number: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a locked count says, shown only after it is locked.

    Attributes:
        counted_minor: What was counted.
        expected_minor: What should have been.
        causes: What may explain it.
    """

    counted_minor: int
    expected_minor: int
    causes: tuple[Cause, ...]

    @property
    def amount_minor(self) -> int:
        """Counted less expected."""
        return self.counted_minor - self.expected_minor


class Shifts:
    """The use cases of the drawer's money.

    Args:
        name: The register's part of receipt numbers.
        market: Its currency, notes and coins.
        book: The books.
        journal: Records.
        history: Reads what was recorded.
        clock: Tells the time of everything that is recorded.
    """

    def __init__(
        self,
        *,
        name: str,
        market: Market,
        book: ShiftBook,
        journal: Journal,
        history: JournalHistory,
        clock: Clock,
    ) -> None:
        self._name = name
        self._market = market
        self._book = book
        self._journal = journal
        self._history = history
        self._clock = clock

    @property
    def books(self) -> Books:
        """The books as they stand now."""
        return self._book.books

    @property
    def current(self) -> Shift | None:
        """The shift that is open, if one is."""
        return self.books.shift

    def open(self, by: str, count: Count | None = None) -> Commit[Shift]:
        """Open a shift with what was counted, or with what was left the time before.

        Raises:
            ShiftError: If one is open.
        """
        if self.current is not None:
            raise ShiftError(f"Shift {self.current.opening.number} is open; close it first.")
        now = self._clock()

        def make(_head: Watermark) -> Event | None:
            books = self.books
            if books.shift is not None:
                return None
            opening = books.opening(at=now, day=now.date(), by=by, count=count)
            return Event(SHIFT_OPENED, opening.to_data(), now)

        return self._record(SHIFT_OPENED, by, make, lambda _: self._open_one)

    def move(self, movement: Movement) -> Commit[Moved]:
        """Record money that goes in or out; a shift opens by itself where none is open."""
        now = self._clock()

        def make(_head: Watermark) -> Event | None:
            shift = self.books.shift
            if shift is None:
                return None
            data = {
                "shift": shift.opening.number,
                "number": shift.moved + 1,
                "kind": movement.kind.value,
                "amount_minor": movement.amount_minor,
                "reason": movement.reason,
                "by": movement.by,
                "allowed_by": movement.allowed_by,
            }
            return Event(CASH_MOVED, data, now)

        def moved(data: dict[str, Any]) -> Moved:
            return Moved(movement, data["shift"], data["number"])

        return self._record(CASH_MOVED, movement.by, make, lambda entry: moved(entry.data))

    def lock(self, count: Count, by: str) -> Commit[Difference]:
        """Lock a count; only what comes of this says what was expected.

        Raises:
            ShiftError: If no shift is open.
        """
        number = self._open_one.opening.number
        data = {"shift": number, "count": count.to_data(), "by": by}
        now = self._clock()
        return self._record(
            SHIFT_COUNTED,
            by,
            lambda _: Event(SHIFT_COUNTED, data, now),
            lambda _: self.difference(),
        )

    def difference(self) -> Difference:
        """Tell what the locked count says, and what it may come from.

        Raises:
            ShiftError: If no count is locked, or money has moved since.
        """
        shift = self._open_one
        if shift.locked is None:
            raise ShiftError("Money has moved since the drawer was counted; count it again.")
        counted, expected = shift.locked.total_minor, shift.expected_minor
        causes: tuple[Cause, ...] = ()
        if counted != expected:
            causes = likely_causes(counted - expected, self._evidence(shift), self._market)
        return Difference(counted, expected, causes)

    def close(self, closing: Closing) -> Commit[Z]:
        """Close the shift with the count that is locked, or with none; the answer is its Z.

        Raises:
            ShiftError: If no shift is open.
        """
        number = self._open_one.opening.number
        now = self._clock()

        def make(head: Watermark) -> Event | None:
            books = self.books
            if books.shift is None or books.shift.opening.number != number:
                return None
            said = replace(closing, at=now, count=books.shift.locked)
            z = books.closing(
                said,
                register=self._name,
                currency=self._market.currency,
                last=Place(head.epoch, head.sequence),
            )
            return None if z is None else Event(SHIFT_CLOSED, z.to_data(), now)

        return self._record(SHIFT_CLOSED, closing.by, make, lambda entry: Z.from_data(entry.data))

    def close_period(self, period: Period, by: str) -> Commit[PeriodSum]:
        """Close a day, month or year before it is over.

        Raises:
            ShiftError: If no shift was closed in it.
        """
        if self.books.periods[period].is_empty:
            raise ShiftError("No shift was closed since the last closing; close a shift first.")
        now = self._clock()
        return self._record(
            PERIOD_CLOSED,
            by,
            lambda _: self._book.closing_of(period, now, by),
            lambda entry: PeriodSum.from_data(entry.data),
        )

    def x(self, by: str) -> Z:
        """Return the shift as a Z would tell it now; nothing is recorded and nothing is reset.

        Raises:
            ShiftError: If no shift is open.
        """
        self._open_one  # noqa: B018 - refuses where none is open
        head = self._history.head
        report = self.books.closing(
            Closing(self._clock(), by),
            register=self._name,
            currency=self._market.currency,
            last=Place(head.epoch, head.sequence),
        )
        if report is None:
            raise ShiftError("No shift is open.")
        return report

    def last_z(self) -> Z | None:
        """Return the last Z, to be printed again; None where there is none."""
        at = self.books.closed_at
        if not self.books.z:
            return None
        before = Watermark(at.epoch, at.sequence - 1, "")
        found = next(iter(self._history.entries(before, 1)), None)
        return Z.from_data(found.data) if found is not None and found.type == SHIFT_CLOSED else None

    def terminal_of(self, number: int) -> TerminalDay | None:
        """Return the card terminal's end of day that followed the last Z, where it is known."""
        at = self.books.closed_at
        found: TerminalDay | None = None
        for entry in self._history.entries(Watermark(at.epoch, at.sequence, "")):
            if entry.type == TERMINAL_CLOSED and entry.data["shift"] == number:
                found = TerminalDay.from_data(entry.data)
            elif entry.type == SHIFT_OPENED:
                break
        return found

    def close_terminal(self, told: DayClosed, by: str) -> Commit[TerminalDay]:
        """Record the card terminal's own end of day beside what was taken by it since the last."""
        now = self._clock()

        def make(_head: Watermark) -> Event:
            books = self.books
            day = TerminalDay(
                shift=books.z,
                outcome=told.outcome.value,
                message=mask_card_numbers(told.message),
                total_minor=told.total_minor,
                count=told.count,
                ours=books.terminal,
                currency=self._market.currency,
                by=by,
            )
            return Event(TERMINAL_CLOSED, day.to_data(), now)

        return self._record(
            TERMINAL_CLOSED, by, make, lambda entry: TerminalDay.from_data(entry.data)
        )

    def reprint(self, z: Z, copy: int, by: str) -> Commit[None]:
        """Record that a copy of a Z is made."""
        data = {"shift": z.number, "copy": copy, "by": by}
        now = self._clock()
        return self._record(
            SHIFT_REPRINTED, by, lambda _: Event(SHIFT_REPRINTED, data, now), lambda _: None
        )

    def holds_too_much(self, limit_minor: int) -> bool:
        """Whether more lies in the drawer than the shop wants there; 0 for no limit."""
        shift = self.current
        return bool(limit_minor) and shift is not None and shift.expected_minor > limit_minor

    @property
    def _open_one(self) -> Shift:
        shift = self.current
        if shift is None:
            raise ShiftError("No shift is open; open one first.")
        return shift

    def _record(
        self,
        kind: str,
        by: str,
        make: Callable[[Watermark], Event | None],
        result: Callable[[Entry], T],
    ) -> Commit[T]:
        event = Later(kind, {"by": by}, self._clock(), make=make)

        def recorded(entries: tuple[Entry, ...]) -> T:
            if not entries:
                raise ShiftError("The shift was closed meanwhile; look at it again.")
            return result(entries[-1])

        return Commit(self._journal.submit(event), recorded=recorded, refused=lambda: None)

    def _evidence(self, shift: Shift) -> Evidence:
        after = self.books.closed_at
        entries = self._history.entries(Watermark(after.epoch, after.sequence, ""))
        traces, moved = _looked_through(entries)
        opening, openings = shift.opening, shift.totals.openings
        return Evidence(
            traces=traces,
            moved_minor=moved,
            openings=sum(openings.get(cause, 0) for cause in WITHOUT_SALE),
            float_minor=opening.float_minor,
            proposed_minor=opening.proposed_minor,
            float_counted=opening.count is not None,
        )


def _looked_through(entries: Iterable[Entry]) -> tuple[list[Trace], list[int]]:
    """Return what a shift's receipts and movements say of money."""
    traces: list[Trace] = []
    moved: list[int] = []
    for entry in entries:
        data = entry.data
        if entry.type == SALE:
            try:
                facts = ReceiptFacts.from_data(data)
            except DomainError:
                continue
            traces.append(Trace.of(facts.receipt, facts.payments))
        elif entry.type == CASH_MOVED:
            way = 1 if data["kind"] == MovementKind.PAID_IN.value else -1
            moved.append(way * data["amount_minor"])
    return traces, moved
