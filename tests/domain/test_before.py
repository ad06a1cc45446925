"""What is worked out again at a scan comes to exactly what working out everything does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import market
from appliance.domain.agreed import BasketDiscount
from appliance.domain.article import Article, Unit
from appliance.domain.points import PointsSpent
from appliance.domain.pricing import Promotions, price
from appliance.domain.promotion import Promotion
from appliance.domain.sale import Basket, totals
from appliance.domain.tax import Taxed

from .strategies import NOW, TODAY

MARKETS = {code: market.load(code) for code in ("nl", "gb", "id", "be")}
MOST = 20
CATEGORIES = ("dairy", "bread", "")


@st.composite
def goods(draw):
    """Pieces and weights of a few codes, so that promotions meet and lines are raised."""
    number = draw(st.integers(0, 9))
    return Article(
        code=f"A{number}",
        name=f"Article {number}",
        price_minor=37 * number + draw(st.sampled_from((1, 200))),
        tax_class=("standard", "reduced", "zero")[number % 3],
        category=CATEGORIES[number % 3],
        unit=Unit.KG if number in (3, 7) else Unit.PIECE,
    )


@st.composite
def rules(draw):
    """Promotions of every kind on a few codes, a category or all goods."""
    named = st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True)
    on = st.one_of(
        named.map(lambda numbers: {"articles": [f"A{number}" for number in numbers]}),
        st.sampled_from(CATEGORIES[:2]).map(lambda key: {"categories": [key]}),
        st.just({}),
    )
    kind = st.sampled_from(
        (
            {"kind": "percent", "percent_bp": 1000},
            {"kind": "price", "price_minor": 99},
            {"kind": "amount", "amount_minor": 20},
            {"kind": "n_for_m", "count": 3, "pay": 2},
            {"kind": "n_for_amount", "count": 2, "price_minor": 250},
            {"kind": "from_amount", "from_minor": 900, "percent_bp": 700},
            {"kind": "from_amount", "from_minor": 400, "amount_minor": 150},
        )
    )
    made = []
    for number, (what, where) in enumerate(draw(st.lists(st.tuples(kind, on), max_size=6))):
        told = dict(what)
        part = {**where, "count": told.pop("count", 1)}
        made.append(
            Promotion.from_data(
                {"id": f"P{number}", "name": f"Promotion {number}", "parts": [part], **told}
            )
        )
    return made


TAKEN_OFF = ("off", "spend")
"""What changes something for all lines at once."""
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("add", "add", "line", "raise", "remove", "turn", "priced", *TAKEN_OFF, "hour")
        ),
        goods(),
        st.integers(0, MOST),
    ),
    min_size=1,
    max_size=20,
)


def added(basket, step, article, number):
    """Lay an article on the counter, now and then as one that comes back."""
    quantity = 1000 if article.unit is Unit.PIECE else 250 + 10 * number
    quantity = -quantity if number == MOST else quantity
    return basket.add(article, quantity, merge=step == "add")


def turned(basket, line):
    """Have a line change places."""
    return replace(basket, lines=(line, *(each for each in basket.lines if each is not line)))


def changed(basket, step, article, number):
    """Do to the counter what a cashier does."""
    if step in ("add", "line") or not basket.lines:
        return added(basket, step, article, number)
    if step == "off":
        given = {"percent_bp": 500} if number % 2 else {"amount_minor": 1 + 40 * number}
        off = None if basket.discount else BasketDiscount("kind", **given)
        return replace(basket, discount=off)
    if step == "spend":
        spent = None if basket.points else PointsSpent(number + 1, 13, "points")
        return replace(basket, points=spent)
    line = basket.lines[number % len(basket.lines)]
    do = {
        "raise": lambda: basket.set_quantity(line.number, line.quantity_milli + 1000 or 1000),
        "remove": lambda: basket.remove(line.number, NOW),
        "turn": lambda: turned(basket, line),
        "priced": lambda: basket.set_price(line.number, 50, "damaged"),
    }
    return do.get(step, lambda: basket)()


@pytest.mark.parametrize("code", MARKETS)
@given(rules(), STEPS)
def test_the_same_as_from_scratch_to_the_line(code, promotions, steps):
    here, at = MARKETS[code], NOW
    kept, basket, before = Promotions(promotions), Basket("b", NOW, "p1"), None
    for step, article, number in steps:
        at += timedelta(hours=1) if step == "hour" else timedelta()
        basket = changed(basket, step, article, number)
        fresh = price(basket, Promotions(promotions), at, here.rounding)
        basket = price(basket, kept, at, here.rounding)
        assert basket == fresh
        before = totals(basket, here, TODAY, before=before)
        assert before == totals(basket, here, TODAY)


def test_baskets_that_take_turns_do_not_mix():
    rule = {"id": "P", "name": "3 for 2", "kind": "n_for_m", "pay": 2, "parts": [{"count": 3}]}
    kept = Promotions([Promotion.from_data(rule)])
    apple = Article("A", "Apple", 50, "reduced")
    here, there = Basket("b1", NOW, "p1"), Basket("b2", NOW, "p1")
    for _ in range(4):
        here = price(here.add(apple, merge=False), kept, NOW, MARKETS["nl"].rounding)
        there = price(there.add(apple, 2000, merge=False), kept, NOW, MARKETS["nl"].rounding)
    assert sum(line.discount_minor for line in here.lines) == 50
    assert sum(line.discount_minor for line in there.lines) == 100


def test_what_came_back_with_its_tax_keeps_it():
    line = Basket("b", NOW, "p1").add(Article("A", "Apple", 50, "reduced"), -1000).lines[0]
    basket = Basket("b", NOW, "p1", lines=(replace(line, taxed=Taxed(600, -3)),))
    before = totals(basket, MARKETS["nl"], TODAY)
    basket = basket.add(Article("B", "Bread", 250, "reduced"))
    after = totals(basket, MARKETS["nl"], TODAY, before=before)
    assert after == totals(basket, MARKETS["nl"], TODAY)
    assert after.lines[0].tax.tax_minor == -3


def test_another_days_rate_holds_though_the_amounts_are_known():
    here = MARKETS["gb"]
    basket = Basket("b", NOW, "p1").add(Article("A", "Apple", 11750, "standard"))
    before = totals(basket, here, TODAY.replace(year=2011, month=1, day=3))
    assert totals(basket, here, TODAY, before=before) == totals(basket, here, TODAY)


def test_a_scan_reaches_lines_that_are_joined_by_way_of_others():
    told = (("P1", "AB", 90), ("P2", "BC", 80), ("P3", "CE", 85))
    rules_ = [
        Promotion.from_data(
            {
                "id": id_,
                "name": id_,
                "kind": "n_for_amount",
                "price_minor": price_minor,
                "parts": [{"articles": list(codes), "count": 2}],
            }
        )
        for id_, codes, price_minor in told
    ]
    kept, basket = Promotions(rules_), Basket("b", NOW, "p1")
    for code in "ABC":
        basket = basket.add(Article(code, code, 50, "reduced"))
    basket = price(basket, kept, NOW, MARKETS["nl"].rounding)
    assert [line.discount_minor for line in basket.lines] == [0, 10, 10]
    basket = basket.add(Article("E", "E", 50, "reduced"))
    basket = price(basket, kept, NOW, MARKETS["nl"].rounding)
    assert [line.discount_minor for line in basket.lines] == [5, 5, 8, 7]


def test_lines_that_change_places_are_worked_out_from_the_beginning():
    rule = {"id": "P", "name": "2 for 80", "kind": "n_for_amount", "price_minor": 80}
    made = Promotion.from_data({**rule, "parts": [{"count": 2}]})
    kept, basket = Promotions([made]), Basket("b", NOW, "p1")
    for _ in range(3):
        basket = basket.add(Article("A", "Apple", 50, "reduced"), merge=False)
    basket = price(basket, kept, NOW, MARKETS["nl"].rounding)
    assert [line.discount_minor for line in basket.lines] == [10, 10, 0]
    basket = price(turned(basket, basket.lines[2]), kept, NOW, MARKETS["nl"].rounding)
    assert [line.discount_minor for line in basket.lines] == [10, 10, 0]


def test_a_share_that_stays_leaves_the_line_the_very_same():
    kept, basket = Promotions(), Basket("b", NOW, "p1", discount=BasketDiscount("kind", 1000))
    for number in range(40):
        basket = basket.add(Article(f"A{number}", "Apple", 100 + number, "reduced"))
    before = price(basket, kept, NOW, MARKETS["nl"].rounding)
    after = before.add(Article("B", "Bread", 250, "reduced"))
    after = price(after, kept, NOW, MARKETS["nl"].rounding)
    changed = [new for new, old in zip(after.lines, before.lines, strict=False) if new is not old]
    assert len(changed) < 10
    assert sum(line.discount_minor for line in after.lines) == 503  # a tenth of 50.30
    without = price(replace(after, discount=None), kept, NOW, MARKETS["nl"].rounding)
    assert not any(line.discounts for line in without.lines)
