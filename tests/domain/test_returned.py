"""What comes back adds up to what was sold, in whatever parts it comes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import market as markets
from appliance.domain import returned
from appliance.domain.article import Article
from appliance.domain.errors import ImpossibleValueError
from appliance.domain.line import Discount, DiscountKind
from appliance.domain.market import TaxRounding
from appliance.domain.payment import Tender, Tendered, settle
from appliance.domain.pricing import Promotions, price
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.returned import bring_back, undo_all
from appliance.domain.sale import Basket, BasketDiscount, Kind, totals
from tests.domain.strategies import NOW, TODAY, baskets

LATER = date(2031, 1, 1)


def sold_as(basket, market):
    """Complete a basket in cash."""
    added = totals(basket, market, TODAY)
    due = settle(added.gross_minor, [], market).remaining_cash_minor
    paid = settle(added.gross_minor, [Tendered(Tender.CASH, due)], market)
    return ReceiptFacts.of(
        basket=replace(basket, kind=Kind.SALE),
        totals=added,
        settlement=paid,
        market=market,
        register="2",
        number=7,
        completed_at=NOW,
        day=TODAY,
    )


@st.composite
def markets_of_all_kinds(draw):
    market = markets.load(draw(st.sampled_from(["nl", "be", "fr", "id", "gb"])))
    return replace(
        market,
        tax_inclusive=draw(st.booleans()),
        tax_rounding=draw(st.sampled_from(TaxRounding)),
    )


@st.composite
def discounted_baskets(draw):
    """Baskets with something off the whole of them too."""
    basket = draw(baskets().filter(lambda each: each.lines))
    off = draw(
        st.none() | st.builds(BasketDiscount, st.just("vaste klant"), st.integers(1, 10_000))
    )
    return replace(basket, discount=off, customer="", kind=Kind.SALE)


@given(discounted_baskets(), markets_of_all_kinds(), st.data())
def test_any_sequence_of_parts_adds_up_to_the_sale(basket, market, data):
    sold = sold_as(price(basket, Promotions(), NOW, market.rounding), market)
    back = []
    for each in sold.lines:
        whole = abs(each.line.quantity_milli)
        cuts = data.draw(st.lists(st.integers(1, whole), max_size=4, unique=True).map(sorted))
        places = list(dict.fromkeys([0, *cuts, whole]))
        sign = 1 if each.line.quantity_milli > 0 else -1
        back += [
            [bring_back(sold, each, sign * (to - at), before_milli=sign * at, number=1)]
            for at, to in pairwise(places)
        ]
    data.draw(st.randoms()).shuffle(back)
    comes = [
        totals(Basket("b" * 32, NOW, "p1", lines=tuple(lines), kind=Kind.RETURN), market, LATER)
        for lines in back
    ]
    assert sum(each.gross_minor for each in comes) == -sold.gross_minor
    assert sum(each.net_minor for each in comes) == -sold.net_minor
    assert sum(each.tax_minor for each in comes) == -sold.tax_minor
    assert sum(line.discount_minor for (line,) in back) == -sum(
        each.line.discount_minor for each in sold.lines
    )
    for part in sold.taxes:
        same = [p for each in comes for p in each.taxes if p.tax_class == part.tax_class]
        assert sum(p.tax_minor for p in same) == -part.tax_minor


@given(discounted_baskets(), markets_of_all_kinds())
def test_a_void_turns_every_sign(basket, market):
    sold = sold_as(price(basket, Promotions(), NOW, market.rounding), market)
    undone = undo_all(
        sold, sale="b" * 32, number=8, cashier="p1", at=NOW + timedelta(days=999), reason="slip"
    )
    assert ReceiptFacts.from_data(undone.to_data()) == undone
    assert (undone.voids, undone.kind) == (sold.sale, Kind.VOID)
    assert sum(each.amount_minor for each in undone.payments) == -sold.payable_minor
    assert [(p.rate_bp, p.net_minor, p.tax_minor) for p in undone.taxes] == [
        (p.rate_bp, -p.net_minor, -p.tax_minor) for p in sold.taxes
    ]
    for there, back in zip(sold.lines, undone.lines, strict=True):
        assert back.gross_minor == -there.gross_minor
        assert back.line.amount_minor(market.rounding) == -there.line.amount_minor(market.rounding)
        assert back.line.quantity_milli == -there.line.quantity_milli


def three_for_ten():
    basket = Basket("a" * 32, NOW, "p1").add(Article("A", "Kaas", 400, "reduced"), 3000)
    market = markets.load("nl")
    return market, sold_as(
        basket.take_off(1, Discount(DiscountKind.LINE, "Beschadigd", 200)), market
    )


def test_the_worked_table_in_prose():
    rows = re.findall(
        r"^\|.*\| 1 \|.*\| ([0-9.]+) \|$", Path(returned.__file__).read_text(), re.MULTILINE
    )
    market, sold = three_for_ten()
    (line,) = sold.lines
    back = [bring_back(sold, line, 1000, before_milli=at * 1000) for at in range(3)]
    assert [f"{-each.amount_minor(market.rounding) / 100:.2f}" for each in back] == rows


def test_it_says_where_it_came_from_and_what_tax_it_had():
    _, sold = three_for_ten()
    back = bring_back(sold, sold.lines[0], 1000, number=4, restock=False)
    assert (back.number, back.origin.receipt, back.origin.line) == (4, "2-000007", 1)
    assert (back.restock, back.taxed.rate_bp, back.source) == (False, 900, "return")
    assert back.from_data(back.to_data()) == back


@pytest.mark.parametrize(("quantity", "before"), [(4000, 0), (1000, 3000), (0, 0), (-1000, 0)])
def test_never_more_than_was_sold(quantity, before):
    _, sold = three_for_ten()
    with pytest.raises(ImpossibleValueError, match="are left to come back"):
        bring_back(sold, sold.lines[0], quantity, before_milli=before)


@pytest.mark.parametrize(
    "change",
    [
        lambda basket: basket.set_quantity(1, -2000),
        lambda basket: basket.set_price(1, 100, "goodwill"),
        lambda basket: basket.take_off(1, Discount(DiscountKind.LINE, "goodwill", 0, 500)),
    ],
)
def test_what_comes_back_is_not_agreed_anew(change):
    _, sold = three_for_ten()
    basket = Basket("b" * 32, NOW, "p1", lines=(bring_back(sold, sold.lines[0], 3000),))
    with pytest.raises(ImpossibleValueError, match="comes back as was agreed"):
        change(basket)


def test_neither_promotions_nor_a_discount_on_all_touch_it():
    market, sold = three_for_ten()
    back = bring_back(sold, sold.lines[0], 3000)
    basket = Basket("b" * 32, NOW, "p1", lines=(back,), discount=BasketDiscount("all", 5000))
    assert price(basket, Promotions(), NOW, market.rounding).lines == (back,)
