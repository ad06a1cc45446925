"""A technician looks how the device is, at the register itself, and takes a slip along."""

from __future__ import annotations

import threading

import pytest

from drivers.bench.printer import Condition
from tests.flows.shop import NUTELLA, pin_hash

TECHNICIAN = {
    "id": "p8",
    "name": "Tess",
    "pin_hash": pin_hash("8642"),
    "badge_hash": None,
    "roles": ["technician"],
    "language": "nl",
    "active": True,
}


@pytest.fixture
def technician(shop, cashier):
    """Tess stands beside the cashier, who stays signed in."""
    shop.send(staff=[TECHNICIAN])
    return cashier


def begin(cashier):
    """Ask for the check and let the technician allow it."""
    cashier.touch("action-more")
    assert "doctor" in [row.key for row in cashier.body.rows]
    cashier.touch("list-doctor")
    cashier.see(lambda s: s.body.kind == "sign_in" and "Tess" in [p.name for p in s.body.people])
    cashier.touch("person-p8", *(f"pin-{digit}" for digit in "8642"), "pin-enter")
    cashier.see(lambda s: "Controle van het apparaat" in getattr(s.body, "title", ""))


def looked(cashier):
    """Wait until the device has told how it is."""
    cashier.see(
        lambda s: any(row.key.startswith("version") for row in s.body.rows), "what was found"
    )
    return {row.key.partition("-")[0]: row for row in cashier.body.rows}


def test_every_finding_is_shown_what_is_not_well_first(technician):
    begin(technician)
    rows = looked(technician)
    assert {"storage", "power", "clock", "screen", "inputs", "journal", "printer", "drawer"} <= set(
        rows
    )
    states = [row.state.value for row in technician.body.rows]
    order = ["bad", "look", "ok"]
    assert states == sorted(states, key=order.index)
    assert technician.body.text in {
        "Alles is in orde.",
        "Hier moet iemand naar kijken.",
        "Dit moet verholpen worden.",
    }


def test_one_finding_tells_what_it_means_and_what_to_do(shop, technician):
    shop.printer.behave(Condition.PAPER_OUT)
    technician.see(lambda _: technician.status("printer").state.value == "bad")
    begin(technician)
    looked(technician)
    technician.touch("list-printer")
    assert technician.body.text == "De printer heeft geen papier."
    assert [row.key for row in technician.body.rows] == ["remedy"]
    technician.touch("list-back")
    assert "printer" in [row.key for row in technician.body.rows]


def test_it_is_printed_as_a_slip(shop, technician):
    begin(technician)
    looked(technician)
    technician.touch("list-do-print")
    paper = technician.see_paper(1)
    assert "Controle van het apparaat" in paper
    assert "Geheugenkaart" in paper
    assert shop.sales() == []


def test_selling_goes_on_while_the_device_is_being_looked_at(shop, technician):
    """However long it takes: the check stands on a thread of its own."""
    release = threading.Event()
    doctor = shop.desk.presenter.session.parts.doctor
    look = doctor._look
    doctor._look = lambda: (release.wait(), look())[1]
    try:
        begin(technician)
        assert technician.body.text == "Het apparaat wordt bekeken."
        technician.touch("list-back", "list-back")
        technician.scan(NUTELLA)
        technician.touch("money-exact")
        technician.see_page("done")
        technician.see(lambda _: len(shop.sales()) == 1)
    finally:
        release.set()


def test_a_cashier_alone_may_not(shop, cashier):
    cashier.touch("action-more", "list-doctor")
    assert cashier.body.kind == "sign_in"
    assert "Vraag kantoor om het recht" in cashier.body.prompt or not cashier.body.people
