"""Points: what a sale earns, what may be spent, and what comes off each line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.domain import market as markets
from appliance.domain.article import Article, ArticleKind
from appliance.domain.errors import PointsError
from appliance.domain.line import Discount, DiscountKind
from appliance.domain.money import Rounding
from appliance.domain.points import PointsMoved, PointsRule, PointsSpent, spent_on
from appliance.domain.pricing import Promotions, price
from appliance.domain.sale import Basket, totals
from appliance.journal import adding_up

AT = datetime(2026, 11, 22, 14, 7, tzinfo=UTC)
NL = markets.load("nl")
RULE = PointsRule(1, 100, 1, 100, 100, frozenset({"tobacco"}))


def basket(*articles):
    made = Basket("b", AT, "p1")
    for each in articles:
        made = made.add(each)
    return made


def article(code, price_minor, tax_class="reduced", **more):
    return Article(code, code, price_minor, tax_class, **more)


def priced(made):
    return price(made, Promotions(), AT, Rounding.HALF_UP)


@pytest.mark.parametrize(
    ("prices", "earned"), [((99,), 0), ((100,), 1), ((250, 250), 5), ((399, 1), 4)]
)
def test_whole_points_of_the_whole_sale(prices, earned):
    made = basket(*(article(str(n), each) for n, each in enumerate(prices)))
    assert RULE.earned((line, line.full_minor(NL.rounding)) for line in made.lines) == earned


def test_deposits_cards_and_what_the_shop_leaves_out_earn_nothing():
    made = basket(
        article("a", 500, category="tobacco"),
        article("b", 500, kind=ArticleKind.DEPOSIT),
        article("c", 5000, kind=ArticleKind.GIFT_CARD),
        article("d", 300),
    )
    assert RULE.earned((line, line.full_minor(NL.rounding)) for line in made.lines) == 3


@pytest.mark.parametrize(
    ("balance", "total", "most"),
    [
        (99, 5000, 0),
        (100, 5000, 100),
        (840, 5000, 800),
        (840, 743, 743),
        (840, 40, 0),
        (840, 0, 0),
        (-20, 5000, 0),
    ],
)
def test_how_many_may_be_spent(balance, total, most):
    assert RULE.most(balance, total) == most
    assert replace(RULE, worth_minor=0).most(balance, total) == 0


def test_points_lower_each_line_and_so_the_tax_of_each_rate():
    made = basket(article("a", 600), article("b", 300, "standard"))
    off = priced(replace(made, points=PointsSpent(300, 1, "Points")))
    assert [line.amount_minor(NL.rounding) for line in off.lines] == [400, 200]
    sums = totals(off, NL, AT.date())
    assert {part.tax_class: part.gross_minor for part in sums.taxes} == {
        "reduced": 400,
        "standard": 200,
    }
    assert spent_on(off.lines, 1) == 300
    assert priced(off) == off, "asked again, nothing changes"
    assert priced(replace(off, points=None)).lines == made.lines


def test_no_more_comes_off_than_there_is_and_nothing_off_a_deposit():
    made = basket(article("a", 200), article("b", 25, kind=ArticleKind.DEPOSIT))
    off = priced(replace(made, points=PointsSpent(500, 1, "Points")))
    assert [line.amount_minor(NL.rounding) for line in off.lines] == [0, 25]
    assert spent_on(off.lines, 1) == 200


def test_what_comes_back_gives_its_points_back():
    made = basket(article("a", 200))
    back = replace(
        made.lines[0],
        quantity_milli=-1000,
        discounts=(Discount(DiscountKind.POINTS, "Points", -150),),
    )
    assert spent_on([back], 1) == -150
    assert spent_on([back], 40) == -3
    assert spent_on([back], 0) == spent_on(made.lines, 0) == 0


@pytest.mark.parametrize(
    "told",
    [
        [],
        {"earn": 1},
        {"earn": -1, "per_minor": 100},
        {"earn": 1, "per_minor": 0},
        {"earn": 1.5, "per_minor": 100},
        {"earn": True, "per_minor": 100},
        {"earn": 1, "per_minor": 100, "without": "tobacco"},
        {"earn": 1, "per_minor": 100, "worth": 1},
    ],
)
def test_a_rule_that_is_none_is_refused(told):
    with pytest.raises(PointsError):
        PointsRule.from_data(told)


def test_no_rule_is_no_points_and_one_reads_as_it_was_written():
    assert PointsRule.from_data(None) is None
    told = {"earn": 1, "per_minor": 100, "worth_minor": 1, "least": 100, "step": 100}
    assert PointsRule.from_data({**told, "without": ["tobacco"]}) == RULE


def test_nothing_is_spent_that_is_worth_nothing():
    for wrong in ((0, 1, "P"), (1, 0, "P"), (1, 1, " ")):
        with pytest.raises(PointsError):
            PointsSpent(*wrong)


def test_what_moved_reads_as_it_was_written_and_turns_round():
    moved = PointsMoved(6, 200, 646)
    assert PointsMoved.from_data(moved.to_data()) == moved
    assert moved.turned() == PointsMoved(-6, -200)
    assert moved.change == -194
    assert PointsMoved.from_data({"earned": 1, "spent": 0}).balance is None


def test_a_basket_keeps_its_points_through_a_power_cut():
    made = replace(basket(article("a", 200)), customer="a" * 32, points=PointsSpent(5, 1, "Punten"))
    assert Basket.from_json(made.to_json()) == made


def test_a_record_whose_points_cannot_be_is_found():
    told = {"lines": [{"discounts": [{"kind": "points"}]}], "customer": "a" * 32}
    honest = {**told, "points": {"earned": 1, "spent": 5}}
    assert list(adding_up._points_faults(honest)) == []
    assert list(adding_up._points_faults({**honest, "lines": [{}]}))
    assert list(adding_up._points_faults({**honest, "customer": ""}))
    assert list(adding_up._points_faults({"lines": []})) == []
