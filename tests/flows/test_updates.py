"""A new version comes to the counter: nobody is disturbed, and what came of it is said."""

from __future__ import annotations

import json

import pytest

from appliance.desks.register.view import State
from appliance.domain.update import Stage, Why
from appliance.journal.verify import verify
from appliance.services.updating import SOFTWARE_STARTED
from appliance.update.notes import Installed, Notes
from appliance.update.system import Started
from tests.flows.shop import DIRECTORY, NUTELLA, Shop


@pytest.fixture
def machine(monkeypatch):
    """How this system was started; a test may have it started otherwise next time."""
    told = {"started": Started("A")}
    monkeypatch.setattr(Started, "read", lambda *_: told["started"])
    return told


@pytest.fixture
def shop(tmp_path, machine):
    shop = Shop(tmp_path)
    shop.send(**DIRECTORY)
    shop.cashier = shop.open()
    yield shop
    shop.close()


@pytest.fixture
def notes(shop):
    return Notes(shop.data)


def waits(shop, notes):
    """Have a new version wait to be started, and the desk know it."""
    notes.installed = Installed("0.2.0", "0" * 64, Stage.INSTALLED, slot="B")
    notes.ask_for_quiet("0.2.0")
    updating = shop.desk.presenter.session.parts.updating
    shop.cashier.see(lambda _: updating.view.wanted == "0.2.0", "that a version waits")


def pass_time(shop, seconds):
    for _ in range(seconds):
        shop.times.pass_by(1)
        shop.cashier.front.tick()
        shop.cashier.inbox.run_pending()


def title(shop):
    return getattr(shop.cashier.body, "title", "")


READY = "Er is een nieuwe versie: 0.2.0"


def test_when_nobody_is_there_it_counts_down_and_agrees(shop, notes):
    waits(shop, notes)
    pass_time(shop, 62)
    assert title(shop) == READY
    assert not notes.is_agreed
    pass_time(shop, 20)
    shop.cashier.see(lambda _: notes.is_agreed, "that the desk agrees")
    assert not shop.cashier.body.back.enabled
    shop.cashier.touch("list-back")
    assert title(shop) == READY


def test_whoever_comes_puts_it_off(shop, notes):
    waits(shop, notes)
    pass_time(shop, 65)
    shop.cashier.touch("list-back")
    assert shop.cashier.body.kind == "sign_in"
    pass_time(shop, 600)
    assert shop.cashier.body.kind == "sign_in"
    pass_time(shop, 365)
    assert title(shop) == READY
    assert not notes.is_agreed


def test_a_badge_signs_in_and_anything_else_shows_who_may(shop, notes):
    waits(shop, notes)
    pass_time(shop, 65)
    shop.cashier.scan(NUTELLA)
    assert shop.cashier.body.kind == "sign_in"
    assert shop.sales() == []


def test_never_in_a_sale(shop, notes):
    cashier = shop.cashier.sign_in()
    cashier.scan(NUTELLA)
    cashier.touch("lock")
    waits(shop, notes)
    pass_time(shop, 200)
    assert cashier.body.kind == "sign_in"
    assert not notes.is_agreed


def test_never_while_somebody_types_a_pin(shop, notes):
    waits(shop, notes)
    shop.cashier.touch("person-p1", "pin-2")
    pass_time(shop, 200)
    assert shop.cashier.body.kind == "sign_in"


def test_agreed_to_and_never_started_anew_the_counter_opens_again(shop, notes):
    waits(shop, notes)
    pass_time(shop, 85)
    shop.cashier.see(lambda _: notes.is_agreed, "that the desk agrees")
    pass_time(shop, 140)
    shop.cashier.see(lambda _: not notes.is_agreed, "that it does not hold any more")
    assert shop.cashier.body.kind == "sign_in"


def test_why_a_version_fell_back_is_said(shop, notes):
    notes.installed = Installed(
        "0.2.0", "0" * 64, Stage.FELL_BACK, slot="B", why=Why.GRAPHICS, detail="llvmpipe"
    )
    shop.cashier.see(lambda s: any(each.key == "update" for each in s.top.items), "the item")
    item = shop.cashier.status("update")
    assert (item.label, item.state) == ("Update mislukt", State.LOOK)
    assert "grafische chip" in item.meaning


def test_what_was_brought_and_not_taken_is_said_without_believing_its_name(shop, notes):
    notes.installed = Installed("0.2.0", "0" * 64, Stage.RUNNING, slot="B")
    notes.brought = Installed("", "1" * 64, Stage.REFUSED, why=Why.SIGNATURE, detail="call 0900")
    shop.cashier.see(lambda s: any(each.key == "update" for each in s.top.items), "the item")
    item = shop.cashier.status("update")
    assert item.meaning == (
        "Wat op de stick staat, is niet overgenomen. "
        "Ze is niet voor dit apparaat, of niet ondertekend door wie het mag bijwerken."
    )
    assert item.remedy == "Haal de stick eruit en verkoop gewoon door."


def test_what_was_taken_back_is_no_matter_of_the_cashiers(shop, notes):
    notes.installed = Installed("0.2.0", "0" * 64, Stage.INSTALLED, slot="B")
    shop.cashier.see(lambda s: any(each.key == "update" for each in s.top.items), "that it waits")
    notes.installed = Installed("0.2.0", "0" * 64, Stage.INSTALLED, slot="B", why=Why.WITHDRAWN)
    shop.cashier.see(lambda s: all(each.key != "update" for each in s.top.items), "nothing of it")


def test_the_journal_names_the_software_once_and_each_time_it_is_tried(shop, machine):
    shop.cashier.see(lambda _: shop.entries(SOFTWARE_STARTED), "the software's name")
    shop.restart()
    machine["started"] = Started("B", trying=True, tries=1)
    shop.restart()
    shop.cashier.see(lambda _: len(shop.entries(SOFTWARE_STARTED)) == 2, "the one that is tried")
    shop.restart()
    shop.cashier.see(lambda _: len(shop.entries(SOFTWARE_STARTED)) == 3, "it again")
    machine["started"] = Started("A")
    shop.restart()
    shop.cashier.see(lambda _: len(shop.entries(SOFTWARE_STARTED)) == 4, "the one before")
    said = [(each["slot"], each["trying"]) for each in shop.entries(SOFTWARE_STARTED)]
    assert said == [("A", False), ("B", True), ("B", True), ("A", False)]
    shop.close()
    assert verify(shop.data / "journal.db").is_sound


def test_what_works_is_shown_for_the_health_check(shop, notes):
    shop.desk.shown("V3D 4.2", 2, ["event1"])
    shop.cashier.see(lambda _: notes.desk.exists() and "canary" in notes.desk.read_text(), "it")

    def told():
        return json.loads(notes.desk.read_text())

    shop.cashier.see(lambda _: told().get("renderer") == "V3D 4.2", "what makes the pictures")
    assert told()["inputs_shut"] == ["event1"]
    shop.cashier.sign_in().scan(NUTELLA)
    shop.cashier.see(lambda _: told().get("selling") is True, "that something is sold")


def test_a_machine_without_slots_does_nothing_of_this(shop, machine, tmp_path):
    machine["started"] = Started()
    other = tmp_path / "other"
    other.mkdir()
    plain = Shop(other)
    plain.send(**DIRECTORY)
    plain.cashier = plain.open()
    pass_time(plain, 5)
    plain.close()
    assert plain.entries(SOFTWARE_STARTED) == []
    assert not (plain.data / "update").exists()
