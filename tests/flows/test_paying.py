"""Money in every way a customer may bring it."""

from __future__ import annotations

import pytest

from appliance.domain.shift_books import SHIFT_OPENED
from appliance.services import events
from drivers.terminal.simulated import Behaviour
from tests.flows.shop import BREAD, MILK, NUTELLA


@pytest.fixture
def selling(cashier):
    """A basket of 3.99 lies on the counter."""
    cashier.scan(NUTELLA)
    return cashier


def test_one_cash_sale_is_one_entry_with_what_was_removed_in_it(shop, selling):
    selling.touch(f"key-{BREAD}", "line-2", "action-remove")
    selling.see(lambda _: shop.entries(events.SIGNED_IN))
    before = len(shop.entries())
    selling.touch("money-note-500")
    selling.see_page("done")
    new = shop.entries()[before:]
    assert [entry.type for entry in new] == [SHIFT_OPENED, events.COMPLETED], "the day's first"
    assert [line["name"] for line in new[1].data["removed"]] == ["Volkorenbrood heel"]


def test_cash_of_another_amount(shop, selling):
    selling.touch("money-other")
    assert [choice.key for choice in selling.body.choices] == [
        "cash",
        "card_terminal",
        "card_manual",
        "code",
        "tip",
    ]
    selling.touch("tender-cash")
    selling.type("6,10")
    done = selling.see_page("done")
    assert done.amount == "€\u00a02,10"


def test_half_in_cash_and_the_rest_by_card(shop, selling):
    selling.touch("money-other", "tender-cash")
    selling.type("2")
    assert selling.body.remaining == "€\u00a01,99"
    assert [(row.label, row.amount) for row in selling.body.rows] == [
        ("Totaal", "3,99"),
        ("Contant", "2,00"),
    ]
    selling.touch("tender-card_terminal")
    selling.type("")
    selling.see_page("done")
    payments = shop.sales()[0]["payments"]
    assert [(p["tender"], p["amount_minor"]) for p in payments] == [
        ("cash", 200),
        ("card_terminal", 199),
    ]


def test_cash_paid_so_far_goes_back_when_the_customer_thinks_again(shop, selling):
    selling.touch("money-other", "tender-cash")
    selling.type("2")
    assert "Geef" not in selling.notice
    selling.touch("tender-give_back")
    assert selling.notice == "Geef €\u00a02,00 contant terug."
    assert selling.body.remaining == "€\u00a03,99"
    selling.touch("tender-back")
    assert selling.body.total == "€\u00a03,99"


def test_a_partly_paid_sale_may_grow_but_not_shrink_below_what_was_paid(selling):
    selling.scan(MILK)
    selling.touch("money-other", "tender-cash")
    selling.type("5")
    selling.touch("tender-back", "line-1", "action-remove")
    assert selling.notice.startswith("Dat past niet")
    assert len(selling.body.lines) == 2
    selling.scan(MILK)
    assert selling.body.total == "€\u00a01,57"
    assert selling.body.total_label == "Nog te betalen"


def test_card_by_hand_with_the_slips_number(closed_shop):
    closed_shop.has_terminal = False
    cashier = closed_shop.open().sign_in()
    cashier.scan(NUTELLA)
    cashier.touch("money-other", "tender-card_manual")
    cashier.type("")
    assert cashier.body.keypad.title == "Nummer van het bonnetje"
    cashier.type("412111")
    cashier.see_page("done")
    assert closed_shop.sales()[0]["payments"][0]["reference"] == "412111"


def test_without_a_terminal_card_is_one_touch(closed_shop):
    closed_shop.has_terminal = False
    cashier = closed_shop.open().sign_in()
    cashier.scan(NUTELLA)
    cashier.touch("money-card")
    cashier.see_page("done")
    assert closed_shop.sales()[0]["payments"][0]["tender"] == "card_manual"


def test_more_by_card_than_is_due_is_not_taken(selling):
    selling.touch("money-other", "tender-card_terminal")
    selling.type("9,99")
    assert selling.body.keypad.hint == "Typ een bedrag van hoogstens 3,99."


def test_nothing_is_sold_from_an_empty_basket(cashier):
    assert not any(key.enabled for key in cashier.body.money)
    cashier.touch("money-exact")
    assert cashier.notice == "Er is nog niets te betalen. Scan eerst een artikel."


class TestTheTerminal:
    def test_is_asked_only_after_the_question_is_recorded(self, shop, selling):
        selling.touch("money-card")
        selling.see_page("done")
        kinds = [entry.type for entry in shop.entries()][-4:]
        assert kinds == [events.ATTEMPTED, SHIFT_OPENED, events.RESULTED, events.COMPLETED]
        asked, _, said, sold = (entry.data for entry in shop.entries()[-4:])
        assert asked["attempt"] == said["attempt"] == sold["payments"][0]["attempt"]
        assert shop.terminal.charges == {asked["attempt"]: 399}

    def test_declines_and_the_sale_goes_on(self, shop, selling):
        shop.terminal.behave(Behaviour.DECLINE)
        selling.touch("money-card")
        page = selling.see(lambda s: s.body.kind == "terminal" and not s.body.waiting).body
        assert page.title == "Niet betaald"
        assert page.message == "De kaart is geweigerd: er is niets afgeschreven."
        selling.touch("terminal-back", "money-exact")
        selling.see_page("done")
        assert [p["tender"] for p in shop.sales()[0]["payments"]] == ["cash"]

    def test_that_says_nothing_leaves_an_open_question_and_a_look_up_answers_it(
        self, shop, selling
    ):
        shop.terminal.behave(Behaviour.SILENT)
        selling.touch("money-card")
        page = selling.see(lambda s: s.body.kind == "terminal" and not s.body.waiting).body
        assert page.title == "Niet bekend of er betaald is"
        assert [action.key for action in page.actions] == ["look_up", "wait", "other"]
        assert shop.entries(events.RESULTED)[-1]["outcome"] == "unknown"
        assert shop.sales() == []
        selling.touch("terminal-look_up")
        selling.see_page("done")
        assert shop.sales()[0]["payments"][0]["tender"] == "card_terminal"
        assert list(shop.terminal.charges.values()) == [399], "the card was charged once"

    def test_that_stays_dead_is_waited_for(self, shop, selling):
        shop.terminal.behave(Behaviour.DEAD)
        selling.touch("money-card")
        selling.see(lambda s: s.body.kind == "terminal" and not s.body.waiting)
        selling.touch("terminal-wait")
        asked = len(shop.entries(events.RESULTED))

        def asked_by_itself(_):
            shop.times.pass_by(0.5)
            return len(shop.entries(events.RESULTED)) >= asked + 2

        selling.see(asked_by_itself)
        shop.terminal.behave(Behaviour.APPROVE)

        def answered(screen):
            shop.times.pass_by(0.5)
            return not screen.body.waiting

        page = selling.see(answered).body
        assert page.message == (
            "De betaling heeft de pinautomaat nooit bereikt: er is niets afgeschreven."
        )

    def test_is_not_asked_twice_while_the_first_question_is_open(self, shop, selling):
        shop.terminal.behave(Behaviour.SILENT)
        selling.touch("money-card")
        selling.see(lambda s: s.body.kind == "terminal" and not s.body.waiting)
        selling.touch("terminal-other", "tender-back", "money-card")
        assert selling.body.kind == "terminal"
        assert len(shop.entries(events.ATTEMPTED)) == 1

    def test_question_stays_open_after_the_customer_paid_in_cash(self, shop, selling):
        shop.terminal.behave(Behaviour.SILENT)
        selling.touch("money-card")
        selling.see(lambda s: s.body.kind == "terminal" and not s.body.waiting)
        selling.touch("terminal-other", "tender-cash")
        selling.type("5")
        selling.see_page("done")
        assert selling.status("terminal").label == "1 pin onzeker"
        again = shop.restart().sign_in()
        assert again.status("terminal").label == "1 pin onzeker", "kept through a restart"
        again.touch("status-terminal", "notice")
        again.see_notice("Boek het terug op de pinautomaat")
        assert all("onzeker" not in item.label for item in again.screen.top.items)

    def test_can_be_stopped(self, closed_shop):
        closed_shop.terminal._options = type(closed_shop.terminal._options)(customer_s=20.0)
        cashier = closed_shop.open().sign_in()
        cashier.scan(NUTELLA)
        cashier.touch("money-card")
        cashier.see(lambda s: s.body.kind == "terminal" and s.body.waiting)
        cashier.see(lambda _: closed_shop.entries(events.ATTEMPTED))
        cashier.scan(MILK)
        assert cashier.notice.startswith("De klant betaalt")

        def stopped(screen):
            cashier.touch("terminal-cancel")
            return screen.body.kind == "terminal" and not screen.body.waiting

        page = cashier.see(stopped).body
        assert page.message == "De pinbetaling is gestopt: er is niets afgeschreven."
