"""The one shape of a completed sale: it adds up, and it comes back as it went."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import market as markets
from appliance.domain.errors import DomainError, ReceiptError
from appliance.domain.market import TaxRounding
from appliance.domain.payment import Tender, Tendered, settle
from appliance.domain.receipt import ReceiptFacts, completed, receipt_number
from appliance.domain.sale import totals
from tests.domain.strategies import NOW, TODAY, baskets

NL = markets.load("nl")


def complete(basket, market=NL, tendered=None):
    summed = totals(basket, market, TODAY)
    due = settle(summed.gross_minor, [], market).remaining_cash_minor
    cash = [Tendered(Tender.CASH, due if tendered is None else tendered)]
    return completed(
        basket=basket,
        totals=summed,
        settlement=settle(summed.gross_minor, cash, market),
        market=market,
        register="2",
        number=412,
        completed_at=NOW,
        day=TODAY,
    )


@pytest.fixture
def sold(basket, nutella, cheese):
    return basket.add(nutella, 2000).add(cheese, 450).add(nutella, merge=False).remove(3, NOW)


def test_the_record_of_a_sale_says_everything(sold):
    data = complete(sold, tendered=2000)
    assert (data["receipt"], data["number"], data["register"]) == ("2-000412", 412, "2")
    assert (data["day"], data["completed"]) == ("2026-11-22", "2026-11-22T10:15:00+00:00")
    assert (data["market"], data["currency"], data["decimals"]) == ("nl", "EUR", 2)
    assert (data["tax_rounding"], data["rounding"]) == ("per_rate", "half_up")
    assert data["lines"][0] == {
        "line": 1,
        "article": "3017620422003",
        "name": "Nutella 400 g",
        "category": "breakfast",
        "unit": "piece",
        "quantity_milli": 2000,
        "unit_price_minor": 399,
        "discount_minor": 0,
        "gross_minor": 798,
        "net_minor": 732,
        "tax_minor": 66,
        "tax_class": "reduced",
        "rate_bp": 900,
        "source": "scan",
    }
    assert data["removed"][0]["at"] == "2026-11-22T10:15:00+00:00"
    assert data["totals"] == {
        "gross_minor": 1651,
        "net_minor": 1515,
        "tax_minor": 136,
        "rounding_minor": -1,
        "payable_minor": 1650,
        "items_milli": 3000,
    }
    assert data["payments"] == [
        {
            "payment": 1,
            "tender": "cash",
            "amount_minor": 1650,
            "tendered_minor": 2000,
            "change_minor": 350,
            "rounding_minor": -1,
            "reference": None,
            "attempt": None,
        }
    ]


def test_a_changed_price_is_told_with_the_listed_one(basket, nutella):
    line = complete(basket.add(nutella).set_price(1, 300, "damaged"))["lines"][0]
    assert (line["unit_price_minor"], line["listed_price_minor"]) == (300, 399)
    assert line["reason"] == "damaged"


@given(baskets(), st.sampled_from(markets.MARKETS), st.sampled_from(TaxRounding), st.booleans())
def test_every_completed_sale_adds_up(basket, code, mode, inclusive):
    market = replace(markets.load(code), tax_rounding=mode, tax_inclusive=inclusive)
    data = complete(basket, market)
    sums = data["totals"]
    assert sum(line["gross_minor"] for line in data["lines"]) == sums["gross_minor"]
    assert sum(line["tax_minor"] for line in data["lines"]) == sums["tax_minor"]
    assert sum(part["gross_minor"] for part in data["taxes"]) == sums["gross_minor"]
    assert sum(part["net_minor"] for part in data["taxes"]) == sums["net_minor"]
    assert sums["net_minor"] + sums["tax_minor"] == sums["gross_minor"]
    assert sum(p["amount_minor"] for p in data["payments"]) == sums["payable_minor"]
    assert sums["payable_minor"] - sums["rounding_minor"] == sums["gross_minor"]


@given(baskets(), st.sampled_from(markets.MARKETS))
def test_the_facts_come_back_as_they_went(basket, code):
    data = json.loads(json.dumps(complete(basket, markets.load(code))))
    assert ReceiptFacts.from_data(data).to_data() == data
    assert ReceiptFacts.from_data(data | {"later": "key"}).to_data() == data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("totals", "gross_minor"), 1652),
        (("totals", "net_minor"), 1516),
        (("totals", "tax_minor"), 137),
        (("totals", "payable_minor"), 1651),
        (("totals", "rounding_minor"), 0),
        (("lines", 0, "gross_minor"), 799),
        (("lines", 0, "tax_minor"), 67),
        (("lines", 0, "quantity_milli"), 0),
        (("lines", 0, "tax_class"), "luxury"),
        (("taxes", 0, "net_minor"), 1516),
        (("payments", 0, "amount_minor"), 1651),
        (("payments", 0, "tender"), "shells"),
        (("kind",), "gift"),
        (("day",), "yesterday"),
        (("completed",), None),
        (("lines",), None),
        (("lines",), [5]),
        (("totals",), "many"),
    ],
)
def test_a_record_that_does_not_add_up_is_refused(sold, path, value):
    data = copy.deepcopy(complete(sold))
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(ReceiptError):
        ReceiptFacts.from_data(data)


def test_tax_moved_between_lines_is_found(sold):
    data = complete(sold)
    data["lines"][0]["tax_minor"] += 1
    data["lines"][0]["net_minor"] -= 1
    with pytest.raises(ReceiptError, match="its lines to 137"):
        ReceiptFacts.from_data(data)


@pytest.mark.parametrize("key", ["sale", "lines", "taxes", "totals", "payments", "removed"])
def test_a_record_that_lacks_something_is_refused(sold, key):
    data = complete(sold)
    del data[key]
    with pytest.raises(ReceiptError, match="cannot be read"):
        ReceiptFacts.from_data(data)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists))
def test_any_json_is_a_record_or_refused(value):
    with pytest.raises(DomainError):
        ReceiptFacts.from_data(value)


def test_a_sale_that_is_not_paid_is_not_completed(sold):
    with pytest.raises(ReceiptError, match="651 is still to be paid"):
        complete(sold, tendered=1000)


@pytest.mark.parametrize(("number", "written"), [(412, "2-000412"), (1_234_567, "2-1234567")])
def test_receipt_numbers(number, written):
    assert receipt_number("2", number) == written
