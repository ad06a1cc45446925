"""A day at a shop with customers who bring things back; its entries keep the published contract."""

from __future__ import annotations

import json

import pytest

from appliance.journal.reader import JournalReader
from appliance.services.events import COMPLETED
from tests.flows.shop import BREAD, MILK, NUTELLA, article
from tests.flows.test_discounts import allow, fill_in
from tests.journal.contract import faults


@pytest.fixture
def shop(closed_shop):
    closed_shop.send(
        articles=[
            article("COLA", "Cola 1 l", 199, deposit="FLES"),
            article("FLES", "Statiegeld fles", 25, kind="deposit", tax_class="zero"),
            article("BIER", "Pils 33 cl", 150, minimum_age=18),
        ],
        settings={
            "label_rules": [{"pattern": "21PPPPPVVVVVC", "measure": "price", "decimals": 2}],
        },
    )
    closed_shop.cashier = closed_shop.open().sign_in()
    return closed_shop


def pay(cashier, *answers):
    cashier.touch("money-exact", *answers)
    cashier.see_page("done")


def test_everything_that_was_sold_comes_back_and_the_day_is_nothing(shop):
    cashier = shop.cashier
    for code in (NUTELLA, NUTELLA, "COLA", "BIER", MILK):
        cashier.scan(code)
    cashier.touch("action-more", "list-discount-all")
    allow(cashier)
    fill_in(cashier, percent="12,5")
    cashier.touch("list-0")
    pay(cashier, "list-document")

    cashier.scan("2-000001")
    cashier.touch("list-1", "list-1")
    fill_in(cashier, quantity="1")
    cashier.touch("list-do-take")
    shop.restart()
    cashier = shop.cashier.sign_in()
    assert len(cashier.body.lines) == 1, "a return survives a cold start on the counter"
    pay(cashier)

    cashier.scan("2-000001")
    cashier.touch("list-do-all", "list-do-take", "line-1", "action-remove")
    pay(cashier)
    cashier.scan("2-000001")
    cashier.touch("list-do-all", "list-do-take")
    pay(cashier)

    cashier.touch("done-next", f"key-{BREAD}")
    pay(cashier)
    cashier.touch("done-next", "action-more", "list-void")
    allow(cashier)
    cashier.touch("list-go", "list-0")
    cashier.see_page("done")

    sales = shop.sales()
    assert [sale["kind"] for sale in sales] == ["sale", *["return"] * 3, "sale", "void"]
    for name in ("gross_minor", "net_minor", "tax_minor", "items_milli"):
        assert sum(sale["totals"][name] for sale in sales) == 0, name
    assert sum(line["discount_minor"] for sale in sales for line in sale["lines"]) == 0
    with JournalReader.open(shop.data / "journal.db") as reader:
        for entry in reader.entries():
            assert faults(f"entries/{entry.type}.json", json.loads(entry.raw)["data"]) == []
            assert entry.type != COMPLETED or entry.data["number"]
