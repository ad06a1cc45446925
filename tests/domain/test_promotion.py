"""Promotions: the best division, what they leave alone, what is refused, how little is redone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, time
from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain import promotion_best
from appliance.domain.article import Article, ArticleKind, Unit
from appliance.domain.errors import PromotionError
from appliance.domain.line import Discount, DiscountKind
from appliance.domain.money import Rounding
from appliance.domain.pricing import Promotions, price
from appliance.domain.promotion import Goods, Part, Promotion, PromotionKind, Window
from appliance.domain.promotion_best import divide_best
from appliance.domain.sale import Basket, BasketDiscount
from tests.domain.strategies import NOW, baskets

EMPTY = Basket(id="0f" * 16, opened_at=NOW, cashier="p1")
NAMES = "abcd"


def these(*articles):
    return Goods(articles=frozenset(articles))


THREE_FOR_TWO = Promotion("3", "3 for 2", PromotionKind.N_FOR_M, (Part(these("a"), 3),), pay=2)
TENTH = Promotion("10", "10 % off", PromotionKind.PERCENT, (Part(Goods()),), percent_bp=1000)


def article(name, price_minor=249, **more):
    return Article(name, name, price_minor, "reduced", **more)


def counter(**quantities):
    basket = EMPTY
    for name, (pieces, price_minor) in quantities.items():
        basket = basket.add(article(name, price_minor), pieces * 1000)
    return basket


def off(basket, *promotions, **more):
    priced = price(basket, Promotions(promotions), NOW, Rounding.HALF_UP, **more)
    return [line.discount_minor for line in priced.lines]


goods_ = st.frozensets(st.sampled_from(NAMES), min_size=1).map(lambda names: these(*names))


@st.composite
def promotions(draw, place):
    kind = draw(
        st.sampled_from(
            [
                PromotionKind.PERCENT,
                PromotionKind.N_FOR_M,
                PromotionKind.N_FOR_AMOUNT,
                PromotionKind.BUNDLE,
            ]
        )
    )
    values = {"price_minor": draw(st.integers(0, 600))}
    parts = (Part(draw(goods_), draw(st.integers(2, 3))),)
    if kind is PromotionKind.PERCENT:
        values, parts = {"percent_bp": draw(st.integers(1, 10_000))}, (Part(draw(goods_)),)
    elif kind is PromotionKind.N_FOR_M:
        values = {"pay": draw(st.integers(1, parts[0].count - 1))}
    elif kind is PromotionKind.BUNDLE:
        parts = (Part(draw(goods_)), Part(draw(goods_)))
    return Promotion(f"p{place}", f"p{place}", kind, parts, **values)


counts_ = st.fixed_dictionaries(
    {name: st.tuples(st.integers(1, 3), st.integers(1, 500)) for name in NAMES[:3]}
)


def brute_force(pieces, rules):
    """Try every division of single pieces, without any cleverness."""
    if not pieces:
        return 0
    (name, cost), *rest = pieces
    best = brute_force(tuple(rest), rules)
    line = EMPTY.add(article(name, max(cost, 0))).lines[0]
    for rule in rules:
        if not rule.covers(name, ""):
            continue
        if not rule.is_deal:
            gain = cost - rule.charge_alone(line, cost, 1000)
            best = max(best, gain + brute_force(tuple(rest), rules))
            continue
        for others in {
            tuple(sorted(chosen))
            for chosen in combinations_with_replacement(range(len(rest)), rule.units - 1)
            if len(set(chosen)) == len(chosen)
        }:
            chosen = [pieces[0], *(rest[place] for place in others)]
            if not fits(rule, [each for each, _ in chosen]):
                continue
            left = tuple(each for place, each in enumerate(rest) if place not in others)
            prices = [each for _, each in chosen]
            best = max(best, sum(prices) - rule.charge(prices) + brute_force(left, rules))
    return best


def fits(rule, names):
    """Whether pieces can fill the parts of a deal, in any order."""
    slots = [part.goods for part in rule.parts for _ in range(part.count)]

    def fill(slots, names):
        if not slots:
            return not names
        return any(
            slots[0].cover(name, "") and fill(slots[1:], names[:place] + names[place + 1 :])
            for place, name in enumerate(names)
        )

    return fill(slots, names)


@settings(max_examples=30, deadline=None)
@given(
    counts_,
    st.lists(st.integers(0, 9), min_size=1, max_size=3).flatmap(
        lambda places: st.tuples(*(promotions(place) for place in range(len(places))))
    ),
)
def test_no_division_takes_more_off(counts, rules):
    pieces = tuple(
        (name, cost) for name, (count, cost) in counts.items() for _ in range(min(count, 2))
    )
    basket = counter(**{name: (min(count, 2), cost) for name, (count, cost) in counts.items()})
    assert sum(off(basket, *rules)) == brute_force(pieces, rules)


@settings(max_examples=40, deadline=None)
@given(counts_, st.tuples(promotions(0), promotions(1), promotions(2)))
def test_the_shorter_way_is_never_worse_than_going_alone(counts, rules):
    exact = sum(off(counter(**counts), *rules))
    divide_best.cache_clear()
    most, promotion_best.MOST_TRIES = promotion_best.MOST_TRIES, 0
    try:
        shorter = sum(off(counter(**counts), *rules))
    finally:
        promotion_best.MOST_TRIES = most
        divide_best.cache_clear()
    alone = sum(off(counter(**counts), *(rule for rule in rules if not rule.is_deal)))
    assert alone <= shorter <= exact


@given(baskets(), st.integers(1, 10_000))
def test_nothing_ever_costs_less_than_nothing(basket, percent_bp):
    free = Promotion("free", "free", PromotionKind.PRICE, (Part(Goods()),))
    discount = BasketDiscount("opening day", percent_bp=percent_bp)
    priced = price(
        replace(basket, discount=discount), Promotions([free, TENTH]), NOW, Rounding.HALF_UP
    )
    for before, line in zip(basket.lines, priced.lines, strict=True):
        full = line.full_minor(Rounding.HALF_UP)
        assert min(0, full) <= line.discount_minor <= max(0, full)
        assert line.quantity_milli == before.quantity_milli


@given(baskets(), st.integers(1, 10_000))
def test_pricing_twice_is_pricing_once(basket, percent_bp):
    rules = Promotions([TENTH])
    basket = replace(basket, discount=BasketDiscount("opening day", percent_bp=percent_bp))
    once = price(basket, rules, NOW, Rounding.HALF_UP)
    assert price(once, rules, NOW, Rounding.HALF_UP) == once


def test_untouched_lines_stay_the_same_objects():
    basket = counter(a=(3, 249), b=(1, 100))
    priced = price(basket, Promotions([THREE_FOR_TWO]), NOW, Rounding.HALF_UP)
    assert priced.lines[1] is basket.lines[1]
    assert price(basket, Promotions(), NOW, Rounding.HALF_UP) is basket


def test_a_promotion_that_ended_goes_from_the_line():
    basket = price(counter(a=(3, 249)), Promotions([THREE_FOR_TWO]), NOW, Rounding.HALF_UP)
    assert basket.lines[0].discounts[0].name == "3 for 2"
    assert price(basket, Promotions(), NOW, Rounding.HALF_UP).lines[0].discounts == ()


@pytest.mark.parametrize(
    "untouched",
    [
        {"quantity_milli": -3000},
        {"listed_price_minor": 300, "reason": "dented"},
        {"discounts": (Discount(DiscountKind.LINE, "dented", 10),)},
        {"label_minor": 700},
        {"kind": ArticleKind.DEPOSIT, "allows_discount": False},
    ],
    ids=str,
)
def test_what_no_promotion_touches(untouched):
    line = replace(counter(a=(3, 249)).lines[0], **untouched)
    basket = replace(EMPTY, lines=(line,))
    assert price(basket, Promotions([THREE_FOR_TWO, TENTH]), NOW, Rounding.HALF_UP) is basket


def test_pieces_on_several_lines_are_one_deal():
    basket = EMPTY
    for _ in range(3):
        basket = basket.add(article("a"), merge=False)
    assert off(basket, THREE_FOR_TWO) == [83, 83, 83]


def test_a_group_of_customers_has_its_own():
    members = replace(TENTH, group="members")
    assert off(counter(a=(1, 1000)), members) == [0]
    assert off(counter(a=(1, 1000)), members, group="members") == [100]


def test_a_basket_discount_comes_after_promotions_and_spares_deposits():
    bottle = article("d", 25, kind=ArticleKind.DEPOSIT)
    basket = counter(a=(3, 249), b=(1, 502)).add(bottle)
    basket = replace(basket, discount=BasketDiscount("opening day", percent_bp=1000))
    assert off(basket, THREE_FOR_TWO) == [249 + 50, 50, 0]


def test_a_basket_discount_is_at_most_everything():
    basket = replace(counter(a=(1, 249)), discount=BasketDiscount("opening day", amount_minor=900))
    assert off(basket) == [249]


def test_a_large_basket_is_divided_too_and_at_once():
    rules = [
        Promotion(
            f"m{place}",
            f"m{place}",
            PromotionKind.N_FOR_AMOUNT,
            (Part(Goods(), 3),),
            price_minor=500 + place,
        )
        for place in range(5)
    ]
    basket = counter(**{f"x{place}": (2, 150 + place) for place in range(60)})
    assert sum(off(basket, *rules)) == sum(max(0, trio - 500) for trio in trios(basket))


def trios(basket):
    prices = sorted(
        (line.unit_price_minor for line in basket.lines for _ in range(2)), reverse=True
    )
    return [sum(prices[place : place + 3]) for place in range(0, len(prices), 3)]


def test_a_scan_works_out_only_what_it_touches():
    """A count, which noise cannot touch: groups divided anew after one more scan."""
    rules = Promotions(
        Promotion(
            f"p{place}", f"p{place}", PromotionKind.N_FOR_M, (Part(these(f"x{place}"), 3),), pay=2
        )
        for place in range(2000)
    )
    basket = counter(**{f"x{place}": (3, 100) for place in range(500)})
    price(basket, rules, NOW, Rounding.HALF_UP)
    before = divide_best.cache_info().misses
    price(basket.add(article("x7", 100)), rules, NOW, Rounding.HALF_UP)
    assert divide_best.cache_info().misses == before + 1


DATA = {
    "id": "1",
    "name": "3 for 2",
    "kind": "n_for_m",
    "pay": 2,
    "parts": [{"articles": ["a"], "categories": ["dairy"], "count": 3}],
    "window": {"first_day": "2026-11-22", "weekdays": [6, 7], "starts": "16:00", "ends": "18:00"},
    "group": "members",
}


def test_a_promotion_is_read_from_the_directory():
    assert Promotion.from_data(DATA) == Promotion(
        "1",
        "3 for 2",
        PromotionKind.N_FOR_M,
        (Part(Goods(frozenset("a"), frozenset(["dairy"])), 3),),
        Window(date(2026, 11, 22), None, frozenset([6, 7]), time(16), time(18)),
        pay=2,
        group="members",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": ""},
        {"name": " "},
        {"kind": "gift"},
        {"parts": []},
        {"parts": [{"articles": ["a"], "count": 0}]},
        {"parts": [{"articles": ["a"], "count": 25}]},
        {"parts": [{"articles": ["a"], "count": 1}]},
        {"parts": [{"count": 2}, {"count": 2}]},
        {"parts": None},
        {"pay": 3},
        {"pay": 0},
        {"pay": "2"},
        {"pay": True},
        {"percent_bp": 10_001},
        {"price_minor": -1},
        {"kind": "percent", "parts": [{}]},
        {"kind": "amount", "parts": [{}]},
        {"kind": "from_amount", "parts": [{}], "percent_bp": 5},
        {"kind": "from_amount", "parts": [{}], "from_minor": 5},
        {"kind": "from_amount", "parts": [{}], "from_minor": 5, "percent_bp": 5, "amount_minor": 5},
        {"window": {"weekdays": []}},
        {"window": {"weekdays": [0]}},
        {"window": {"weekdays": ["1"]}},
        {"window": {"starts": "16:00"}},
        {"window": {"starts": "16:00", "ends": "16:00"}},
        {"window": {"first_day": "2026-11-22", "last_day": "2026-11-21"}},
        {"window": {"first_day": "tomorrow"}},
        {"window": 7},
    ],
    ids=str,
)
def test_a_promotion_that_cannot_be_is_refused(wrong):
    with pytest.raises(PromotionError):
        Promotion.from_data(DATA | wrong)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists))
def test_any_json_is_a_promotion_or_refused(value):
    with pytest.raises(PromotionError):
        Promotion.from_data(value)


def test_goods_by_weight_take_no_part_in_deals():
    cheese = article("a", 1895, unit=Unit.KG)
    basket = EMPTY.add(cheese, 450).add(cheese, 300).add(cheese, 300)
    assert off(basket, THREE_FOR_TWO) == [0, 0, 0]
    assert Counter(off(basket, TENTH)) == Counter([85, 57, 57])
