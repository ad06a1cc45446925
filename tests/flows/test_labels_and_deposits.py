"""Labels from the scale in the back room, and bottles with money on them."""

from __future__ import annotations

import pytest

from appliance.domain.gtin import check_digit
from tests.flows.shop import article

RULES = [
    {"pattern": "21PPPPPVVVVVC", "measure": "price", "decimals": 2},
    {"pattern": "22PPPPPVVVVVC", "measure": "weight", "decimals": 3},
]


def label(digits):
    return digits + check_digit(digits)


@pytest.fixture
def deli(closed_shop):
    closed_shop.send(
        articles=[
            article("12345", "Jonge kaas", 1199, unit="kg") | {"gtin": None},
            article("777", "Taartpunt", 250) | {"gtin": None},
            article("COLA", "Cola 1 l", 199, deposit="FLES"),
            article("FLES", "Statiegeld fles", 25, kind="deposit", tax_class="zero"),
        ],
        settings={"label_rules": RULES},
    )
    closed_shop.cashier = closed_shop.open().sign_in()
    return closed_shop


def lines(cashier):
    return cashier.lines()


def test_a_price_on_the_label_is_what_is_paid(deli):
    cashier = deli.cashier
    cashier.scan(label("211234500675"))
    cashier.scan(label("210077700200"))
    assert lines(cashier) == [("0,563", "Jonge kaas", "6,75"), ("1", "Taartpunt", "2,00")]
    cashier.scan(label("211234500675"))
    assert len(cashier.body.lines) == 3, "each label is a piece of its own"
    cashier.touch("money-exact")
    cashier.see_page("done")
    sold = deli.sales()[0]["lines"][0]
    assert (sold["label_minor"], sold["gross_minor"], sold["quantity_milli"]) == (675, 675, 563)


def test_a_labelled_piece_comes_back_for_what_it_cost(deli):
    cashier = deli.cashier
    cashier.scan(label("211234500675"))
    cashier.touch("money-exact")
    cashier.see_page("done")
    cashier.scan("2-000001")
    cashier.touch("list-do-all", "list-do-take")
    assert cashier.body.total == "€\u00a06,75"


def test_a_weight_on_the_label_is_weighed_goods(deli):
    deli.cashier.scan(label("221234500500"))
    assert lines(deli.cashier) == [("0,500", "Jonge kaas", "6,00")]


def test_without_rules_such_a_code_is_an_article_nobody_knows(deli):
    deli.send(settings={"label_rules": []})
    deli.cashier.scan(label("211234500675"))
    assert deli.cashier.notice.startswith("Geen artikel heeft de code")


def test_a_deposit_comes_with_its_bottle_and_goes_with_it(deli):
    cashier = deli.cashier
    cashier.scan("COLA")
    cashier.scan("COLA")
    assert lines(cashier) == [("2", "Cola 1 l", "3,98"), ("2", "Statiegeld fles", "0,50")]
    cashier.touch("line-1", "action-quantity")
    cashier.type("3")
    assert lines(cashier)[1] == ("3", "Statiegeld fles", "0,75")
    cashier.touch("line-1", "action-remove")
    assert lines(cashier) == []


def test_an_empty_bottle_comes_back_by_its_key_or_by_scanning_it(deli):
    cashier = deli.cashier
    cashier.scan("FLES")
    cashier.scan("FLES")
    assert lines(cashier) == [("\u22122", "Statiegeld fles", "\u22120,50")]
    cashier.scan("COLA")
    cashier.touch("action-more", "list-deposit")
    assert [line for line in lines(cashier) if line[1] == "Cola 1 l"] == []
    assert cashier.body.total == "€\u00a00,75"
    cashier.touch("money-exact")
    cashier.see_page("done")
    (sale,) = deli.sales()
    assert (sale["kind"], sale["totals"]["gross_minor"]) == ("return", -75)
    assert {line["kind"] for line in sale["lines"]} == {"deposit"}


def test_a_full_bottle_comes_back_with_its_deposit(deli):
    cashier = deli.cashier
    cashier.scan("COLA")
    cashier.touch("money-exact")
    cashier.see_page("done")
    cashier.scan("2-000001")
    cashier.touch("list-do-all", "list-do-take")
    assert cashier.body.total == "€\u00a02,24"
