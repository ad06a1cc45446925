"""Tips on top of a card payment, and codes that the customer's bank pays."""

from __future__ import annotations

import binascii
import re

import pytest

from appliance.services import events
from tests.flows.shop import DIRECTORY, NUTELLA, Shop, adds_up

IBAN = "NL91ABNA0417164300"
PAYEE = {"name": "Buurtwinkel De Hoek", "iban": IBAN}


class TestTips:
    def test_one_comes_on_top_of_the_card_and_stands_on_receipt_and_z(self, shop, selling):
        selling.touch("money-other", "tender-tip")
        selling.type("1")
        assert ("Fooi", "1,00") in [(row.label, row.amount) for row in selling.body.rows]
        selling.touch("tender-card_terminal")
        selling.type("")
        selling.see_page("done")
        paid = shop.sales()[0]["payments"][0]
        assert (paid["amount_minor"], paid["tip_minor"]) == (399, 100)
        asked = shop.entries(events.ATTEMPTED)[0]
        assert (asked["amount_minor"], asked["tip_minor"]) == (499, 100)
        assert re.search(r"Fooi\s+1,00", selling.see_paper(1))
        assert adds_up(shop)

    def test_a_sale_with_a_tip_is_undone_with_its_tip(self, shop, selling):
        selling.touch("money-other", "tender-tip")
        selling.type("1")
        selling.touch("tender-card_terminal")
        selling.type("")
        selling.see_page("done")
        selling.touch("lock")
        selling.sign_in("p2", "4711")
        selling.touch("action-more", "list-void")
        assert [row.amount for row in selling.body.rows[1:]] == ["4,99"]
        selling.touch("list-go", "list-0")
        selling.see(lambda _: len(shop.sales()) == 2)
        paid, given = (sale["payments"][0] for sale in shop.sales())
        assert (given["amount_minor"], given["tip_minor"]) == (-399, -100)
        assert given["attempt"] == paid["attempt"]
        assert shop.entries(events.REVERSING)[0]["amount_minor"] == 499
        assert re.search(r"Fooi\s+-1,00", selling.see_paper(2))
        assert re.search(r"Teruggegeven met fooi\s+-4,99", selling.see_paper(2))
        assert adds_up(shop)

    def test_a_shop_that_wants_none_is_not_asked(self, shop, selling):
        shop.send(settings={"tips": False})
        selling.presenter.tick()
        selling.touch("money-other")
        assert "tip" not in [choice.key for choice in selling.body.choices]


class TestPaymentCodes:
    @pytest.fixture
    def asked(self, shop, selling):
        """The customer is asked to pay 3.99 by a code."""
        shop.send(settings={"qr_payment": PAYEE})
        selling.presenter.tick()
        selling.touch("money-other", "tender-qr")
        selling.type("")
        selling.see_page("qr")
        return selling

    def test_it_is_paid_when_somebody_who_may_says_so(self, shop, asked):
        body = asked.body
        lines = body.code.split("\n")
        assert (lines[6], lines[7], lines[10]) == (IBAN, "EUR3.99", body.reference.split()[-1])
        asked.touch("qr-paid")
        assert asked.body.kind == "sign_in", "a cashier asks who allows it"
        asked.touch("person-p2", *(f"pin-{d}" for d in "4711"), "pin-enter")
        asked.see_page("done")
        result = shop.entries(events.RESULTED)[0]
        assert (result["outcome"], result["seen_by"], result["allowed_by"]) == (
            "approved",
            "p1",
            "p2",
        )
        assert result["reference"] == lines[10]
        paid = shop.sales()[0]["payments"][0]
        assert (paid["tender"], paid["attempt"]) == ("qr", result["attempt"])
        assert adds_up(shop)

    def test_it_is_undone_once_somebody_who_may_says_it_was_transferred_back(self, shop, asked):
        shop.send(settings={"qr_confirm": "cashier"})
        asked.presenter.tick()
        asked.touch("qr-paid")
        asked.see_page("done")
        allow = ("person-p2", *(f"pin-{d}" for d in "4711"), "pin-enter")
        asked.touch("done-next", "action-more", "list-void", *allow)
        asked.see_page("list")
        asked.touch("list-go", "list-0")
        assert "overgemaakt" in asked.body.rows[0].label
        asked.touch("list-leave")
        asked.see_page("sale")
        assert len(shop.sales()) == 1, "whoever has not transferred it leaves the sale as it is"

        asked.touch("action-more", "list-void", *allow)
        asked.see_page("list")
        asked.touch("list-go", "list-0", "list-given")
        assert asked.body.kind == "sign_in", "a cashier asks who says so"
        asked.touch(*allow)
        asked.see(lambda _: len(shop.sales()) == 2)
        assert [each["right"] for each in shop.entries(events.ALLOWED)][-1] == "confirm_qr"
        sold, undone = shop.sales()
        (given,) = undone["payments"]
        assert (given["tender"], given["amount_minor"]) == ("qr", -399)
        assert given["reference"] == sold["payments"][0]["reference"]
        assert adds_up(shop)

    def test_a_shop_may_let_every_cashier_say_so(self, shop, asked):
        shop.send(settings={"qr_confirm": "cashier"})
        asked.presenter.tick()
        asked.touch("qr-paid")
        asked.see_page("done")

    def test_not_paid_goes_back_to_the_other_ways(self, shop, asked):
        asked.touch("qr-unpaid")
        asked.see_page("tenders")
        assert shop.entries(events.RESULTED)[0]["outcome"] == "cancelled"
        asked.touch("tender-back", "money-exact")
        asked.see_page("done")

    def test_it_is_printed_for_who_cannot_reach_the_screen(self, shop, asked):
        asked.touch("qr-print")
        paper = asked.see_paper(1)
        assert "3,99" in paper
        assert "geen kassabon" in paper

    def test_after_a_power_cut_the_same_code_is_shown(self, shop, asked):
        code = asked.body.code
        again = shop.restart().sign_in()
        assert again.see_page("qr").code == code
        again.touch("qr-unpaid")
        again.see_page("tenders")
        assert len(shop.entries(events.ATTEMPTED)) == 1

    @pytest.mark.parametrize(
        ("payee", "notice"),
        [
            (PAYEE | {"iban": "NL91ABNA0417164301"}, "rekeningnummer"),
            (PAYEE | {"name": "x" * 71}, "naam van de winkel"),
            ({"name": "X"}, "rekeningnummer"),
        ],
    )
    def test_settings_that_are_wrong_say_so_before_anything_is_asked(
        self, shop, selling, payee, notice
    ):
        shop.send(settings={"qr_payment": payee})
        selling.presenter.tick()
        selling.touch("money-other", "tender-qr")
        selling.type("")
        assert notice in selling.notice
        assert not shop.entries(events.ATTEMPTED)

    def test_nothing_is_offered_where_nobody_said_who_is_paid(self, selling):
        selling.touch("money-other")
        assert "qr" not in [choice.key for choice in selling.body.choices]


def test_in_indonesia_the_banks_own_code_asks_the_amount(tmp_path):
    body = "00020101021126" + "400017ID.CO.EXAMPLE.WWW0115936000000000001" + "520454115303360"
    body += "5802ID5912WARUNG BU SR6007JAKARTA6304"
    merchant = body + f"{binascii.crc_hqx(body.encode(), 0xFFFF):04X}"
    shop = Shop(tmp_path, market="id", language="id")
    shop.send(**DIRECTORY)
    shop.send(settings={"qr_payment": {"emvco": merchant}, "qr_confirm": "cashier"})
    try:
        cashier = shop.cashier = shop.open().sign_in()
        cashier.scan(NUTELLA)
        cashier.touch("money-other", "tender-qr")
        cashier.type("")
        code = cashier.see_page("qr").code
        assert "5403399" in code
        assert code.startswith("000201010212")
        assert code[-4:] == f"{binascii.crc_hqx(code[:-4].encode(), 0xFFFF):04X}"
        cashier.touch("qr-paid")
        cashier.see_page("done")
        assert adds_up(shop)
    finally:
        shop.close()
