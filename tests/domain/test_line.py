"""A line: what may be taken off it, what it carries, and that it survives as data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import market as markets
from appliance.domain.article import Article, ArticleKind, Unit
from appliance.domain.errors import ImpossibleValueError
from appliance.domain.line import Discount, DiscountKind, Line, Origin
from appliance.domain.money import Rounding
from appliance.domain.sale import AgeCheck, Basket, BasketDiscount, Kind
from tests.domain.strategies import NOW, baskets

NL = markets.load("nl")
CHEESE = Article("4711", "Oude kaas", 1895, "reduced", unit=Unit.KG)
ORIGIN = Origin(sale="ab" * 16, receipt="2-000007", line=3)


def off(amount_minor=0, percent_bp=0, kind=DiscountKind.LINE):
    return Discount(kind, "dented", amount_minor, percent_bp)


@given(baskets())
def test_every_line_survives_as_data(basket):
    for line in basket.lines:
        assert Line.from_data(line.to_data()) == line


@pytest.mark.parametrize(
    "unusual",
    [
        {"label_minor": 250},
        {"tare_milli": 15},
        {"quantity_milli": -1000, "origin": ORIGIN, "restock": False},
        {"parent": 4},
        {"minimum_age": 18},
        {"kind": ArticleKind.DEPOSIT, "allows_discount": False},
        {"allows_discount": False},
        {"discounts": (off(99), off(50, kind=DiscountKind.BASKET))},
        {"listed_price_minor": 499, "reason": "dented", "allowed_by": "p2"},
    ],
    ids=str,
)
def test_what_is_unusual_survives_too_and_costs_nothing_elsewhere(basket, nutella, unusual):
    plain = basket.add(nutella).line(1)
    line = replace(plain, **unusual)
    assert Line.from_data(line.to_data()) == line
    assert not set(plain.to_data()) & (set(unusual) - {"quantity_milli"})


def test_a_share_follows_the_quantity_and_an_amount_stays(basket, nutella):
    share = basket.add(nutella).take_off(1, off(percent_bp=1000)).set_quantity(1, 3000)
    assert share.line(1).discount_minor == 120
    amount = basket.add(nutella, 2000).take_off(1, off(100)).set_quantity(1, 3000)
    assert amount.line(1).discount_minor == 100


def test_an_amount_cannot_outlive_the_line_it_was_taken_off(basket, nutella):
    with pytest.raises(ImpossibleValueError, match="discount on"):
        basket.add(nutella, 2000).take_off(1, off(500)).set_quantity(1, 1000)


def test_what_rules_took_off_is_asked_anew_when_the_quantity_changes(basket, nutella):
    line = replace(
        basket.add(nutella, 2000).line(1), discounts=(off(100, kind=DiscountKind.PROMOTION),)
    )
    assert line.with_quantity(3000).discounts == ()


def test_a_line_somebody_took_something_off_is_not_raised(basket, nutella):
    assert len(basket.add(nutella).take_off(1, off(100)).add(nutella).lines) == 2


def test_a_promotion_does_not_keep_a_line_from_being_raised(basket, nutella):
    line = replace(basket.add(nutella).line(1), discounts=(off(100, kind=DiscountKind.PROMOTION),))
    assert [each.quantity_milli for each in basket.put(line).add(nutella).lines] == [2000]


def test_a_label_says_what_the_customer_pays(basket, cheese):
    line = replace(basket.add(cheese, 331).line(1), label_minor=628)
    assert line.amount_minor(NL.rounding) == 628  # 18.95 by 0.331 is 6.27245
    assert line.with_quantity(662).label_minor is None


def test_a_label_cannot_go_the_other_way(basket, cheese):
    with pytest.raises(ImpossibleValueError, match="label of"):
        replace(basket.add(cheese, -331).line(1), label_minor=628)


def test_nothing_comes_off_a_deposit(basket, nutella):
    deposit = replace(nutella, code="D15", kind=ArticleKind.DEPOSIT, price_minor=15)
    with pytest.raises(ImpossibleValueError, match="Nothing can be taken off"):
        basket.add(deposit).take_off(1, off(5))


def test_a_deposit_goes_with_the_line_it_belongs_to(basket, nutella, cheese):
    both = basket.add(nutella).put(replace(basket.add(cheese, 100).line(1), number=2, parent=1))
    left = both.remove(1, NOW)
    assert left.is_empty
    assert [gone.line.number for gone in left.removed] == [1, 2]


@pytest.mark.parametrize("wrong", [{"name": " "}, {"percent_bp": 10_001}, {"percent_bp": -1}])
def test_a_discount_has_a_reason_and_a_possible_share(wrong):
    with pytest.raises(ImpossibleValueError):
        replace(off(1), **wrong)


@pytest.mark.parametrize(
    "wrong",
    [{}, {"percent_bp": 1, "amount_minor": 1}, {"percent_bp": 10_001}, {"amount_minor": -1}],
    ids=str,
)
def test_a_basket_discount_is_one_thing_and_possible(wrong):
    with pytest.raises(ImpossibleValueError):
        BasketDiscount("opening day", **wrong)


def test_data_whose_discounts_do_not_add_up_is_refused(basket, nutella):
    data = basket.add(nutella).take_off(1, off(100)).line(1).to_data()
    with pytest.raises(ImpossibleValueError, match="come to 100, not 90"):
        Line.from_data(data | {"discount_minor": 90})


def test_age_is_asked_once_and_again_only_for_more_years(basket, nutella):
    beer, spirits = replace(nutella, minimum_age=18), replace(nutella, code="R", minimum_age=21)
    asked = AgeCheck(18, "document", "p1")
    assert basket.add(beer).needs_age_check
    assert not replace(basket.add(beer), age_check=asked).needs_age_check
    assert replace(basket.add(beer).add(spirits), age_check=asked).needs_age_check
    assert not basket.add(beer, -1000).needs_age_check


def test_a_basket_with_everything_survives_a_power_cut(basket, nutella):
    full = replace(
        basket.add(nutella),
        kind=Kind.VOID,
        customer="cd" * 16,
        discount=BasketDiscount("opening day", percent_bp=500, allowed_by="p2"),
        age_check=AgeCheck(18, "looked", "p1"),
        voids="ab" * 16,
    )
    assert Basket.from_json(full.to_json()) == full


@given(st.integers(1, 10**6), st.integers(0, 10_000))
def test_a_share_is_never_more_than_the_line(quantity, percent_bp):
    line = Line.of(CHEESE, number=1, quantity_milli=quantity, source="scan")
    taken = line.follow(off(percent_bp=percent_bp))
    assert 0 <= taken.amount_minor <= max(line.full_minor(Rounding.HALF_UP), 0)
