"""Goods come back: with the receipt, without it, and a sale that should not have been."""

from __future__ import annotations

import pytest

from tests.flows.shop import APPLES, BREAD, MILK, NUTELLA
from tests.flows.test_discounts import allow, fill_in


@pytest.fixture
def bought(cashier):
    """Three jars and a bread, receipt 2-000001, paid in cash."""
    for code in (NUTELLA, NUTELLA, NUTELLA):
        cashier.scan(code)
    cashier.touch(f"key-{BREAD}", "money-exact")
    cashier.see_page("done")
    cashier.touch("done-next")
    return cashier


def rows(cashier):
    return [(row.key, row.label, row.detail, row.chosen) for row in cashier.body.rows]


def test_scan_the_receipt_choose_and_give_the_money_back(shop, bought):
    bought.scan("2-000001")
    assert bought.body.title == "Wat komt er terug van 2-000001?"
    bought.touch("list-1")
    assert rows(bought)[0] == ("1", "3 × Nutella 400 g", "3 komt terug", True)
    bought.touch("list-1")
    fill_in(bought, quantity="2")
    bought.touch("list-do-take")
    assert bought.lines() == [("\u22122", "Nutella 400 g", "\u22127,98")]
    assert (bought.body.total_label, bought.body.total) == ("Terug te geven", "€\u00a07,98")
    bought.touch("money-exact")
    assert bought.see_page("done").headline == "Teruggeven"
    sale = shop.sales()[1]
    assert (sale["kind"], sale["totals"]["payable_minor"]) == ("return", -800)
    assert sale["lines"][0]["origin"] == {
        "sale": shop.sales()[0]["sale"],
        "receipt": "2-000001",
        "line": 1,
    }
    paper = bought.see_paper(2)
    assert "RETOUR" in paper
    assert "Van bon 2-000001" in paper


def test_what_came_back_does_not_come_back_again_not_even_after_a_restart(shop, bought):
    bought.scan("2-000001")
    bought.touch("list-1", "list-do-take", "money-exact")
    bought.see_page("done")
    cashier = shop.restart().sign_in()
    cashier.scan("2-000001")
    assert [row.enabled for row in cashier.body.rows] == [False, True]
    assert cashier.body.rows[0].detail == "er kan niets meer terugkomen"
    cashier.touch("list-do-all", "list-do-take", "money-exact")
    cashier.see_page("done")
    first, *back = shop.sales()
    assert sum(sale["totals"]["gross_minor"] for sale in back) == -first["totals"]["gross_minor"]
    assert sum(sale["totals"]["tax_minor"] for sale in back) == -first["totals"]["tax_minor"]


def test_by_number_with_less_and_not_for_the_shelf(shop, bought):
    bought.touch("action-more", "list-return")
    fill_in(bought, number="1")
    bought.touch("list-1", "list-1")
    fill_in(bought, quantity="4")
    assert bought.body.text == "Er kan hoogstens 3 terugkomen."
    bought.touch("form-erase", "field-restock")
    fill_in(bought, quantity="1")
    assert rows(bought)[0][2] == "1 komt terug · niet terug in het schap"
    bought.touch("list-do-take", "money-other", "tender-card_manual")
    bought.type("4711")
    bought.see_page("done")
    (line,), (payment,) = shop.sales()[1]["lines"], shop.sales()[1]["payments"]
    assert line["restock"] is False
    assert (payment["tender"], payment["amount_minor"]) == ("card_manual", -399)


@pytest.mark.parametrize(
    ("receipt", "said"),
    [
        ("3-000001", "Bon 3-000001 is van een andere kassa. Neem het daar terug, of zonder bon."),
        ("2-000009", "Er is hier geen bon 2-000009."),
    ],
)
def test_a_receipt_that_is_not_here_is_said_plainly(bought, receipt, said):
    bought.scan(receipt)
    assert bought.notice == said


def test_an_exchange_costs_only_the_difference(shop, bought):
    bought.scan(MILK)
    bought.scan("2-000001")
    bought.touch("list-2", "list-do-take")
    assert bought.body.total == "€\u00a01,60"
    bought.touch("money-exact")
    bought.see_page("done")
    assert shop.sales()[1]["kind"] == "sale"


def test_without_a_receipt_needs_a_right_a_reason_and_stays_below_the_limit(shop, cashier):
    shop.send(settings={"return_limit_minor": 500})
    cashier.presenter.tick()
    cashier.scan(NUTELLA)
    cashier.touch("action-more", "list-return-line")
    allow(cashier)
    cashier.touch("list-1", "list-away")
    assert cashier.lines() == [("\u22121", "Nutella 400 g", "\u22123,99")]
    cashier.scan(MILK)
    cashier.touch("action-more", "list-return-line")
    allow(cashier)
    assert cashier.notice == "Zonder bon wordt hoogstens 5,00 teruggegeven."
    cashier.touch("list-back", "line-2", "action-remove", "money-exact")
    cashier.see_page("done")
    (line,) = shop.sales()[0]["lines"]
    assert (line["reason"], line["allowed_by"], line["restock"]) == ("Bedorven", "p2", False)


class TestWhatWasAllowedWithoutAReceipt:
    """The limit and the permission are for what somebody saw, not for what is made of it later."""

    @pytest.fixture
    def allowed(self, shop, cashier):
        shop.send(settings={"return_limit_minor": 500})
        cashier.presenter.tick()
        cashier.scan(NUTELLA)
        cashier.touch("action-more", "list-return-line")
        allow(cashier)
        cashier.touch("list-0", "list-shelf")
        return cashier

    def test_stays_as_many_as_it_was(self, allowed):
        allowed.touch("line-1", "action-quantity")
        allowed.type("5")
        assert allowed.body.keypad.hint.startswith("Deze regel blijft zoals hij is afgesproken.")
        allowed.touch("pad-cancel")
        assert allowed.lines() == [("\u22121", "Nutella 400 g", "\u22123,99")]

    def test_keeps_its_price_and_its_reason(self, shop, allowed):
        allowed.touch("line-1", "action-more", "list-price")
        allow(allowed)
        fill_in(allowed, price="90")
        allowed.touch("list-0")
        assert allowed.notice.startswith("Deze regel blijft zoals hij is afgesproken.")
        allowed.touch("money-exact")
        allowed.see_page("done")
        (line,) = shop.sales()[0]["lines"]
        assert (line["unit_price_minor"], line["allowed_by"]) == (399, "p2")
        assert line["reason"]

    def test_is_allowed_again_once_it_was_taken_out(self, allowed):
        allowed.touch("line-1", "action-remove")
        assert not next(each for each in allowed.body.actions if each.key == "undo").enabled

    def test_is_more_where_more_was_asked_for_before(self, shop, cashier):
        for _ in range(3):
            cashier.scan(MILK)
        cashier.touch("action-more", "list-return-line")
        allow(cashier)
        cashier.touch("list-0", "list-shelf", "money-exact")
        cashier.see_page("done")
        assert shop.sales()[0]["lines"][0]["quantity_milli"] == -3000


class TestAVoid:
    def undo(self, cashier):
        cashier.touch("action-more", "list-void")
        allow(cashier)
        cashier.touch("list-go", "list-0")
        return cashier.see_page("done")

    def test_is_a_counter_entry_with_every_sign_turned(self, shop, bought):
        done = self.undo(bought)
        assert (done.headline, done.amount) == ("Teruggeven", "€\u00a014,85")
        sale, void = shop.sales()
        assert (void["kind"], void["voids"], void["number"]) == ("void", sale["sale"], 2)
        for name, amount in sale["totals"].items():
            assert void["totals"][name] == -amount
        assert [tax["tax_minor"] for tax in void["taxes"]] == [
            -tax["tax_minor"] for tax in sale["taxes"]
        ]
        assert {line["reason"] for line in void["lines"]} == {"Per ongeluk aangeslagen"}
        assert {line["allowed_by"] for line in void["lines"]} == {"p2"}
        assert "TENIETGEDAAN" in bought.see_paper(2)

    def test_is_not_made_twice_and_nothing_comes_back_of_it(self, bought):
        self.undo(bought)
        bought.touch("done-next", "action-more", "list-void")
        assert bought.notice.startswith("De laatste verkoop is al tenietgedaan")
        bought.scan("2-000001")
        assert bought.notice == "Bon 2-000001 is tenietgedaan: daarvan komt niets terug."

    def test_is_not_made_of_a_return(self, bought):
        bought.scan("2-000001")
        bought.touch("list-1", "list-do-take", "money-exact")
        bought.see_page("done")
        bought.touch("done-next", "action-more", "list-void")
        assert bought.notice.startswith("Van of met deze verkoop kwam al iets terug")

    def test_waits_until_the_counter_is_empty(self, bought):
        bought.scan(MILK)
        bought.touch("action-more")
        (void,) = [row for row in bought.body.rows if row.key == "void"]
        assert (void.enabled, void.detail) == (False, "Maak deze verkoop eerst af of parkeer hem.")


def test_weighed_goods_come_back_in_parts(shop, cashier):
    cashier.touch("category-fruit", f"key-{APPLES}")
    cashier.type("1,234")
    cashier.touch("money-exact")
    cashier.see_page("done")
    for weight in ("0,4", "0,834"):
        cashier.scan("2-000001")
        cashier.touch("list-1", "list-1")
        fill_in(cashier, quantity=weight)
        cashier.touch("list-do-take", "money-exact")
        cashier.see_page("done")
    assert sum(sale["totals"]["gross_minor"] for sale in shop.sales()) == 0
    assert sum(sale["totals"]["tax_minor"] for sale in shop.sales()) == 0
