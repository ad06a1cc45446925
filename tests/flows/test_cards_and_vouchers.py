"""Gift cards, store credit, vouchers and accounts at the counter."""

from __future__ import annotations

import re
import sqlite3

import pytest

from appliance.journal.entry import make
from appliance.services import events
from appliance.store.balances import STATED
from appliance.store.directory_store import DirectoryStore
from tests.flows.shop import BREAD, MILK, NUTELLA, adds_up

CARD, CUSTOMER = "KAART0001", "c" * 32


def state(shop, kind, account, balance, **more):
    """Have the back office say what a balance comes to."""
    row = {
        "kind": kind,
        "account": account,
        "balance_minor": balance,
        "limit_minor": 0,
        "expires": None,
        "blocked": False,
        "at": "2026-11-22T11:00:00+00:00",
        "holds": [],
        **more,
    }
    entry = make(
        shop.directory,
        device="collector",
        source="/collector",
        type=STATED,
        time=shop.times.now,
        data={"balances": [row]},
    )
    with DirectoryStore.open(shop.data / "directory.db") as store:
        store.receive([entry])
    shop.directory = entry.watermark


def fill(cashier, **fields):
    """Fill in a form and confirm it."""
    signs = {",": "comma"}
    for key, text in fields.items():
        cashier.touch(f"field-{key}", *(f"form-type-{signs.get(s, s)}" for s in text))
    cashier.touch("form-confirm")


def payments(shop, sale=-1):
    return [(p["tender"], p["amount_minor"]) for p in shop.sales()[sale]["payments"]]


def done(cashier):
    body = cashier.see_page("done")
    cashier.touch("done-next")
    return body


class TestGiftCards:
    def sell(self, shop, cashier, amount="25"):
        cashier.touch("action-more", "list-gift-card")
        cashier.scan(CARD)
        fill(cashier, amount=amount)
        cashier.see_page("sale")
        cashier.touch("money-exact")
        return done(cashier)

    def test_one_is_sold_without_turnover_and_spent_in_parts(self, shop, cashier):
        self.sell(shop, cashier)
        sold = shop.sales()[0]
        line = sold["lines"][0]
        assert (line["kind"], line["account"], line["tax_class"]) == ("gift_card", CARD, "outside")
        assert sold["totals"]["tax_minor"] == 0
        for _ in range(2):
            cashier.scan(NUTELLA)
            cashier.touch("money-other", "tender-code")
            cashier.scan(CARD)
            body = done(cashier)
        assert payments(shop) == [("gift_card", 399)]
        assert "Cadeaukaart ..0001" in [row.label for row in body.rows]
        cashier.touch("action-more", "list-balance")
        cashier.scan(CARD)
        assert cashier.body.rows[0].amount == "17,02"
        assert adds_up(shop)

    def test_what_is_left_on_it_stands_on_the_receipt_and_in_the_journal(self, shop, cashier):
        self.sell(shop, cashier)
        cashier.scan(NUTELLA)
        cashier.touch("money-other", "tender-code")
        cashier.scan(CARD)
        cashier.see_page("done")
        assert shop.sales()[-1]["left"] == [
            {"kind": "gift_card", "account": CARD, "left_minor": 2101}
        ]
        assert re.search(r"Over op Cadeaukaart \.\.0001\s+21,01", cashier.see_paper(3))
        assert "Bekend op" not in cashier.see_paper(3), "nobody else knows of this card"
        cashier.touch("done-next", "lock")
        cashier.sign_in("p2", "4711")
        cashier.touch("action-more", "list-void", "list-go", "list-0")
        cashier.see_page("done")
        assert shop.sales()[-1]["left"][0]["left_minor"] == 2500
        assert adds_up(shop)

    def test_offline_the_receipt_says_as_of_when_that_is_known(self, shop, cashier):
        state(shop, "gift_card", CARD, 1500)
        cashier.scan(NUTELLA)
        cashier.touch("money-other", "tender-code")
        cashier.scan(CARD)
        cashier.see_page("done")
        (left,) = shop.sales()[-1]["left"]
        assert left == {
            "kind": "gift_card",
            "account": CARD,
            "left_minor": 1101,
            "as_of": "2026-11-22T11:00:00+00:00",
        }
        paper = cashier.see_paper(1)
        assert re.search(r"Over op Cadeaukaart \.\.0001\s+11,01", paper)
        assert "Bekend op 22-11-2026 12:00" in paper
        assert adds_up(shop)

    def test_one_on_paper_is_printed_with_its_code(self, shop, cashier):
        cashier.touch("action-more", "list-gift-card")
        fill(cashier, amount="25")
        cashier.see_page("sale")
        cashier.touch("money-exact")
        cashier.see_page("done")
        cashier.see_paper(2)
        code = shop.sales()[0]["lines"][0]["account"]
        slip = next(text for text in shop.papers() if "CADEAUKAART" in text)
        assert "25,00" in slip
        assert code in slip.replace(" ", "")
        receipt = next(text for text in shop.papers() if "TE BETALEN" in text)
        assert code not in receipt
        cashier.see(lambda screen: screen.body.actions[0].label == "Bon nog eens (kopie)")

    def test_too_little_takes_the_rest_and_leaves_the_remainder_due(self, shop, cashier):
        state(shop, "gift_card", CARD, 150)
        cashier.scan(NUTELLA)
        cashier.touch("money-other", "tender-code")
        cashier.scan(CARD)
        assert cashier.body.remaining == "€\u00a02,49"
        assert "Cadeaukaart ..0001 betaalde €\u00a01,50" in cashier.notice
        cashier.touch("tender-back", "money-exact")
        done(cashier)
        assert payments(shop) == [("gift_card", 150), ("cash", 250)]
        assert adds_up(shop)

    def test_a_part_of_it_is_spoken_for_until_the_sale_is_done(self, shop, cashier):
        state(shop, "gift_card", CARD, 150)
        cashier.scan(NUTELLA)
        cashier.touch("money-other", "tender-code")
        cashier.scan(CARD)
        cashier.touch("tender-code")
        cashier.scan(CARD)
        assert "staat niets meer op" in cashier.body.text

    @pytest.mark.parametrize(
        ("said", "notice"),
        [
            ({}, "staat niets meer op"),
            ({"balance": 5, "expires": "2026-11-21"}, "De laatste dag is voorbij"),
            ({"balance": 5, "blocked": True}, "Kantoor heeft hem geblokkeerd"),
            (None, "niet bekend"),
        ],
    )
    def test_one_that_cannot_be_used_says_why(self, shop, selling, said, notice):
        if said is not None:
            state(shop, "gift_card", CARD, said.pop("balance", 0), **said)
        selling.touch("money-other", "tender-code")
        selling.scan(CARD)
        assert notice in selling.body.text
        assert not shop.sales()

    def test_what_is_no_code_is_said_on_the_form(self, selling):
        selling.touch("money-other", "tender-code")
        fill(selling, code="ab")
        assert "geen code van een kaart" in selling.body.text
        selling.scan("4111111111111111")
        assert "kaartnummer" in selling.body.text

    def test_a_card_in_use_is_not_sold_again(self, shop, cashier):
        state(shop, "voucher", CARD, 500)
        cashier.touch("action-more", "list-gift-card")
        cashier.scan(CARD)
        fill(cashier, amount="25")
        assert "al in gebruik" in cashier.body.text

    def test_a_balance_outlives_a_power_cut_and_lost_notes(self, shop, cashier):
        self.sell(shop, cashier, "5")
        shop.close()
        for file in shop.data.glob("desk.db*"):
            file.unlink()
        cashier = shop.open().sign_in()
        cashier.scan(NUTELLA)
        cashier.touch("money-other", "tender-code")
        cashier.scan(CARD)
        done(cashier)
        assert payments(shop) == [("gift_card", 399)]

    def test_a_void_takes_the_money_off_the_card_unless_it_was_spent(self, shop, cashier):
        self.sell(shop, cashier)
        cashier.touch("lock")
        cashier.sign_in("p2", "4711")
        cashier.touch("action-more", "list-void", "list-go", "list-0")
        cashier.see_page("done")
        cashier.touch("done-next", "action-more", "list-balance")
        cashier.scan(CARD)
        assert cashier.body.rows[0].amount == "0,00"
        assert adds_up(shop)


class TestVouchers:
    def test_one_counts_once_and_what_is_lost_is_asked_first(self, shop, selling):
        state(shop, "voucher", "BON10000", 1000)
        selling.touch("money-other", "tender-code")
        selling.scan("BON10000")
        assert selling.body.rows[0].detail == "€\u00a06,01 vervalt"
        selling.touch("list-take")
        done(selling)
        assert payments(shop) == [("voucher", 399)]
        selling.scan(NUTELLA)
        selling.touch("money-other", "tender-code")
        selling.scan("BON10000")
        assert "al gebruikt" in selling.body.text

    def test_one_of_somebody_else_has_no_ledger(self, shop, selling):
        shop.send(settings={"vouchers": [{"name": "Maaltijdbon", "value_minor": 200}]})
        selling.presenter.tick()
        selling.touch("money-other", "tender-paper")
        fill(selling, worth="1", number="77")
        assert selling.body.remaining == "€\u00a01,99"
        selling.touch("tender-back", "money-exact")
        done(selling)
        paid = shop.sales()[0]["payments"]
        assert (paid[0]["reference"], paid[0].get("account")) == ("Maaltijdbon 77", None)
        assert adds_up(shop)


class TestAccounts:
    def test_a_customer_owes_up_to_the_limit_and_pays_off(self, shop, selling):
        state(shop, "account", CUSTOMER, 0, limit_minor=300)
        selling.presenter._parts.register.for_customer(CUSTOMER)
        selling.touch("money-other", "tender-on_account")
        selling.type("")
        assert selling.body.remaining == "€\u00a00,99"
        selling.touch("tender-back", "money-exact")
        done(selling)
        assert payments(shop)[0] == ("on_account", 300)
        selling.scan(MILK)
        selling.presenter._parts.register.for_customer(CUSTOMER)
        selling.touch("money-other", "tender-on_account")
        assert "niet meer schuldig" in selling.notice
        selling.touch("tender-back", "action-more", "list-pay-off")
        fill(selling, amount="3")
        selling.see_page("sale")
        selling.touch("money-exact")
        done(selling)
        off = shop.sales()[1]["lines"][1]
        assert (off["kind"], off["account"], off["rate_bp"]) == ("account", CUSTOMER, 0)
        assert adds_up(shop)

    def test_nobody_pays_later_without_a_name(self, selling):
        selling.touch("money-other")
        assert "on_account" not in [choice.key for choice in selling.body.choices]


class TestMoneyBack:
    def bought(self, shop, cashier, *controls):
        cashier.scan(NUTELLA)
        cashier.touch(*controls)

    def bring_back(self, cashier, number="1"):
        cashier.touch("action-more", "list-return")
        fill(cashier, number=number)
        cashier.touch("list-do-all", "list-do-take")

    def test_what_a_card_of_the_shop_paid_never_goes_back_in_cash(self, shop, cashier):
        state(shop, "gift_card", CARD, 399)
        self.bought(shop, cashier, "money-other", "tender-code")
        cashier.scan(CARD)
        done(cashier)
        self.bring_back(cashier)
        cashier.touch("money-exact")
        assert "niet contant betaald" in cashier.notice
        choices = {choice.key: choice for choice in cashier.body.choices}
        assert not choices["cash"].enabled
        cashier.touch("tender-back-0")
        done(cashier)
        assert payments(shop) == [("gift_card", -399)]
        cashier.touch("action-more", "list-balance")
        cashier.scan(CARD)
        assert cashier.body.rows[0].amount == "3,99"
        assert adds_up(shop)

    def test_store_credit_is_given_on_a_slip_and_spent_later(self, shop, cashier):
        self.bought(shop, cashier, "money-exact")
        done(cashier)
        self.bring_back(cashier)
        cashier.touch("money-other", "tender-credit")
        cashier.see_page("done")
        cashier.see(lambda _: any("WINKELTEGOED" in text for text in shop.papers()))
        slip = next(text for text in shop.papers() if "WINKELTEGOED" in text)
        code = shop.sales()[1]["payments"][0]["account"]
        assert code in slip.replace(" ", "")
        cashier.touch("done-next")
        cashier.scan(NUTELLA)
        cashier.touch("money-other", "tender-code")
        cashier.scan(code)
        done(cashier)
        assert payments(shop) == [("store_credit", 399)]
        assert adds_up(shop)

    def test_a_card_payment_goes_back_on_the_terminal(self, shop, cashier):
        self.bought(shop, cashier, "money-card")
        done(cashier)
        self.bring_back(cashier)
        cashier.touch("money-other", "tender-back-0")
        done(cashier)
        attempt = shop.sales()[0]["payments"][0]["attempt"]
        paid = shop.sales()[1]["payments"][0]
        assert (paid["amount_minor"], paid["attempt"]) == (-399, attempt)
        back = shop.entries(events.REVERSED)[-1]
        assert (back["outcome"], back["into"]) == ("approved", shop.sales()[1]["sale"])

    def test_what_the_terminal_gave_back_outlives_a_power_cut(self, shop, cashier):
        self.bought(shop, cashier, "money-card")
        done(cashier)
        self.bring_back(cashier)
        # A second receipt's goods, so that the terminal's money is only a part of it.
        self.bought(shop, cashier, "action-more", "list-return-line")
        cashier.touch("person-p2", *(f"pin-{d}" for d in "4711"), "pin-enter")
        cashier.see_page("list")
        cashier.touch("list-0", "list-shelf", "money-other", "tender-back-0")
        cashier.see(lambda _: shop.entries(events.REVERSED))
        cashier.see_page("tenders")
        kept = shop.data / "desk.db"
        shop.desk.close()
        with sqlite3.connect(kept) as notes:
            notes.execute('update basket set payments = \'{"tendered":[],"attempts":[]}\'')
        cashier = shop.open().sign_in()
        cashier.touch("money-other")
        assert cashier.body.remaining == "€\u00a03,99"
        cashier.touch("tender-cash")
        done(cashier)
        assert payments(shop) == [("card_terminal", -399), ("cash", -400)]
        assert adds_up(shop)

    def test_a_void_is_given_back_on_the_terminal_first(self, shop, cashier):
        self.bought(shop, cashier, "money-card")
        done(cashier)
        cashier.touch("lock")
        cashier.sign_in("p2", "4711")
        cashier.touch("action-more", "list-void", "list-go", "list-0")
        cashier.see_page("done")
        kinds = [entry.type for entry in shop.entries()]
        assert (
            kinds.index(events.REVERSED) < len(kinds) - 1 - kinds[::-1].index(events.COMPLETED) + 1
        )
        assert shop.entries(events.REVERSED)[-1]["into"] == shop.sales()[1]["sale"]
        assert shop.sales()[1]["payments"][0]["attempt"]


def test_a_sale_paid_in_five_ways_adds_up(shop, cashier):
    state(shop, "gift_card", CARD, 100)
    state(shop, "voucher", "BON10000", 50)
    for code in (NUTELLA, MILK, NUTELLA):
        cashier.scan(code)
    cashier.touch(f"key-{BREAD}")
    cashier.touch("money-other")
    for code in (CARD, "BON10000"):
        cashier.touch("tender-code")
        cashier.scan(code)
    cashier.touch("tender-card_manual")
    cashier.type("2")
    cashier.type("12")
    cashier.touch("tender-cash")
    cashier.type("1")
    cashier.touch("tender-card_terminal")
    cashier.type("")
    done(cashier)
    assert [tender for tender, _ in payments(shop)] == [
        "gift_card",
        "voucher",
        "card_manual",
        "cash",
        "card_terminal",
    ]
    assert sum(amount for _, amount in payments(shop)) == shop.sales()[0]["totals"]["payable_minor"]
    assert adds_up(shop)
