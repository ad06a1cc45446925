"""Shifts over the ports: opened, moved, counted, closed, and found again after a cold start."""

from __future__ import annotations

from datetime import timedelta

import pytest

from appliance.domain import market as markets
from appliance.domain.errors import ShiftError
from appliance.domain.payment import Tender, Tendered
from appliance.domain.shift import Closing, Period
from appliance.domain.shift_books import (
    PERIOD_CLOSED,
    SALE,
    SHIFT_CLOSED,
    SHIFT_COUNTED,
    SHIFT_OPENED,
)
from appliance.domain.shift_causes import CauseKind
from appliance.domain.shift_count import Count, Movement, MovementKind
from appliance.journal.errors import JournalError
from appliance.journal.store import Event, Journal
from appliance.journal.writer import JournalWriter, Later, ready
from appliance.services import events
from appliance.services.shift import Shifts
from appliance.services.shift_book import BOOKS_FACT, KEEP_EVERY, ShiftBook
from tests.domain.receipts import receipt
from tests.services.doubles import NOW, MemoryJournal, MemoryShelf

NL = markets.load("nl")
FLOAT = Count(((5000, 1), (1000, 5)))


class FollowedJournal(MemoryJournal):
    """Records at once and tells the book, as the writer's thread does."""

    follower = None

    def submit(self, *submitted):
        if self.error is None and self.follower:
            first = self.follower.before(submitted)
            if first:
                self.follower.after(super().submit(*first).result())
        future = super().submit(*ready(submitted, self.head))
        if self.error is None and self.follower:
            self.follower.after(future.result())
        return future


class Till:
    """A register's shifts, with a clock moved by hand."""

    def __init__(self, journal=None, shelf=None, now=NOW):
        self.journal, self.shelf = journal or FollowedJournal(), shelf or MemoryShelf()
        self.now = now
        clock = lambda: self.now  # noqa: E731
        self.book = ShiftBook.resume(self.journal, self.shelf, clock=clock)
        self.journal.follower = self.book
        self.shifts = Shifts(
            name="2",
            market=NL,
            book=self.book,
            journal=self.journal,
            history=self.journal,
            clock=clock,
        )
        self.sold = 0

    def sell(self, amount, tender=Tender.CASH, given=None):
        self.sold += 1
        facts = receipt(
            ("goods", amount), tendered=[Tendered(tender, given or amount)], number=self.sold
        )
        self.journal.submit(Event(SALE, facts.to_data(), self.now)).result()

    def again(self):
        """The same till after a cold start."""
        return Till(self.journal, self.shelf, self.now)

    def data(self, kind):
        return [each.data for each in self.journal.recorded if each.type == kind]


@pytest.fixture
def till():
    return Till()


def test_a_shift_from_its_float_to_its_z(till):
    till.shifts.open("p2", FLOAT).finish()
    till.sell(1200, given=2000)
    till.sell(399, Tender.CARD_MANUAL)
    moved = till.shifts.move(Movement(MovementKind.PAID_OUT, 250, "Window cleaner", "p1")).finish()
    assert (moved.shift, moved.number) == (1, 1)
    found = till.shifts.lock(Count(((5000, 2), (500, 1))), "p2").finish()
    assert (found.counted_minor, found.expected_minor, found.amount_minor) == (10500, 10950, -450)
    z = till.shifts.close(Closing(NOW, "p2", left_minor=10000, reason="Not known")).finish()
    assert (z.number, z.difference_minor, z.left_minor, z.taken_minor) == (1, -450, 10000, 500)
    assert z.totals.tenders["cash"].amount_minor == 1200
    assert (z.first.sequence, z.last.sequence, z.entries) == (1, 5, 4)
    assert till.data(SHIFT_CLOSED)[0] == z.to_data()
    assert till.shifts.current is None
    assert till.shifts.last_z() == z
    opened = till.shifts.open("p1").finish()
    assert (opened.opening.number, opened.opening.proposed_minor) == (2, 10000)


def test_the_first_sale_opens_a_shift_by_itself_and_nobody_is_stopped(till):
    till.sell(500)
    assert [each.type for each in till.journal.recorded] == [SHIFT_OPENED, SALE]
    assert till.data(SHIFT_OPENED)[0]["by"] == "p1"
    assert till.data(SHIFT_OPENED)[0]["count"] is None
    assert till.shifts.current.expected_minor == 500


def test_money_that_moves_opens_a_shift_too(till):
    till.shifts.move(Movement(MovementKind.PAID_IN, 5000, "Change", "p2")).finish()
    assert till.shifts.current.moved == 1
    assert till.data(SHIFT_OPENED)[0]["by"] == "p2"


def test_what_is_expected_is_told_only_after_the_count_is_recorded(till):
    till.shifts.open("p2", FLOAT).finish()
    with pytest.raises(ShiftError, match="count it again"):
        till.shifts.difference()
    till.journal.error = JournalError("full")
    with pytest.raises(JournalError):
        till.shifts.lock(FLOAT, "p2").finish()
    with pytest.raises(ShiftError):
        till.shifts.difference()
    till.journal.error = None
    assert till.shifts.lock(FLOAT, "p2").finish().amount_minor == 0
    assert "expected_minor" not in till.data(SHIFT_COUNTED)[0]


def test_a_difference_names_the_sale_to_look_at(till):
    till.shifts.open("p2", FLOAT).finish()
    till.sell(1235)
    till.sell(800)
    found = till.shifts.lock(Count(((5000, 2), (500, 1), (200, 1), (100, 1))), "p2").finish()
    assert found.amount_minor == -1235
    assert [(c.kind, c.receipts) for c in found.causes] == [
        (CauseKind.CASH_WAS_CARD, ("2-000001",))
    ]


def test_closing_never_blocks_even_when_nobody_counts(till):
    till.sell(500)
    z = till.shifts.close(Closing(NOW, "p1")).finish()
    assert (z.closing.count, z.counted_minor, z.difference_minor, z.left_minor) == (
        None,
        500,
        0,
        500,
    )


def test_a_sale_after_the_count_makes_it_void(till):
    till.shifts.open("p2", FLOAT).finish()
    till.shifts.lock(FLOAT, "p2").finish()
    till.sell(500)
    assert till.shifts.close(Closing(NOW, "p2")).finish().closing.count is None


def test_a_shift_is_opened_once_and_closed_once(till):
    with pytest.raises(ShiftError, match="open one first"):
        till.shifts.close(Closing(NOW, "p1"))
    with pytest.raises(ShiftError):
        till.shifts.x("p1")
    till.shifts.open("p1").finish()
    with pytest.raises(ShiftError, match="close it first"):
        till.shifts.open("p1")
    late = till.shifts.close(Closing(NOW, "p1"))
    late.finish()
    assert till.shifts.last_z().number == 1


def test_an_x_is_the_z_so_far_and_resets_nothing(till):
    till.sell(500)
    x = till.shifts.x("p1")
    assert x.totals.gross_minor == 500
    assert till.shifts.x("p1").totals == x.totals
    assert till.data(SHIFT_CLOSED) == []


def test_numbers_have_no_gaps_and_ranges_meet(till):
    for _ in range(3):
        till.sell(500)
        till.journal.submit(Event(events.SIGNED_OUT, {"person": "p1", "reason": "lock"}, NOW))
        till.shifts.close(Closing(NOW, "p1")).finish()
    closed = till.data(SHIFT_CLOSED)
    assert [each["shift"] for each in closed] == [1, 2, 3]
    ranges = [(e["covers"]["first"]["sequence"], e["covers"]["last"]["sequence"]) for e in closed]
    assert ranges == [(1, 3), (5, 7), (9, 11)], (
        "each begins after the Z before, and ends before its own"
    )
    assert [each["perpetual"]["gross_minor"] for each in closed] == [500, 1000, 1500]


@pytest.mark.parametrize("sales", [1, KEEP_EVERY, KEEP_EVERY + 3])
def test_a_cold_start_gives_the_same_books_and_reads_only_what_came_after(till, sales):
    till.shifts.open("p2", FLOAT).finish()
    for _ in range(sales):
        till.sell(500)
    again = till.again()
    assert again.book.books == till.book.books
    kept = till.shelf.fact(BOOKS_FACT)
    assert till.journal.head.sequence - kept["sequence"] < KEEP_EVERY
    assert again.shifts.current.totals.gross_minor == 500 * sales


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.clear(),
        lambda f: f.update(books={"books": {}, "epoch": 1, "sequence": 1, "hash": ""}),
    ],
)
def test_without_notes_the_journal_tells_everything(till, spoil):
    till.shifts.open("p2", FLOAT).finish()
    till.sell(500)
    till.shifts.close(Closing(NOW, "p2")).finish()
    till.sell(300)
    spoil(till.shelf.facts)
    assert till.again().book.books == till.book.books


def test_days_that_are_over_are_closed_when_the_next_shift_begins(till):
    till.sell(500)
    till.shifts.close(Closing(NOW, "p1")).finish()
    till.now += timedelta(days=9)
    till.sell(200)
    assert [
        (each["period"], each["name"], each["number"]) for each in till.data(PERIOD_CLOSED)
    ] == [
        ("day", "2026-11-22", 1),
        ("month", "2026-11", 1),
    ]
    with pytest.raises(ShiftError, match="close a shift first"):
        till.shifts.close_period(Period.DAY, "p2")
    till.shifts.close(Closing(NOW, "p1")).finish()
    day = till.shifts.close_period(Period.DAY, "p2").finish()
    assert (day.number, day.first_z, day.totals.gross_minor) == (2, 2, 200)


def test_the_drawer_may_hold_so_much(till):
    assert not till.shifts.holds_too_much(100)
    till.sell(500)
    assert till.shifts.holds_too_much(400)
    assert not till.shifts.holds_too_much(500)
    assert not till.shifts.holds_too_much(0)


def test_the_writer_makes_a_closing_when_its_turn_has_come(tmp_path):
    """Whatever was submitted before a Z is in it, though nothing was recorded yet."""
    shelf = MemoryShelf()
    journal = Journal.open(tmp_path / "journal.db", "winkel-2", clock=lambda: NOW)
    book = ShiftBook.resume(journal, shelf, clock=lambda: NOW)
    with JournalWriter(journal, follower=book) as writer:
        shifts = Shifts(
            name="2", market=NL, book=book, journal=writer, history=journal, clock=lambda: NOW
        )
        writer.submit(Event(SALE, receipt(("goods", 500), number=1).to_data(), NOW)).result()
        sales = [
            writer.submit(Event(SALE, receipt(("goods", 500), number=n).to_data(), NOW))
            for n in range(2, 30)
        ]
        closed = shifts.close(Closing(NOW, "p1"))
        late = writer.submit(Event(SALE, receipt(("goods", 7), number=30).to_data(), NOW))
        z = closed.finish()
        assert all(sale.done() for sale in sales)
        assert z.totals.receipts == 29
        assert late.result()[0].sequence == z.last.sequence + 3, "after the Z and the next opening"
        assert book.books.shift.opening.number == 2
        nothing = writer.submit(Later(SHIFT_CLOSED, {"by": "p1"}, NOW))
        assert nothing.result() == ()
