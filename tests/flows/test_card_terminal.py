"""A cashier and a terminal that speaks ZVT: what is seen, what is printed, what goes back."""

from __future__ import annotations

import json
import logging

import pytest

from appliance import build_devices, config
from appliance.services import events
from drivers.bench.zvt_paper import CARD
from drivers.terminal import Outcome, zvt_apdu
from drivers.terminal.simulated import Behaviour
from tests.contract.terminal_rigs import ZvtRig
from tests.flows.shop import NUTELLA

TELLING = 8
"""So many digits of a card in a row; fewer may stand in a hash by chance."""


@pytest.fixture
def rig(tmp_path):
    made = ZvtRig(tmp_path / "terminal")
    yield made
    made.close()


@pytest.fixture
def selling(closed_shop, rig):
    """A basket of 3.99, and a ZVT terminal beside it."""
    closed_shop.terminal = rig.open()
    cashier = closed_shop.open().sign_in()
    cashier.scan(NUTELLA)
    return cashier


@pytest.fixture
def unsure(shop):
    """A sale that was paid in cash while nobody knew that the card had paid too."""
    cashier = shop.cashier.sign_in()
    cashier.scan(NUTELLA)
    shop.terminal.behave(Behaviour.SILENT)
    cashier.touch("money-card")
    cashier.see(lambda s: s.body.kind == "terminal" and not s.body.waiting)
    cashier.touch("terminal-other", "tender-cash")
    cashier.type("5")
    cashier.see_page("done")
    cashier.touch("status-terminal", "notice")
    cashier.see_notice("Boek het terug op de pinautomaat")
    return cashier


def test_a_card_is_taken_and_its_slips_come_before_the_receipt(closed_shop, rig, selling):
    selling.touch("money-card")
    selling.see_page("done")
    papers = [selling.see_paper(count) for count in (1, 2, 3)]
    assert ["KUNDENBELEG" in paper for paper in papers] == [False, True, False]
    assert "HÄNDLERBELEG" in papers[0]
    assert "Nutella" in papers[2]
    payment = closed_shop.sales()[0]["payments"][0]
    assert payment["reference"] == "T28004869 R0042 N000411"
    assert rig.charges == [399]


def test_what_the_terminal_shows_stands_on_the_screen(rig, selling):
    rig.does("hold")
    selling.touch("money-card")
    page = selling.see(lambda s: "pincode" in getattr(s.body, "message", "")).body
    assert page.message == "De klant toetst de pincode in."
    assert page.waiting
    selling.touch("terminal-cancel")
    page = selling.see(lambda s: not s.body.waiting).body
    assert page.message == "De pinbetaling is gestopt: er is niets afgeschreven."


def test_why_it_was_not_asked_is_said_in_the_cashiers_language(rig, selling):
    rig.does("off")
    selling.touch("money-card")
    page = selling.see(lambda s: s.body.kind == "terminal" and not s.body.waiting).body
    assert page.message == (
        "De pinautomaat is niet bereikbaar: er is niets afgeschreven. "
        "Kijk naar kabel en stroom, of laat anders betalen."
    )


def test_a_terminal_that_loses_power_is_asked_when_it_is_back(closed_shop, rig, selling):
    rig.does("power")
    selling.touch("money-card")
    selling.see(lambda s: s.body.kind == "terminal" and not s.body.waiting)
    assert closed_shop.sales() == []
    rig.does("on")
    rig.does("approve")
    selling.touch("terminal-look_up")
    page = selling.see(lambda s: s.body.kind == "terminal" and not s.body.waiting).body
    assert page.title == "Niet betaald"
    selling.touch("terminal-again")
    selling.see_page("done")
    assert rig.charges == [399]
    assert rig.heard(zvt_apdu.AUTHORISATION) == 2


def test_of_a_careless_terminal_no_card_number_reaches_anything_that_is_kept(
    closed_shop, rig, selling, caplog
):
    caplog.set_level(logging.DEBUG)
    rig.does("careless")
    selling.touch("money-card")
    selling.see_page("done")
    selling.see_paper(3)
    closed_shop.close()
    kept = [path for path in closed_shop.folder.rglob("*") if path.is_file()]
    parts = [CARD[start : start + TELLING] for start in range(len(CARD) - TELLING + 1)]
    for path in kept:
        data = path.read_bytes().replace(b" ", b"")
        assert not [part for part in parts if part.encode() in data], path
    assert not [part for part in parts if part in caplog.text.replace(" ", "")]
    assert any(CARD[-4:] in path.read_text() for path in kept if path.suffix == ".txt")


class TestMoneyNoSaleHasRoomFor:
    def test_goes_back_on_the_terminal(self, shop, unsure):
        shop.terminal.behave(Behaviour.APPROVE)
        assert unsure.screen.notice.action.label == "Terugboeken op de pinautomaat"
        unsure.touch("notice")
        unsure.see_notice("De pinautomaat boekte €\u00a03,99 terug.")
        assert unsure.body.kind == "sale"
        assert shop.terminal.charges == {}
        asked, said = shop.entries()[-2:]
        assert [asked.type, said.type] == [events.REVERSING, events.REVERSED]
        assert (asked.data["amount_minor"], said.data["outcome"]) == (399, "approved")

    def test_is_asked_for_again_when_the_answer_is_lost(self, shop, unsure):
        unsure.touch("notice")
        page = unsure.see(lambda s: s.body.kind == "terminal" and not s.body.waiting).body
        assert page.title == "Terug te geven"
        assert page.message.startswith("De pinautomaat antwoordde niet.")
        assert [action.key for action in page.actions] == ["reverse", "by_hand"]
        shop.terminal.behave(Behaviour.APPROVE)
        unsure.touch("terminal-reverse")
        unsure.see_notice("boekte €\u00a03,99 terug")
        outcomes = [data["outcome"] for data in shop.entries(events.REVERSED)]
        assert outcomes == ["unknown", "approved"]
        assert shop.terminal.charges == {}

    def test_goes_back_by_hand_when_the_terminal_refuses(self, shop, unsure):
        shop.terminal.behave(Behaviour.DECLINE)
        unsure.touch("notice")
        page = unsure.see(lambda s: s.body.kind == "terminal" and not s.body.waiting).body
        assert page.message == "De pinautomaat heeft het bedrag niet teruggeboekt."
        unsure.touch("terminal-by_hand")
        assert unsure.body.kind == "sale"
        assert "€\u00a03,99" in unsure.notice


def test_the_terminals_day_is_closed_through_the_services(closed_shop, rig, selling):
    selling.touch("money-card")
    selling.see_page("done")
    answers, shown = [], []
    selling.presenter._parts.cards.end_of_day(answers.append, shown.append)
    selling.see(lambda _: answers)
    (closed,) = answers
    assert (closed.outcome, closed.total_minor, closed.count) == (Outcome.APPROVED, 399, 1)
    assert shown == ["The terminal closes its day."]
    assert closed.slips[0].lines[0] == "KASSENSCHNITT"
    rig.does("off")
    selling.presenter._parts.cards.end_of_day(answers.append)
    selling.see(lambda _: len(answers) == 2)
    assert answers[1].outcome is Outcome.DECLINED


def test_the_notes_lie_with_the_devices_other_data(tmp_path, closed_shop, rig):
    host, port = rig.bench.zvt_address
    file = closed_shop.settings.file
    file.write_text(
        file.read_text() + f'[terminal]\ndriver = "zvt"\nhost = "{host}"\nport = {port}\n'
    )
    devices = build_devices.open_devices(config.load(file))
    devices.close()
    notes = closed_shop.data / "terminal" / "card-payments.json"
    assert json.loads(notes.read_text()) == {"day": 1, "notes": []}


class TestAPaymentThatTheTerminalCannotTellOf:
    @pytest.fixture
    def lost(self, rig, selling):
        """The power went in the middle, and somebody else paid at the terminal since."""
        rig.does("power")
        selling.touch("money-card")
        selling.see(lambda s: s.body.kind == "terminal" and not s.body.waiting)
        rig.does("on")
        rig.does("elsewhere 250")
        selling.touch("terminal-look_up")
        page = selling.see(lambda s: s.body.kind == "terminal" and not s.body.waiting).body
        assert page.message.startswith("De laatste betaling op de pinautomaat is niet deze.")
        assert [action.key for action in page.actions] == ["slip_paid", "slip_unpaid", "other"]
        return selling

    def supervisor(self, cashier):
        cashier.see_page("sign_in")
        cashier.touch("person-p2", *(f"pin-{digit}" for digit in "4711"), "pin-enter")

    def test_is_settled_by_the_slip_and_a_supervisor(self, closed_shop, lost):
        lost.touch("terminal-slip_paid")
        self.supervisor(lost)
        lost.see_page("done")
        assert closed_shop.entries(events.ALLOWED)[-1]["right"] == "settle_card"
        assert closed_shop.entries(events.RESULTED)[-1]["outcome"] == "approved"
        assert closed_shop.sales()[0]["payments"][0]["tender"] == "card_terminal"

    def test_that_was_not_made_is_asked_again(self, rig, closed_shop, lost):
        lost.touch("terminal-slip_unpaid")
        self.supervisor(lost)
        lost.see(lambda s: s.body.kind == "terminal" and s.body.title == "Niet betaald")
        rig.does("approve")
        lost.touch("terminal-again")
        lost.see_page("done")
        assert closed_shop.sales()[0]["payments"][0]["reference"] == "T28004869 R0043 N000412"

    def test_of_a_sale_that_is_over_is_settled_too(self, closed_shop, lost):
        lost.touch("terminal-other", "tender-cash")
        lost.type("5")
        lost.see_page("done")
        lost.touch("status-terminal", "notice")
        lost.see_notice("De pinautomaat antwoordt nog steeds niet")
        lost.touch("notice")
        page = lost.see_page("terminal")
        assert [action.key for action in page.actions] == ["slip_paid", "slip_unpaid", "back"]
        lost.touch("terminal-slip_unpaid")
        self.supervisor(lost)
        lost.see_notice("niets afgeschreven")
        assert all("onzeker" not in item.label for item in lost.screen.top.items)
        assert len(closed_shop.sales()) == 1
