"""Baskets as cashiers make them, for tests that hold for any."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from appliance.domain.article import Article, Unit
from appliance.domain.line import Discount, DiscountKind
from appliance.domain.money import Rounding, divide
from appliance.domain.sale import Basket, Kind

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)

QUANTITIES = st.integers(-20, 20).filter(bool).map(lambda pieces: pieces * 1000)
WEIGHTS = st.integers(-5000, 5000).filter(bool)


@st.composite
def articles(draw):
    """Articles of every class all markets have; few codes, so that lines are raised too."""
    unit = draw(st.sampled_from(Unit))
    return Article(
        code=f"{unit.value}-{draw(st.integers(1, 6))}",
        name=draw(st.text(st.characters(categories=("L", "N", "Zs")), min_size=1).map("x".__add__)),
        price_minor=draw(st.integers(0, 100_000)),
        tax_class=draw(st.sampled_from(["standard", "reduced", "zero", "exempt"])),
        category=draw(st.sampled_from(["", "dairy"])),
        unit=unit,
    )


@st.composite
def baskets(draw):
    """A basket after some adding, changing and removing."""
    kind = draw(st.sampled_from(Kind))
    basket = Basket(id=draw(st.uuids()).hex, opened_at=NOW, cashier="p1", kind=kind)
    for article in draw(st.lists(articles(), max_size=12)):
        quantity = draw(QUANTITIES if article.unit is Unit.PIECE else WEIGHTS)
        basket = basket.add(article, quantity, "scan", merge=draw(st.booleans()))
    for line in basket.lines:
        basket = draw(st.sampled_from(CHANGES))(basket, line.number)
    return basket


def _discounted(basket, number):
    """Take a third off a line."""
    line = basket.line(number)
    third = divide(line.quantity_milli * line.unit_price_minor, 3000, Rounding.DOWN)
    return basket.take_off(number, Discount(DiscountKind.LINE, "dented", third))


CHANGES = [
    lambda basket, _: basket,
    lambda basket, _: basket,
    lambda basket, number: basket.remove(number, NOW + timedelta(seconds=number)),
    lambda basket, number: basket.set_price(number, 123, "damaged"),
    _discounted,
]
