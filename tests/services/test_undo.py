"""What can be taken back of the last changes, and that both the change and its undoing are told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.domain.article import Article, ArticleKind
from appliance.domain.changes import Recount
from appliance.domain.errors import SettlementError, UnknownLineError
from appliance.domain.payment import Tender, Tendered
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.sale import Basket
from appliance.domain.shift_totals import ShiftTotals
from appliance.services.undo import Step
from tests.services import doubles
from tests.services.doubles import BREAD, NOW, NUTELLA, SOAP, MemoryJournal, MemoryShelf, register

BOTTLE = Article("3068320115252", "Spa Reine 1,5 l", 115, "reduced", deposit="DEP15")
DEPOSIT = Article("DEP15", "Statiegeld", 15, "exempt", kind=ArticleKind.DEPOSIT)


@pytest.fixture
def journal():
    return MemoryJournal()


@pytest.fixture
def till(journal):
    return register(journal, MemoryShelf())


def names(till):
    return [(line.number, line.name, line.quantity_milli) for line in till.lines]


class TestALineThatWasTakenOut:
    def test_comes_back_in_its_place(self, till):
        for code in (NUTELLA, BREAD, SOAP):
            till.scan(code)
        till.remove(2)
        assert (till.undoable.step, till.undoable.name) == (Step.REMOVED, "Volkorenbrood")
        till.undo()
        assert [number for number, *_ in names(till)] == [1, 2, 3]
        assert till.totals().gross_minor == 399 + 289 + 215
        assert till.undoable is None

    def test_is_told_with_its_coming_back(self, till, journal):
        till.scan(NUTELLA)
        till.scan(BREAD)
        till.remove(1)
        till.undo()
        till.remove(2)
        facts = till.pay_cash().finish().facts
        told = journal.recorded[-1].data["removed"]
        assert [(each["line"], "back" in each) for each in told] == [(1, True), (2, False)]
        assert ReceiptFacts.from_data(journal.recorded[-1].data) == facts
        assert ShiftTotals().after_sale(facts).removed.count == 1  # what was sold after all is not

    def test_of_an_empty_counter_too(self, till):
        till.scan(NUTELLA)
        till.remove(1)
        assert till.lines == ()
        till.undo()
        assert names(till) == [(1, "Nutella 400 g", 1000)]

    def test_brings_what_hung_on_it(self, till, monkeypatch):
        monkeypatch.setitem(doubles.ARTICLES, DEPOSIT.code, DEPOSIT)
        till.add(BOTTLE, 6000)
        till.remove(1)
        assert till.lines == ()
        till.undo()
        assert names(till) == [(1, "Spa Reine 1,5 l", 6000), (2, "Statiegeld", 6000)]
        assert till.lines[1].parent == 1

    def test_twice_taken_out_and_twice_back(self, till, journal):
        till.scan(NUTELLA)
        for _ in range(2):
            till.remove(1)
            till.undo()
        till.pay_cash().finish()
        assert len(journal.recorded[-1].data["removed"]) == 2
        assert all("back" in each for each in journal.recorded[-1].data["removed"])

    def test_is_told_of_who_did_it_though_another_completes_the_sale(self, till, journal):
        till.cashier = "p1"
        for code in (NUTELLA, SOAP):
            till.scan(code)
        till.remove(1)
        till.set_quantity(2, 3000)
        till.cashier = "p2"
        facts = till.pay_cash().finish().facts
        told = journal.recorded[-1].data
        assert told["cashier"] == "p2"
        assert [each["by"] for each in (*told["removed"], *told["recounts"])] == ["p1", "p1"]
        assert ReceiptFacts.from_data(told) == facts


class TestAQuantityThatWasSet:
    def test_is_what_it_was_and_both_are_told(self, till, journal):
        till.scan(NUTELLA)
        till.set_quantity(1, 60_000)
        assert (till.undoable.step, till.undoable.before_milli) == (Step.RECOUNTED, 1000)
        till.undo()
        assert names(till) == [(1, "Nutella 400 g", 1000)]
        till.pay_cash().finish()
        told = journal.recorded[-1].data["recounts"]
        assert [(e["before_milli"], e["after_milli"], e.get("undoes")) for e in told] == [
            (1000, 60_000, None),
            (60_000, 1000, True),
        ]

    def test_is_told_without_being_undone(self, till, journal):
        till.scan(NUTELLA)
        till.set_quantity(1, 5000)
        till.set_quantity(1, 1000)
        till.pay_cash().finish()
        assert [e["after_milli"] for e in journal.recorded[-1].data["recounts"]] == [5000, 1000]

    def test_is_told_of_a_sale_that_was_left(self, till, journal):
        till.scan(NUTELLA)
        till.set_quantity(1, 5000)
        till.abandon().finish()
        assert len(journal.recorded[-1].data["recounts"]) == 1

    def test_a_scan_is_no_change_of_a_person(self, till, journal):
        till.scan(NUTELLA)
        till.scan(NUTELLA)
        till.pay_cash().finish()
        assert "recounts" not in journal.recorded[-1].data

    def test_overtaken_by_a_scan_is_not_undone(self, till):
        till.scan(NUTELLA)
        till.set_quantity(1, 5000)
        till.scan(NUTELLA)
        assert till.undoable is None
        with pytest.raises(UnknownLineError, match="undone"):
            till.undo()

    def test_below_what_is_paid_is_refused(self, till):
        till.scan(NUTELLA)
        till.set_quantity(1, 5000)
        till.take(Tendered(Tender.CASH, 1500))
        with pytest.raises(SettlementError):
            till.undo()
        assert names(till) == [(1, "Nutella 400 g", 5000)]


class TestOneAfterTheOther:
    def test_the_last_first(self, till):
        till.scan(NUTELLA)
        till.scan(BREAD)
        till.set_quantity(1, 2000)
        till.remove(2)
        till.set_quantity(1, 3000)
        undone = [till.undo() for _ in range(3)]
        assert [each.step for each in undone] == [Step.RECOUNTED, Step.REMOVED, Step.RECOUNTED]
        assert names(till) == [(1, "Nutella 400 g", 1000), (2, "Volkorenbrood", 1000)]
        assert till.undoable is None

    def test_nothing_of_another_sale(self, till):
        till.scan(NUTELLA)
        till.scan(BREAD)
        till.remove(1)
        till.pay_cash().finish()
        till.scan(SOAP)
        assert till.undoable is None
        with pytest.raises(UnknownLineError):
            till.undo()

    def test_nothing_of_a_sale_that_was_parked(self, till):
        till.scan(NUTELLA)
        till.scan(BREAD)
        till.remove(1)
        till.park("7")
        till.scan(SOAP)
        till.remove(1)
        till.recall(till.parked[0].basket.id)
        assert till.undoable is None
        assert len(till.basket.removed) == 2


def test_a_power_cut_forgets_none_of_it(till):
    till.scan(NUTELLA)
    till.set_quantity(1, 5000)
    till.undo()
    till.scan(BREAD)
    till.remove(2)
    till.undo()
    till.remove(1)
    basket = till.basket
    assert Basket.from_json(basket.to_json()) == basket
    assert [each.undoes for each in basket.recounts] == [False, True]
    assert [gone.back is None for gone in basket.removed] == [False, True]


def test_what_was_kept_before_there_was_undo_is_read(till):
    till.scan(NUTELLA)
    text = replace(till.basket, recounts=(Recount(1, NUTELLA, 1000, 2000, NOW),)).to_json()
    old = text.replace(',"recounts":', ',"odd":')
    assert Basket.from_json(old).recounts == ()
