"""The basket: what a cashier does to it, and that its total always adds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import market as markets
from appliance.domain.article import Article, Unit
from appliance.domain.errors import BasketError, ImpossibleValueError, UnknownLineError
from appliance.domain.line import Discount, DiscountKind
from appliance.domain.market import TaxRounding
from appliance.domain.sale import Basket, Kind, Totals, totals
from tests.domain.strategies import NOW, TODAY, baskets

NL = markets.load("nl")


def off(amount_minor, percent_bp=0):
    return Discount(DiscountKind.LINE, "dented", amount_minor, percent_bp)


def test_a_scan_adds_a_line_and_the_second_raises_it(basket, nutella):
    once = basket.add(nutella)
    twice = once.add(nutella)
    assert (once.is_empty, basket.is_empty) == (False, True)
    assert [line.quantity_milli for line in twice.lines] == [2000]
    assert twice.line(1).source == "scan"


def test_a_shop_may_want_each_scan_on_a_line_of_its_own(basket, nutella):
    twice = basket.add(nutella).add(nutella, merge=False)
    assert [line.number for line in twice.lines] == [1, 2]


def test_each_weighing_stays_a_line(basket, cheese):
    twice = basket.add(cheese, 450).add(cheese, 312)
    assert [line.quantity_milli for line in twice.lines] == [450, 312]


def test_a_returned_piece_does_not_hide_in_a_sold_line(basket, nutella):
    mixed = basket.add(nutella, 3000).add(nutella, -1000).add(nutella, -1000)
    assert [line.quantity_milli for line in mixed.lines] == [3000, -2000]
    assert totals(mixed, NL, TODAY).gross_minor == 399


def test_a_new_price_from_the_back_office_begins_a_new_line(basket, nutella):
    both = basket.add(nutella).add(replace(nutella, price_minor=349))
    assert [line.unit_price_minor for line in both.lines] == [399, 349]


def test_a_changed_price_keeps_the_listed_one_and_is_not_raised(basket, nutella):
    changed = basket.add(nutella).set_price(1, 300, "damaged").set_price(1, 200, "very damaged")
    line = changed.line(1)
    assert (line.unit_price_minor, line.listed_price_minor) == (200, 399)
    assert line.reason == "very damaged"
    assert len(changed.add(nutella).lines) == 2


def test_a_changed_price_needs_a_reason(basket, nutella):
    with pytest.raises(ImpossibleValueError, match="needs a reason"):
        basket.add(nutella).set_price(1, 300, " ")


def test_a_removed_line_is_remembered_and_its_number_never_comes_back(basket, nutella, cheese):
    later = NOW + timedelta(minutes=1)
    left = basket.add(nutella).add(cheese, 450).remove(2, later).add(cheese, 300)
    assert [line.number for line in left.lines] == [1, 3]
    assert [(gone.line.number, gone.at) for gone in left.removed] == [(2, later)]


@pytest.mark.parametrize(
    "step",
    [
        lambda basket: basket.line(7),
        lambda basket: basket.set_quantity(7, 1000),
        lambda basket: basket.set_price(7, 1, "why"),
        lambda basket: basket.remove(7, NOW),
    ],
)
def test_a_line_that_is_not_there_is_named(basket, step):
    with pytest.raises(UnknownLineError, match="no line 7"):
        step(basket)


@pytest.mark.parametrize("quantity", [0, 10**9 + 1, -(10**9) - 1])
def test_an_impossible_quantity_is_refused(basket, nutella, quantity):
    with pytest.raises(ImpossibleValueError, match="quantity of “Nutella 400 g”"):
        basket.add(nutella).set_quantity(1, quantity)


@pytest.mark.parametrize("price", [-1, 10**11 + 1])
def test_an_impossible_price_is_refused(basket, nutella, price):
    with pytest.raises(ImpossibleValueError, match="price of “Nutella 400 g”"):
        basket.add(nutella).set_price(1, price, "why")


@pytest.mark.parametrize(("quantity", "discount"), [(2000, 798), (-2000, -798), (2000, 0)])
def test_a_discount_comes_off_the_line(basket, nutella, quantity, discount):
    line = basket.add(nutella, quantity).take_off(1, off(discount)).line(1)
    assert line.amount_minor(NL.rounding) == quantity * 399 // 1000 - discount


@pytest.mark.parametrize(("quantity", "discount"), [(2000, 799), (2000, -1), (-2000, 1)])
def test_a_discount_is_not_more_than_the_line(basket, nutella, quantity, discount):
    with pytest.raises(ImpossibleValueError, match="discount on “Nutella 400 g”"):
        basket.add(nutella, quantity).take_off(1, off(discount))


def test_goods_by_weight_are_rounded_by_name(basket, cheese):
    assert totals(basket.add(cheese, 450), NL, TODAY).gross_minor == 853  # 18.95 by 0.450 is 8.5275


def test_the_items_on_the_counter(basket, nutella, cheese):
    summed = totals(basket.add(nutella, 3000).add(cheese, 450), NL, TODAY)
    assert (summed.items_milli, summed.item_count) == (4000, 4)


def test_an_empty_basket_comes_to_nothing(basket):
    summed = totals(basket, NL, TODAY)
    assert (summed.gross_minor, summed.taxes, summed.item_count) == (0, (), 0)


@given(baskets(), st.sampled_from(markets.MARKETS), st.sampled_from(TaxRounding), st.booleans())
def test_totals_add_up_in_every_market_and_mode(basket, code, mode, inclusive):
    market = replace(markets.load(code), tax_rounding=mode, tax_inclusive=inclusive)
    summed = totals(basket, market, TODAY)
    assert summed.net_minor + summed.tax_minor == summed.gross_minor
    assert sum(line.gross_minor for line in summed.lines) == summed.gross_minor
    assert sum(part.tax_minor for part in summed.taxes) == summed.tax_minor
    amounts = sum(line.amount_minor(market.rounding) for line in basket.lines)
    assert amounts == (summed.gross_minor if inclusive else summed.net_minor)


def test_totals_that_do_not_add_up_are_refused():
    with pytest.raises(ImpossibleValueError, match="does not add up"):
        Totals((), (), gross_minor=1, net_minor=1, tax_minor=0, items_milli=0)


@given(baskets())
def test_a_basket_survives_a_power_cut(basket):
    assert Basket.from_json(basket.to_json()) == basket


@given(baskets())
def test_numbers_are_never_used_twice(basket):
    numbers = [line.number for line in basket.lines]
    numbers += [gone.line.number for gone in basket.removed]
    assert len(set(numbers)) == len(numbers)
    assert all(number < basket.add(SOAP, merge=False).lines[-1].number for number in numbers)


SOAP = Article("soap", "Zeep", 249, "standard", unit=Unit.PIECE)


@pytest.mark.parametrize(
    "text",
    ["", "5", "{}", "[]", "null", '{"id": "x", "opened_at": "yesterday"}', "{" * 2000],
)
def test_a_stored_text_that_is_no_basket_is_refused(text):
    with pytest.raises(BasketError, match="cannot be read"):
        Basket.from_json(text)


def test_a_stored_line_that_no_till_can_charge_is_refused(basket, nutella):
    text = basket.add(nutella).to_json()
    for wrong in (
        text.replace('"quantity_milli":1000', '"quantity_milli":0'),
        text.replace('"quantity_milli":1000', '"quantity_milli":"1"'),
        text.replace('"unit":"piece"', '"unit":"barrel"'),
        text.replace('"line":1', '"regel":1'),
    ):
        assert wrong != text
        with pytest.raises(BasketError):
            Basket.from_json(wrong)


def test_a_return_is_a_kind_of_basket(basket, nutella):
    back = replace(basket, kind=Kind.RETURN).add(nutella, -1000)
    assert Basket.from_json(back.to_json()).kind is Kind.RETURN
    assert totals(back, NL, TODAY).gross_minor == -399
