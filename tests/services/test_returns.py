"""A sale is found again by its receipt, and says how much of it came back."""

from __future__ import annotations

import pytest

from appliance.domain.errors import ImpossibleValueError
from appliance.services.resume import resume
from appliance.services.returns import (
    NoLongerHereError,
    NoSuchReceiptError,
    Returns,
    SoldElsewhereError,
    came_back,
)
from tests.services.doubles import (
    ARTICLES,
    BAG,
    BREAD,
    NUTELLA,
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


@pytest.fixture
def returns(journal, shelf):
    return Returns(name="2", history=journal, shelf=shelf)


def sell(till, *codes):
    for code in codes:
        till.add(ARTICLES[code])
    return till.pay_cash().finish().facts


def take_back(till, sold, milli, line=0):
    till.bring_back([sold.bring_back(sold.facts.lines[line], milli)])
    return till.pay_cash().finish().facts


def test_any_sale_is_found_by_its_number(till, returns):
    sold = [sell(till, BREAD) for _ in range(40)]
    for facts in sold:
        assert returns.find(facts.receipt).facts == facts
        assert returns.find(str(facts.number)).facts == facts


def test_what_lies_between_sales_is_skipped(till, returns):
    for _ in range(3):
        sell(till, BREAD)
        for _ in range(30):
            till.add(ARTICLES[NUTELLA])
            till.abandon().finish()
    assert [returns.find(str(number)).facts.number for number in (1, 2, 3)] == [1, 2, 3]
    assert returns.last().facts.number == 3


def test_few_entries_are_read_however_many_there_are(till, returns, journal):
    for _ in range(600):
        sell(till, BREAD)
    journal.read = 0
    returns.find("123")
    assert journal.read <= 10


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("3-000001", SoldElsewhereError),
        ("2-000009", NoSuchReceiptError),
        ("hello", NoSuchReceiptError),
        ("0", NoSuchReceiptError),
    ],
)
def test_what_is_not_here_is_told_apart(till, returns, text, error):
    sell(till, BREAD)
    with pytest.raises(error):
        returns.find(text)


def test_what_was_pruned_is_told_apart(till, returns, journal):
    for _ in range(3):
        sell(till, BREAD)
    journal.first_position = 3
    assert returns.find("3").facts.number == 3
    with pytest.raises(NoLongerHereError):
        returns.find("1")


def test_never_more_than_was_sold(till, returns):
    sell(till, NUTELLA, NUTELLA, NUTELLA)
    sold = returns.find("1")
    facts = take_back(till, sold, 2000)
    assert (facts.gross_minor, facts.kind.value) == (-798, "return")
    again = returns.find("1")
    assert again.left_milli(again.facts.lines[0].line) == 1000
    with pytest.raises(ImpossibleValueError):
        again.bring_back(again.facts.lines[0], 2000)
    take_back(till, again, 1000)
    assert returns.find("1").left_milli(sold.facts.lines[0].line) == 0


def test_what_lies_on_the_counter_comes_back_already(till, returns):
    sell(till, NUTELLA, NUTELLA)
    sold = returns.find("1")
    till.bring_back([sold.bring_back(sold.facts.lines[0], 1000)])
    sold = returns.find("1", till.lines)
    assert sold.left_milli(sold.facts.lines[0].line) == 1000


def test_a_return_survives_the_loss_of_the_desks_notes(till, returns, journal):
    sell(till, NUTELLA, NUTELLA)
    take_back(till, returns.find("1"), 1000)
    empty = MemoryShelf()
    resume(journal, empty, "2")
    sale = returns.find("1").facts.sale
    assert came_back(empty, sale) == came_back(returns._shelf, sale) == ({1: 1000}, False)
    resume(journal, empty, "2")
    assert came_back(empty, sale)[0] == {1: 1000}, "noted once, however often it is read"


def test_a_return_without_a_receipt_has_its_reason(till):
    till.add(ARTICLES[NUTELLA])
    till.turn_back(1, "Bedorven", restock=False, allowed_by="p2")
    facts = till.pay_cash().finish().facts
    line = facts.lines[0].line
    assert (line.quantity_milli, line.reason, line.restock) == (-1000, "Bedorven", False)
    assert (facts.kind.value, line.origin, line.allowed_by) == ("return", None, "p2")


def test_an_exchange_is_a_sale_and_only_the_difference_is_paid(till, returns):
    sell(till, NUTELLA)
    sold = returns.find("1")
    till.add(ARTICLES[BREAD])
    till.bring_back([sold.bring_back(sold.facts.lines[0], 1000)])
    facts = till.pay_cash().finish().facts
    assert (facts.kind.value, facts.gross_minor) == ("sale", 289 - 399)


def test_a_cent_that_rounding_takes_away_needs_no_coin(till):
    till.add(ARTICLES[BAG])
    facts = till.pay_cash().finish().facts
    assert (facts.gross_minor, facts.payable_minor) == (1, 0)
