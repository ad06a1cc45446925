"""Customers at the counter: found, made, changed, their points, price group and invoice."""

from __future__ import annotations

import pytest

from appliance.services.events import CUSTOMER_CHANGED
from tests.flows.customer_shop import ANNA, BRAM, CAFE, PEOPLE, SETTINGS, row, tell
from tests.flows.shop import BREAD, MILK, NUTELLA

CARD = "2600000000017"
STAFF_PRICE = {
    "id": "staff10",
    "position": 1,
    "rule": {
        "name": "Personeelskorting 10 %",
        "kind": "percent",
        "percent_bp": 1000,
        "parts": [{}],
        "group": "staff",
    },
}


@pytest.fixture
def cashier(shop):
    """Sanne, signed in, in a shop with customers."""
    shop.send(settings=SETTINGS)
    tell(shop, row(ANNA, points=840), row(BRAM, group="staff"), row(CAFE))
    cashier = shop.cashier.sign_in()
    cashier.presenter.tick()
    return cashier


def write(cashier, **typed):
    """Fill in a form's fields as a cashier types, and save."""
    for field, text in typed.items():
        cashier.touch(f"field-{field}", *(f"form-type-{sign}" for sign in text))
    cashier.touch("form-confirm")


def search(cashier, text):
    cashier.touch("action-more", "list-customer")
    cashier.presenter.searched(text)
    return [(each.label, each.key) for each in cashier.body.rows]


def sell(cashier, *codes, key="money-exact"):
    for code in codes:
        cashier.scan(code)
    cashier.touch(key)
    cashier.see_page("done")


class TestFinding:
    def test_a_card_is_scanned_in_the_middle_of_a_sale(self, shop, cashier):
        cashier.scan(NUTELLA)
        cashier.scan(CARD)
        assert cashier.body.kind == "sale"
        assert cashier.body.customer.label == "Anna de Vries"
        assert cashier.body.customer.caption == "840 punten"
        assert [name for _, name, _ in cashier.lines()] == ["Nutella 400 g"]
        sell(cashier)
        (sale,) = shop.sales()
        assert sale["customer"] == ANNA
        assert "Anna" not in str(sale)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("anna", ["Anna de Vries"]),
            ("vries", ["Anna de Vries"]),
            ("ries an", ["Anna de Vries"]),
            ("0612345678", ["Anna de Vries"]),
            ("06-1234 5678", ["Anna de Vries"]),
            ("+31 6 1234", ["Anna de Vries"]),
            ("345678", ["Anna de Vries"]),
            ("brug", ["Cees Bakker"]),
            ("cafe", ["Cees Bakker"]),
            ("nobody", []),
        ],
    )
    def test_a_part_of_a_name_or_number_is_enough(self, cashier, text, found):
        assert [label for label, _ in search(cashier, text)] == found

    def test_whoever_is_picked_stands_over_the_sale_and_can_be_taken_off(self, cashier):
        cashier.scan(NUTELLA)
        search(cashier, "bram")
        cashier.touch(f"list-{BRAM}")
        assert cashier.body.customer.label == "Bram Jansen"
        assert cashier.body.customer.caption == "0 punten · Personeel"
        cashier.touch("action-customer", "list-remove")
        assert cashier.body.customer is None
        assert cashier.lines()

    def test_a_card_nobody_has_says_what_to_do_and_loses_nothing(self, shop, cashier):
        cashier.scan(NUTELLA)
        cashier.scan("2699999999990")
        assert cashier.body.kind == "sale"
        assert "2699999999990" in cashier.notice
        assert cashier.lines()
        cashier.touch("notice")
        assert cashier.body.kind == "form"
        assert {each.key: each.value for each in cashier.body.fields}["cards"] == "2699999999990"
        write(cashier, name="DIRK")
        cashier.see(lambda screen: screen.body.kind == "sale", "saved")
        assert cashier.body.customer.label == "DIRK"
        cashier.scan("2699999999990")
        assert cashier.body.customer.label == "DIRK"

    def test_a_card_given_out_twice_asks_who_it_is(self, shop, cashier):
        both = {ANNA: PEOPLE[ANNA], BRAM: PEOPLE[BRAM] | {"cards": [CARD]}}
        tell(shop, row(ANNA), row(BRAM), people=both)
        cashier.presenter.tick()
        cashier.scan(CARD)
        assert cashier.body.kind == "list"
        assert {each.label for each in cashier.body.rows} == {"Anna de Vries", "Bram Jansen"}
        cashier.touch(f"list-{BRAM}")
        assert cashier.body.customer.label == "Bram Jansen"

    def test_the_card_is_found_where_the_shop_has_no_pattern_for_it(self, shop, cashier):
        shop.send(settings={"customer_cards": []})
        cashier.scan(CARD)
        assert cashier.body.customer.label == "Anna de Vries"

    def test_a_customer_before_the_first_article_leaves_no_trace_when_taken_off(
        self, shop, cashier
    ):
        cashier.scan(CARD)
        cashier.touch("action-customer", "list-remove")
        assert cashier.body.customer is None
        assert shop.desk.presenter._parts.register.basket is None


class TestWritingDown:
    def test_a_new_customer_is_found_at_once_and_after_a_cold_start(self, shop, cashier):
        search(cashier, "eva")
        cashier.touch("list-do-new")
        write(cashier, name="EVA", phone="0655555555", email="EVA@B.NL")
        cashier.see(lambda screen: screen.body.kind == "sale", "saved")
        cashier.touch("action-customer", "list-remove")
        assert [label for label, _ in search(cashier, "0655555")] == ["EVA"]
        cashier = shop.restart().sign_in()
        assert [label for label, _ in search(cashier, "eva@b.nl")] == ["EVA"]

    def test_nothing_of_a_person_is_in_the_entry(self, shop, cashier):
        search(cashier, "eva")
        cashier.touch("list-do-new")
        cashier.touch("field-consent-news")
        write(cashier, name="EVA", phone="0655555555")
        cashier.see(lambda screen: screen.body.kind == "sale", "saved")
        (said,) = shop.entries(CUSTOMER_CHANGED)
        assert said["change"] == "created"
        assert said["by"] == "p1"
        assert said["consents"] == [{"purpose": "news", "given": True}]
        assert "EVA" not in str(said)
        assert [each["subject"] for each in said["attachments"]] == [said["customer"]]

    def test_what_was_not_touched_is_not_said_again(self, shop, cashier):
        cashier.scan(CARD)
        cashier.touch("action-customer", "list-change")
        cashier.touch("field-phone", *["form-erase"] * 4)
        write(cashier, phone="9999")
        cashier.see(lambda screen: screen.body.kind == "sale", "saved")
        assert cashier.notice == "Bewaard: Anna de Vries."
        customer = shop.desk.presenter._parts.customers.get(ANNA)
        assert customer.profile.phone == "+31612349999"
        assert customer.profile.email == "anna@example.nl"
        tell(shop, row(ANNA, points=900))
        cashier.presenter.tick()
        again = shop.desk.presenter._parts.customers.get(ANNA)
        assert again.profile.phone == "+31612349999", "said here and not counted there yet"
        assert again.points == 900

    @pytest.mark.parametrize(
        ("field", "typed"),
        [("phone", "123"), ("email", "EVA@"), ("email", "EVA"), ("cards", "4111111111111111")],
    )
    def test_what_cannot_be_is_said_and_nothing_is_lost(self, cashier, field, typed):
        search(cashier, "eva")
        cashier.touch("list-do-new")
        write(cashier, name="EVA", **{field: typed})
        assert cashier.body.kind == "form"
        assert cashier.body.text
        assert {each.key: each.value for each in cashier.body.fields}["name"] == "EVA"

    def test_nobody_without_anything_to_find_them_by(self, cashier):
        search(cashier, "x")
        cashier.touch("list-do-new")
        cashier.touch("form-confirm")
        assert cashier.body.kind == "form"
        assert cashier.body.text

    def test_somebody_with_the_same_number_is_offered_first(self, shop, cashier):
        search(cashier, "anna")
        cashier.touch("list-do-new")
        write(cashier, name="ANNA", phone="0612345678")
        assert cashier.body.kind == "list"
        assert [each.key for each in cashier.body.rows] == [ANNA]
        cashier.touch("list-do-new")
        cashier.see(lambda screen: screen.body.kind == "sale", "saved")
        assert cashier.body.customer.label == "ANNA"
        assert len(shop.entries(CUSTOMER_CHANGED)) == 1


class TestPoints:
    def test_a_sale_earns_points_and_says_so_on_paper(self, shop, cashier):
        cashier.scan(CARD)
        sell(cashier, NUTELLA, BREAD)
        (sale,) = shop.sales()
        assert sale["points"] == {"earned": 6, "spent": 0, "balance": 846}
        (paper,) = [cashier.see_paper(1)]
        assert "846" in paper
        cashier.scan(CARD)
        assert cashier.body.customer.caption == "846 punten"

    def test_points_take_something_off_each_line_with_its_own_tax(self, shop, cashier):
        cashier.scan(CARD)
        for code in (NUTELLA, MILK, "DET1"):
            cashier.scan(code)
        cashier.touch("action-customer", "list-points")
        fields = {each.key: each.value for each in cashier.body.fields}
        assert fields == {"points": "743"}, "all of it, though no whole step"
        cashier.touch(*["form-erase"] * 3)
        write(cashier, points="200")
        assert [row.amount for row in cashier.body.summary if row.advantage] == ["2,00"]
        sell(cashier)
        (sale,) = shop.sales()
        assert sale["totals"]["gross_minor"] == 743 - 200
        off = [each for line in sale["lines"] for each in line["discounts"]]
        assert {each["kind"] for each in off} == {"points"}
        assert sum(each["amount_minor"] for each in off) == 200
        assert sale["points"] == {"earned": 5, "spent": 200, "balance": 645}

    def test_points_can_be_put_back(self, cashier):
        cashier.scan(CARD)
        cashier.scan(NUTELLA)
        cashier.touch("action-customer", "list-points", "form-confirm")
        assert cashier.body.total.endswith("0,00")
        cashier.touch("action-customer", "list-points")
        assert cashier.body.total.endswith("3,99")

    @pytest.mark.parametrize("typed", ["50", "150", "900"])
    def test_a_number_that_cannot_be_spent_is_refused(self, cashier, typed):
        cashier.scan(CARD)
        for code in (NUTELLA, BREAD, NUTELLA):
            cashier.scan(code)
        cashier.touch("action-customer", "list-points", *["form-erase"] * 4)
        write(cashier, points=typed)
        assert cashier.body.kind == "form"
        assert "100" in cashier.body.text

    def test_a_void_takes_back_what_was_earned(self, shop, cashier):
        cashier.scan(CARD)
        sell(cashier, NUTELLA)
        parts = shop.desk.presenter._parts
        assert parts.customers.get(ANNA).points == 843
        commit = parts.register.void(parts.returns.last(), "mistake")
        commit.finish()
        assert shop.sales()[-1]["points"] == {"earned": -3, "spent": 0}
        assert parts.customers.get(ANNA).points == 840

    def test_what_comes_back_takes_its_points_along(self, shop, cashier):
        cashier.scan(CARD)
        cashier.scan(NUTELLA)
        cashier.scan(BREAD)
        cashier.touch("action-customer", "list-points", *[], "form-confirm")
        sell(cashier)
        sold = shop.sales()[0]
        parts = shop.desk.presenter._parts
        before = parts.returns.last()
        lines = [before.bring_back(each, each.line.quantity_milli) for each in before.facts.lines]
        cashier.touch("done-next")
        parts.register.bring_back(lines, before.facts.customer)
        parts.register.pay().finish()
        back = shop.sales()[-1]
        assert back["customer"] == ANNA
        assert back["points"]["spent"] == -sold["points"]["spent"]
        assert back["points"]["earned"] == -sold["points"]["earned"]
        assert parts.customers.get(ANNA).points == 840

    def test_points_survive_a_cold_start_and_count_once(self, shop, cashier):
        cashier.scan(CARD)
        sell(cashier, NUTELLA)
        cashier = shop.restart().sign_in()
        customers = shop.desk.presenter._parts.customers
        assert customers.get(ANNA).points == 843
        place = next(e for e in shop.entries() if e.type.startswith("balie.sale")).watermark
        tell(
            shop,
            row(
                ANNA,
                points=843,
                counted=[{"device": "winkel-2", "epoch": place.epoch, "sequence": place.sequence}],
            ),
        )
        cashier.presenter.tick()
        assert customers.get(ANNA).points == 843

    def test_a_rule_that_is_none_stops_no_sale(self, shop, cashier):
        shop.send(settings={"points": {"earn": "many"}})
        cashier.presenter.tick()
        cashier.scan(CARD)
        sell(cashier, NUTELLA)
        assert "points" not in shop.sales()[0]


class TestPriceGroup:
    def test_the_group_changes_the_price_and_the_line_says_why(self, shop, cashier):
        shop.send(promotions=[STAFF_PRICE])
        cashier.presenter.tick()
        cashier.scan(NUTELLA)
        assert [amount for *_, amount in cashier.lines()] == ["3,99"]
        cashier.scan("2600000000024")
        (line,) = cashier.body.lines
        assert line.amount == "3,59"
        assert "Personeelskorting 10 %" in line.detail
        cashier.touch("action-customer", "list-remove")
        assert [amount for *_, amount in cashier.lines()] == ["3,99"]
        cashier.scan("2600000000024")
        sell(cashier)
        (off,) = shop.sales()[0]["lines"][0]["discounts"]
        assert off["kind"] == "customer"
        assert off["rule"] == "staff10"


class TestInvoice:
    def test_a_company_stands_on_the_receipt_and_beside_the_entry(self, shop, cashier):
        cashier.scan("2600000000031")
        sell(cashier, NUTELLA)
        paper = cashier.see_paper(1)
        for text in ("Café De Brug B.V.", "Kade 12", "NL812345678B01"):
            assert text in paper
            assert text not in str(shop.sales()[0])
        assert shop.sales()[0]["attachments"][0]["kind"] == "invoice"
        parts = shop.desk.presenter._parts
        assert parts.customers.buyer(parts.returns.last().facts).company == "Café De Brug B.V."
        shop.restart()
        parts = shop.desk.presenter._parts
        assert parts.customers.buyer(parts.returns.last().facts).company == "Café De Brug B.V."

    def test_a_private_person_does_not(self, shop, cashier):
        cashier.scan(CARD)
        sell(cashier, NUTELLA)
        assert "Anna" not in cashier.see_paper(1)
        assert "attachments" not in shop.sales()[0]
