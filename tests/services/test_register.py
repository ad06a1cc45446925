"""Selling, as the screen and a replay ask for it."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from appliance.domain.errors import (
    ImpossibleValueError,
    SettlementError,
    UnknownLineError,
)
from appliance.domain.payment import PaymentOutcome, Tender, Tendered
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.sale import Kind
from appliance.journal.errors import JournalFull
from appliance.services import events
from appliance.services.catalogue import UnknownArticleError, WeightNeededError
from appliance.services.counter import BusyError, NothingToPayError
from appliance.services.resume import resume
from tests.services.doubles import (
    APPLES,
    ARTICLES,
    BAG,
    BREAD,
    FREE,
    NOW,
    NUTELLA,
    SOAP,
    MemoryJournal,
    MemoryShelf,
    register,
)


@pytest.fixture
def journal():
    return MemoryJournal()


@pytest.fixture
def shelf():
    return MemoryShelf()


@pytest.fixture
def till(journal, shelf):
    return register(journal, shelf)


class TestSelling:
    def test_scanning_raises_the_quantity_of_the_same_article(self, till):
        till.scan(NUTELLA)
        assert till.scan(NUTELLA).quantity_milli == 2000
        assert len(till.lines) == 1

    def test_unless_the_shop_wants_lines_apart(self, till):
        till.merge = False
        till.scan(NUTELLA)
        till.scan(NUTELLA)
        assert [line.number for line in till.lines] == [1, 2]

    def test_what_the_shop_does_not_have(self, till):
        with pytest.raises(UnknownArticleError) as unknown:
            till.scan("4006381333931")
        assert unknown.value.code == "4006381333931"
        assert till.basket is None

    def test_goods_by_weight_need_a_weight(self, till):
        with pytest.raises(WeightNeededError):
            till.scan(APPLES)
        till.add(ARTICLES[APPLES], 436, source="key")
        assert till.totals().gross_minor == 109

    def test_exact_cash_is_rounded_by_the_market(self, till, journal):
        till.scan(NUTELLA)
        sold = till.pay_cash().finish()
        assert (sold.facts.payable_minor, sold.facts.rounding_minor) == (400, 1)
        assert sold.moved_cash
        assert ReceiptFacts.from_data(journal.recorded[-1].data) == sold.facts

    def test_a_note_gives_change(self, till):
        till.scan(NUTELLA)
        assert till.pay_cash(1000).finish().change_minor == 600

    def test_a_card_is_not_rounded_and_leaves_the_drawer_shut(self, till):
        till.scan(NUTELLA)
        sold = till.pay(Tendered(Tender.CARD_MANUAL, 399)).finish()
        assert sold.facts.rounding_minor == 0
        assert not sold.moved_cash

    def test_what_costs_nothing_is_sold_without_money(self, till, journal):
        till.add(ARTICLES[FREE])
        sold = till.pay_cash().finish()
        assert sold.facts.payments == ()
        assert journal.kinds() == [events.COMPLETED]

    def test_too_little_is_refused(self, till, journal):
        till.scan(NUTELLA)
        with pytest.raises(Exception, match="paid"):
            till.pay_cash(100)
        assert journal.kinds() == []
        assert not till.busy

    def test_nothing_cannot_be_paid(self, till):
        with pytest.raises(NothingToPayError):
            till.pay_cash(100)

    def test_numbers_have_no_gaps_whatever_happens_between(self, till, journal):
        for _ in range(3):
            till.scan(NUTELLA)
            journal.error = JournalFull(28, "full")
            with pytest.raises(JournalFull):
                till.pay_cash().finish()
            journal.error = None
            till.scan(BREAD)
            till.abandon().finish()
            till.scan(NUTELLA)
            till.pay_cash().finish()
        sales = [entry.data for entry in journal.recorded if entry.type == events.COMPLETED]
        assert [sale["receipt"] for sale in sales] == ["2-000001", "2-000002", "2-000003"]

    def test_while_it_is_recorded_nothing_changes(self, till):
        till.scan(NUTELLA)
        commit = till.pay_cash()
        for forbidden in (
            lambda: till.scan(NUTELLA),
            lambda: till.remove(1),
            till.pay_cash,
            lambda: till.park("7"),
            till.abandon,
        ):
            with pytest.raises(BusyError):
                forbidden()
        commit.finish()
        till.scan(NUTELLA)


class TestReturning:
    def test_goods_come_back_at_their_old_price_and_cash_goes_out(self, till, journal):
        till.open(Kind.RETURN)
        line = till.add(ARTICLES[NUTELLA], -2000)
        till.set_price(line.number, 350, "recorded price")
        sold = till.pay_cash().finish()
        assert (sold.facts.kind, sold.facts.gross_minor) == (Kind.RETURN, -700)
        assert sold.facts.payments[0].amount_minor == -700
        assert journal.recorded[-1].data["kind"] == "return"

    def test_a_sale_and_a_return_in_one(self, till):
        till.scan(NUTELLA)
        till.add(ARTICLES[SOAP], -1000)
        assert till.totals().gross_minor == 184
        till.pay_cash().finish()


class TestLines:
    def test_quantity_price_and_removal(self, till):
        till.scan(NUTELLA)
        till.scan(BREAD)
        assert till.set_quantity(1, 5000).quantity_milli == 5000
        assert till.set_price(2, 250, "damaged").listed_price_minor == 289
        till.remove(1)
        assert [line.name for line in till.lines] == ["Volkorenbrood"]
        assert [gone.at for gone in till.basket.removed] == [NOW]

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            (lambda till: till.set_quantity(1, 0), ImpossibleValueError),
            (lambda till: till.set_quantity(9, 1000), UnknownLineError),
            (lambda till: till.set_price(1, -1, "why"), ImpossibleValueError),
            (lambda till: till.set_price(1, 100, " "), ImpossibleValueError),
            (lambda till: till.remove(9), UnknownLineError),
        ],
    )
    def test_what_cannot_be_leaves_everything_as_it_was(self, till, change, error):
        till.scan(NUTELLA)
        before = till.basket
        with pytest.raises(error):
            change(till)
        assert till.basket is before

    def test_without_a_basket(self, till):
        with pytest.raises(NothingToPayError):
            till.set_quantity(1, 1000)


class TestAside:
    def test_parked_and_back(self, till, shelf):
        till.scan(NUTELLA)
        first = till.basket.id
        till.park("7")
        till.scan(BREAD)
        with pytest.raises(BusyError):
            till.recall(first)
        till.pay_cash().finish()
        assert [kept.name for kept in till.parked] == ["7"]
        with pytest.raises(LookupError):
            till.recall("nothing")
        till.scan(SOAP)
        till.remove(1)
        till.recall(first)
        assert [line.name for line in till.lines] == ["Nutella 400 g"]
        assert [gone.line.name for gone in till.basket.removed] == ["Afwasmiddel"]
        assert [kept.parked for kept in shelf.baskets()] == [False]

    def test_nothing_cannot_be_parked(self, till):
        with pytest.raises(NothingToPayError):
            till.park("")

    def test_an_abandoned_sale_is_told_with_its_lines(self, till, journal, shelf):
        till.scan(NUTELLA)
        till.scan(BREAD)
        till.remove(2)
        till.abandon().finish()
        told = journal.recorded[-1].data
        assert [line["name"] for line in told["lines"]] == ["Nutella 400 g"]
        assert [line["name"] for line in told["removed"]] == ["Volkorenbrood"]
        assert shelf.baskets() == []
        with pytest.raises(NothingToPayError):
            till.abandon()

    def test_a_partly_paid_sale_is_not_abandoned(self, till):
        till.scan(NUTELLA)
        till.take(Tendered(Tender.CASH, 100))
        with pytest.raises(SettlementError):
            till.abandon()
        assert till.give_back_parts() == 100
        till.abandon().finish()


class TestTheTerminal:
    def test_the_question_is_recorded_before_it_may_be_asked(self, till, journal, shelf):
        till.scan(NUTELLA)
        attempt, asked = till.ask_terminal(399)
        assert shelf.baskets()[0].attempts == (attempt,)
        with pytest.raises(BusyError):
            till.scan(BREAD)
        asked.finish()
        answer = till.terminal_said(attempt, PaymentOutcome.APPROVED, "REF").finish()
        assert answer.sold.facts.payments[0].reference == "REF"
        assert journal.kinds() == [events.ATTEMPTED, events.RESULTED, events.COMPLETED]
        assert not till.busy

    @pytest.mark.parametrize("outcome", [PaymentOutcome.DECLINED, PaymentOutcome.CANCELLED])
    def test_not_paid(self, till, outcome):
        till.scan(NUTELLA)
        attempt, asked = till.ask_terminal(399)
        asked.finish()
        answer = till.terminal_said(attempt, outcome).finish()
        assert (answer.sold, till.attempts, till.busy) == (None, (), False)
        till.scan(BREAD)

    def test_unknown_is_neither_paid_nor_declined(self, till):
        till.scan(NUTELLA)
        attempt, asked = till.ask_terminal(399)
        asked.finish()
        till.terminal_said(attempt, PaymentOutcome.UNKNOWN).finish()
        assert till.attempts == (attempt,)
        assert not till.busy
        assert till.terminal_said(attempt, PaymentOutcome.APPROVED, "R").finish().sold

    def test_a_late_approval_without_room_must_be_given_back(self, till, journal):
        till.scan(NUTELLA)
        attempt, asked = till.ask_terminal(399)
        asked.finish()
        till.terminal_said(attempt, PaymentOutcome.UNKNOWN).finish()
        till.pay_cash().finish()
        assert till.unresolved == (attempt,)
        answer = till.terminal_said(attempt, PaymentOutcome.APPROVED, "R").finish()
        assert answer.give_back
        assert till.unresolved == ()
        assert journal.recorded[-1].data["used"] is False

    def test_a_question_that_was_not_recorded_is_forgotten(self, till, journal):
        till.scan(NUTELLA)
        journal.error = JournalFull(28, "full")
        _, asked = till.ask_terminal(399)
        with pytest.raises(JournalFull):
            asked.finish()
        assert (till.attempts, till.busy) == ((), False)

    def test_more_than_remains_is_not_asked(self, till):
        till.scan(NUTELLA)
        with pytest.raises(SettlementError):
            till.ask_terminal(400)
        assert not till.busy

    def test_digits_of_a_card_never_reach_the_journal(self, till, journal):
        till.scan(NUTELLA)
        attempt, asked = till.ask_terminal(399)
        asked.finish()
        till.terminal_said(
            attempt, PaymentOutcome.DECLINED, "", "card 4111 1111 1111 1111 refused"
        ).finish()
        assert "4111 1111" not in journal.recorded[-1].raw.decode()


class Till(RuleBasedStateMachine):
    """Anything a cashier may do in any order, with the plug pulled at any moment."""

    @initialize()
    def begin(self):
        self.journal, self.shelf = MemoryJournal(), MemoryShelf()
        self.till = register(self.journal, self.shelf)

    @rule(code=st.sampled_from([NUTELLA, BREAD, SOAP, BAG, FREE]))
    def scan(self, code):
        self.till.add(ARTICLES[code], source="scan")

    @rule(milli=st.integers(1, 5000))
    def weigh(self, milli):
        self.till.add(ARTICLES[APPLES], milli)

    @precondition(lambda self: self.till.lines)
    @rule(data=st.data(), pieces=st.integers(1, 40))
    def set_quantity(self, data, pieces):
        line = data.draw(st.sampled_from(self.till.lines))
        if not self.till.tendered:
            self.till.set_quantity(line.number, pieces * 1000)

    @precondition(lambda self: self.till.lines and not self.till.tendered)
    @rule(data=st.data())
    def remove(self, data):
        self.till.remove(data.draw(st.sampled_from(self.till.lines)).number)

    @precondition(lambda self: self.till.settlement().remaining_minor > 100)
    @rule()
    def part_in_cash(self):
        self.till.take(Tendered(Tender.CASH, 50))

    @precondition(lambda self: self.till.settlement().remaining_cash_minor > 0)
    @rule(more=st.integers(0, 5000))
    def pay_cash(self, more):
        self.till.pay_cash(self.till.settlement().remaining_cash_minor + more).finish()

    @precondition(lambda self: self.till.settlement().remaining_minor > 0)
    @rule(outcome=st.sampled_from(PaymentOutcome))
    def card(self, outcome):
        attempt, asked = self.till.ask_terminal(self.till.settlement().remaining_minor)
        asked.finish()
        self.till.terminal_said(attempt, outcome, "R").finish()

    @precondition(lambda self: self.till.lines and not self.till.tendered)
    @rule()
    def park(self):
        self.till.park("x")

    @precondition(lambda self: self.till.parked and not self.till.lines)
    @rule()
    def recall(self):
        self.till.recall(self.till.parked[0].basket.id)

    @precondition(lambda self: self.till.basket and not self.till.tendered)
    @rule()
    def abandon(self):
        self.till.abandon().finish()

    @rule()
    def pull_the_plug(self):
        before = self.till
        start = resume(self.journal, self.shelf, "2").start
        self.till = register(self.journal, self.shelf, start=start)
        assert self.till.lines == before.lines
        assert self.till.tendered == before.tendered
        assert self.till.attempts == before.attempts
        assert self.till.unresolved == before.unresolved
        assert {k.basket.id for k in self.till.parked} == {k.basket.id for k in before.parked}

    @precondition(lambda self: self.till.settlement().remaining_cash_minor > 0)
    @rule()
    def pull_the_plug_between_commit_and_shelf(self):
        sold = self.till.basket.id
        self.till.pay_cash()  # recorded; what follows in memory and on the shelf is lost
        start = resume(self.journal, self.shelf, "2").start
        self.till = register(self.journal, self.shelf, start=start)
        assert self.till.basket is None or self.till.basket.id != sold

    @invariant()
    def the_shelf_holds_what_lies_on_the_counter(self):
        kept = {each.basket.id: each for each in self.shelf.baskets()}
        parked = {each.basket.id for each in self.till.parked}
        here = {self.till.basket.id} if self.till.basket else set()
        assert set(kept) == parked | here
        if here:
            assert kept[self.till.basket.id].basket == self.till.basket

    @invariant()
    def every_sale_is_recorded_once_with_the_next_number(self):
        sales = [e.data for e in self.journal.recorded if e.type == events.COMPLETED]
        assert [sale["number"] for sale in sales] == list(range(1, len(sales) + 1))
        assert len({sale["sale"] for sale in sales}) == len(sales)
        for sale in sales:
            ReceiptFacts.from_data(sale)


Till.TestCase.settings = settings(stateful_step_count=30, deadline=None)
TestAnyDay = Till.TestCase
