"""The tables of promotion.md, worked out again row by row."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from importlib import resources
from pathlib import Path

import pytest

from appliance.domain.article import Article, Unit
from appliance.domain.money import Rounding
from appliance.domain.pricing import Promotions, price
from appliance.domain.promotion import Goods, Part, Promotion, PromotionKind, Window
from appliance.domain.sale import Basket
from tests.domain.strategies import NOW

PAGE = (resources.files("appliance.domain") / "promotion.md").read_text(encoding="utf-8")
CATEGORIES = {"cola": "drinks", "juice": "drinks", "water": "drinks"}
CATEGORIES |= {"roll": "bakery", "bread": "bakery"}
AMOUNT = r"(\d+\.\d\d)"


def table(name):
    block = PAGE.split(f"<!-- table: {name} -->\n")[1].split("\n\n")[0]
    heading, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()
    ]
    return [pytest.param(dict(zip(heading, row, strict=True)), id=" ".join(row)) for row in rows]


def minor(text):
    return int(text.replace(".", ""))


def goods(word):
    if word == "all":
        return Goods()
    if word in CATEGORIES.values():
        return Goods(categories=frozenset([word]))
    return Goods(articles=frozenset([word]))


def read_promotion(text, place):
    what, does = text.split(": ")
    parts = tuple(Part(goods(word)) for word in what.split(" + "))
    kind, values = None, {}
    if len(parts) > 1:
        kind, values = PromotionKind.BUNDLE, {"price_minor": minor(does)}
    elif found := re.fullmatch(rf"each {AMOUNT}", does):
        kind, values = PromotionKind.PRICE, {"price_minor": minor(found[1])}
    elif found := re.fullmatch(r"(\d+) % off", does):
        kind, values = PromotionKind.PERCENT, {"percent_bp": int(found[1]) * 100}
    elif found := re.fullmatch(rf"{AMOUNT} off", does):
        kind, values = PromotionKind.AMOUNT, {"amount_minor": minor(found[1])}
    elif found := re.fullmatch(rf"(\d+) for {AMOUNT}", does):
        kind, values = PromotionKind.N_FOR_AMOUNT, {"price_minor": minor(found[2])}
        parts = (Part(goods(what), int(found[1])),)
    elif found := re.fullmatch(r"(\d+) for (\d+)(?: at (\d+) %)?", does):
        share = int(found[3]) * 100 if found[3] else 0
        kind, values = PromotionKind.N_FOR_M, {"pay": int(found[2]), "percent_bp": share}
        parts = (Part(goods(what), int(found[1])),)
    elif found := re.fullmatch(rf"(?:(\d+) %|{AMOUNT}) off from {AMOUNT}", does):
        kind, values = PromotionKind.FROM_AMOUNT, {"from_minor": minor(found[3])}
        off = {"percent_bp": int(found[1]) * 100} if found[1] else {"amount_minor": minor(found[2])}
        values |= off
    return Promotion(f"p{place}", text, kind, parts, **values)


def read_promotions(text):
    return Promotions(read_promotion(each, place) for place, each in enumerate(text.split("; ")))


def read_basket(text):
    basket = Basket(id="0f" * 16, opened_at=NOW, cashier="p1")
    for each in text.split(", "):
        quantity, _, name, amount = each.split()
        unit = Unit.KG if "." in quantity else Unit.PIECE
        article = Article(
            name, name, minor(amount), "reduced", category=CATEGORIES.get(name, ""), unit=unit
        )
        milli = minor(quantity) if unit is Unit.KG else int(quantity) * 1000
        basket = basket.add(article, milli)
    return basket


def worked_out(row):
    promotions = row["promotion"] if "promotion" in row else row["promotions"]
    priced = price(
        read_basket(row["on the counter"]), read_promotions(promotions), NOW, Rounding.HALF_UP
    )
    return [line.discount_minor for line in priced.lines]


def test_every_table_of_the_page_is_worked_out():
    names = re.findall(r"<!-- table: (.*) -->", PAGE)
    source = Path(__file__).read_text(encoding="utf-8")
    assert sorted(names) == sorted(re.findall(r'parametrize\("row", table\("(.*)"\)\)', source))


@pytest.mark.parametrize("row", table("kinds"))
def test_each_kind(row):
    off = worked_out(row)
    assert sum(off) == minor(row["comes off"])
    assert off == [minor(each) for each in row["lines"].split()]


@pytest.mark.parametrize("row", table("meeting"))
def test_where_several_meet(row):
    assert sum(worked_out(row)) == minor(row["comes off"])


@pytest.mark.parametrize("row", table("when"))
def test_when(row):
    said, at = row["window"], datetime.fromisoformat(row["at"]).replace(tzinfo=UTC)
    days = dict(re.findall(r"(from|to) (\d{4}-\d\d-\d\d)", said))
    hours = re.search(r"(\d\d:\d\d)-(\d\d:\d\d)", said)
    weekdays = re.search(r"on ((?:\d ?)+?)(?: |$)(?!\d )", said)
    window = Window(
        first_day=date.fromisoformat(days["from"]) if "from" in days else None,
        last_day=date.fromisoformat(days["to"]) if "to" in days else None,
        weekdays=frozenset(map(int, weekdays[1].split())) if weekdays else frozenset(range(1, 8)),
        starts=time.fromisoformat(hours[1]) if hours else None,
        ends=time.fromisoformat(hours[2]) if hours else None,
    )
    assert window.holds(at) is (row["holds"] == "yes")
