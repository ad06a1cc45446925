"""Money changes hands: nothing is lost, nothing is made, only cash gives change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import market as markets
from appliance.domain.errors import CardNumberError, ImpossibleValueError, SettlementError
from appliance.domain.market import CashRounding, RoundingScope
from appliance.domain.payment import (
    Payment,
    Tender,
    Tendered,
    cash_due,
    mask_card_numbers,
    refuse_card_numbers,
    settle,
    suggest_notes,
)

NL = markets.load("nl")
TOTALS = st.integers(-(10**7), 10**7)
ALL_MARKETS = st.sampled_from([markets.load(code) for code in markets.MARKETS])
EVERYTHING_ROUNDED = replace(
    markets.load("be"), cash_rounding=CashRounding(5, RoundingScope.ALL, above_minor=5)
)


@st.composite
def settlements(draw):
    """A total, and cards and cash that together may fall short of it or be more."""
    market = draw(st.one_of(ALL_MARKETS, st.just(EVERYTHING_ROUNDED)))
    total = draw(TOTALS)
    way = -1 if total < 0 else 1
    left = cash_due(total, market)[0] if market is EVERYTHING_ROUNDED else total
    given_so_far = []
    for part in draw(st.lists(st.integers(1, 10**6), max_size=3)):
        amount = min(part, abs(left) - 1)
        if amount > 0:
            given_so_far.append(Tendered(draw(st.sampled_from(CARDS)), amount * way))
            left -= amount * way
    rounds = market.cash_rounding.scope is RoundingScope.CASH
    due = cash_due(left, market)[0] if rounds else left
    if draw(st.booleans()):
        more = draw(st.integers(0, 10**6)) if way > 0 else 0
        fewer = draw(st.integers(0, abs(due)))
        given_so_far.insert(0, Tendered(Tender.CASH, due + more - fewer * way))
    return market, total, given_so_far


CARDS = (Tender.CARD_MANUAL, Tender.CARD_TERMINAL)


@given(settlements())
def test_what_is_paid_and_what_remains_make_what_is_owed(drawn):
    market, total, given_so_far = drawn
    settled = settle(total, given_so_far, market)
    handed_over = sum(one.amount_minor for one in given_so_far)
    assert settled.paid_minor + settled.change_minor == handed_over
    if settled.is_settled:
        assert settled.paid_minor == settled.payable_minor == total + settled.rounding_minor
    assert settled.change_minor >= 0
    assert abs(settled.rounding_minor) < max(market.cash_rounding.step_minor, 1)
    assert all(not p.change_minor or p.tender is Tender.CASH for p in settled.payments)
    assert sum(p.tender is Tender.CASH for p in settled.payments) <= 1


@given(settlements())
def test_what_remains_in_cash_settles_the_sale(drawn):
    market, total, given_so_far = drawn
    settled = settle(total, given_so_far, market)
    rest = Tendered(Tender.CASH, settled.remaining_cash_minor)
    again = settle(total, [*given_so_far, rest], market)
    assert again.is_settled
    assert again.change_minor == settled.change_minor


@given(settlements())
def test_the_order_of_handing_over_changes_nothing(drawn):
    market, total, given_so_far = drawn
    there = settle(total, given_so_far, market)
    back = settle(total, given_so_far[::-1], market)
    assert there.payable_minor == back.payable_minor
    assert there.change_minor == back.change_minor
    assert there.remaining_minor == back.remaining_minor


@given(TOTALS, ALL_MARKETS)
def test_cash_rounding_is_named_small_and_mirrored(total, market):
    due, rounding = cash_due(total, market)
    assert due - rounding == total
    assert abs(rounding) * 2 < max(market.cash_rounding.step_minor, 1)
    assert cash_due(-total, market) == (-due, -rounding)


def test_where_all_is_rounded_cards_pay_the_rounded_total():
    settled = settle(1183, [Tendered(Tender.CARD_MANUAL, 1185)], EVERYTHING_ROUNDED)
    assert (settled.is_settled, settled.rounding_minor) == (True, 2)
    split = [Tendered(Tender.CARD_MANUAL, 502), Tendered(Tender.CASH, 683)]
    assert settle(1183, split, EVERYTHING_ROUNDED).is_settled


def test_all_cash_is_one_payment_in_the_place_of_the_first():
    settled = settle(
        3000,
        [
            Tendered(Tender.CASH, 1000),
            Tendered(Tender.CARD_MANUAL, 1500, reference="slip 7"),
            Tendered(Tender.CASH, 1000),
        ],
        NL,
    )
    assert settled.payments == (
        Payment(Tender.CASH, 1500, 2000, 500),
        Payment(Tender.CARD_MANUAL, 1500, 1500, reference="slip 7"),
    )


@pytest.mark.parametrize(
    ("total", "given_so_far", "sentence"),
    [
        (1000, [Tendered(Tender.CARD_MANUAL, 1001)], "more than the 1000 owed"),
        (1000, [Tendered(Tender.CASH, -5)], "the other way"),
        (-1000, [Tendered(Tender.CASH, 5)], "the other way"),
        (-1000, [Tendered(Tender.CASH, -1005)], "Only 1000 is to be given back in cash, not 1005"),
        (-1000, [Tendered(Tender.CARD_TERMINAL, -1001)], "more than the -1000 owed"),
        (0, [Tendered(Tender.CASH, -5)], "the other way"),
        (0, [Tendered(Tender.CARD_MANUAL, 5)], "only cash gives change"),
    ],
)
def test_payments_that_cannot_settle_are_refused(total, given_so_far, sentence):
    with pytest.raises(SettlementError, match=sentence):
        settle(total, given_so_far, NL)


@pytest.mark.parametrize(
    ("tender", "amount", "tendered", "change", "sentence"),
    [
        (Tender.CASH, 5, 10, 4, "do not make"),
        (Tender.CARD_MANUAL, 5, 10, 5, "against cash only"),
        (Tender.CASH, 15, 10, -5, "against cash only"),
    ],
)
def test_an_impossible_payment_is_refused(tender, amount, tendered, change, sentence):
    with pytest.raises(SettlementError, match=sentence):
        Payment(tender, amount, tendered, change)


def test_a_card_settles_more_than_nothing():
    with pytest.raises(ImpossibleValueError, match="amount of zero"):
        Tendered(Tender.CARD_MANUAL, 0)


@given(st.integers(1, 10**7), ALL_MARKETS, st.integers(1, 6))
def test_suggested_notes_are_enough_and_none_too_many(due, market, count):
    offered = suggest_notes(due, market, count)
    assert list(offered) == sorted(set(offered))
    assert len(offered) <= count
    assert all(amount > due for amount in offered)
    single = [note for note in market.notes_minor if note > due]
    assert not single or single[0] in offered


@pytest.mark.parametrize("due", [0, -500])
def test_nothing_due_suggests_nothing(due):
    assert suggest_notes(due, NL) == ()
    assert suggest_notes(500, NL, 0) == ()


# Card numbers


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("4111111111111111", "************1111"),
        ("card 4111 1111 1111 1111 ok", "card **** **** **** 1111 ok"),
        ("4111-1111-1111-1111;", "****-****-****-1111;"),
        (";4111111111111111=2512", ";************1111=2512"),
        ("378282246310005", "***********0005"),
        ("slip 004711", "slip 004711"),
        ("4111111111111112", "4111111111111112"),
        ("NL91ABNA0417164300", "NL91ABNA0417164300"),
    ],
)
def test_card_numbers_are_masked_to_their_last_four(text, masked):
    assert mask_card_numbers(text) == masked


def test_a_card_number_inside_a_longer_run_is_found():
    assert mask_card_numbers("4111111111111111" + "2512101") == "*" * 19 + "2101"


@pytest.mark.parametrize("reference", ["4111111111111111", "x 4111 1111 1111 1111"])
def test_a_reference_that_looks_like_a_card_is_refused(reference):
    with pytest.raises(CardNumberError, match="looks like a card number") as refused:
        Tendered(Tender.CARD_MANUAL, 500, reference=reference)
    assert "4111" not in str(refused.value)


@given(st.text(st.sampled_from("0123456789 -x"), max_size=60))
def test_what_is_masked_is_never_refused(text):
    refuse_card_numbers(mask_card_numbers(text))


def test_a_customer_whose_random_reference_looks_like_a_card_buys_on_account():
    reference = "a4111111111111111" + "b" * 15
    assert Tendered(Tender.ON_ACCOUNT, 500, account=reference).account == reference
    with pytest.raises(CardNumberError):
        Tendered(Tender.GIFT_CARD, 500, account="4111111111111111")
