"""Receipts of before: found, copied with a number each, and written for a present."""

from __future__ import annotations

import json

import pytest

from appliance.journal.reader import JournalReader
from appliance.services.events import REPRINTED
from tests.flows.shop import BREAD, MILK, NUTELLA
from tests.flows.test_discounts import fill_in
from tests.journal.contract import faults


@pytest.fixture
def sold(shop, cashier):
    """Three sales; the third lies in the past already."""
    for code in (NUTELLA, MILK, BREAD):
        cashier.scan(code)
        cashier.touch("money-exact")
        cashier.see_page("done")
        cashier.touch("done-next")
    cashier.see_paper(3)
    return cashier


def before(cashier):
    cashier.see_page("sale")
    cashier.touch("action-more", "list-receipts")
    return cashier.see_page("list")


def test_a_copy_from_the_list_is_marked_and_numbered(shop, sold):
    page = before(sold)
    assert [(row.label, row.amount) for row in page.rows] == [
        ("2-000003", "2,90"),
        ("2-000002", "1,30"),
        ("2-000001", "4,00"),
    ]
    assert page.rows[2].detail == "22-11-2026 14:07 · Nutella 400 g"
    sold.touch("list-2-000001")
    assert any("Nutella" in line for line in sold.see_page("paper").paper)
    sold.touch("paper-copy")
    assert "KOPIE 1" in sold.see_paper(4)
    sold.see_notice("Kopie 1 is afgedrukt.")
    sold.touch("paper-copy")
    assert "KOPIE 2" in sold.see_paper(5)
    assert [each["copy"] for each in shop.entries(REPRINTED)] == [1, 2]
    sold.touch("paper-back")
    assert sold.see_page("list").title == "Eerdere bonnen"


def test_numbers_of_copies_go_on_when_the_desks_own_notes_are_lost(shop, sold):
    before(sold)
    sold.touch("list-2-000001", "paper-copy")
    sold.see_paper(4)
    shop.close()
    for file in shop.data.glob("desk.db*"):
        file.unlink()
    again = shop.open().sign_in()
    before(again)
    again.touch("list-2-000001", "paper-copy")
    again.see(lambda _: len(shop.entries(REPRINTED)) == 2)
    assert [each["copy"] for each in shop.entries(REPRINTED)] == [1, 2]
    again.see(lambda _: any("KOPIE 2" in text for text in shop.papers()))


def test_one_is_found_by_its_number_or_by_a_scan(shop, sold):
    before(sold)
    sold.touch("list-do-number")
    fill_in(sold, number="2")
    assert sold.see_page("paper").title == "Bon 2-000002"
    sold.touch("paper-back", "form-back")
    sold.see_page("list")
    sold.scan("2-000001")
    assert sold.see_page("paper").title == "Bon 2-000001"
    assert sold.presenter._parts.register.lines == ()


@pytest.mark.parametrize("number", ["77", "0", "999999999999"])
def test_a_number_nobody_gave_out_is_said(sold, number):
    before(sold)
    sold.touch("list-do-number")
    fill_in(sold, number=number)
    assert sold.see_page("form").text.startswith("Er is hier geen bon 2-")


def test_an_article_scanned_in_the_list_begins_the_next_sale(sold):
    before(sold)
    sold.scan(NUTELLA)
    assert [line.name for line in sold.see_page("sale").lines] == ["Nutella 400 g"]


def test_a_gift_receipt_says_no_price_and_brings_the_present_back(shop, sold):
    before(sold)
    sold.touch("list-2-000001", "paper-gift")
    paper = sold.see_paper(4)
    assert "RUILBON" in paper
    assert "Nutella 400 g" in paper
    assert "2-000001" in paper
    for price in ("3,99", "4,00", "€"):
        assert price not in paper
    sold.touch("paper-back", "list-back")
    sold.scan("2-000001")
    sold.touch("list-do-all", "list-do-take")
    assert [line.amount for line in sold.see_page("sale").lines] == ["−3,99"]
    sold.touch("money-exact")
    sold.see_page("done")
    assert shop.sales()[-1]["kind"] == "return"


def test_a_copy_needs_somebody_who_may(shop):
    shop.send(staff=[{**shop_person("p1"), "roles": ["helper"]}])
    cashier = shop.cashier.sign_in()
    cashier.scan(NUTELLA)
    cashier.touch("money-exact")
    cashier.see_page("done")
    cashier.touch("done-next")
    before(cashier)
    cashier.touch("list-2-000001", "paper-copy")
    assert "Wie" in cashier.see_page("sign_in").title or cashier.body.people
    cashier.touch(*(f"pin-{digit}" for digit in "4711"), "pin-enter")
    cashier.see(lambda _: shop.entries(REPRINTED))
    with JournalReader.open(shop.data / "journal.db") as reader:
        for entry in reader.entries():
            assert faults(f"entries/{entry.type}.json", json.loads(entry.raw)["data"]) == []


def shop_person(key):
    from tests.flows.shop import DIRECTORY  # noqa: PLC0415 - for this one alone

    return next(each for each in DIRECTORY["staff"] if each["id"] == key)


def test_nothing_was_sold_yet(cashier):
    assert before(cashier).empty == "Hier is nog niets verkocht."
