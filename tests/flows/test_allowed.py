"""What somebody may not do is asked of somebody who may, at that moment, and both are recorded."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from appliance.services import events
from tests.flows.shop import DIRECTORY, NUTELLA, pin_hash
from tests.flows.test_discounts import allow


@pytest.fixture
def mechanic(shop):
    """Joris of the technicians, who sells nothing but helps out."""
    joris = DIRECTORY["staff"][0] | {
        "id": "p3",
        "name": "Joris",
        "pin_hash": pin_hash("1379"),
        "badge_hash": "",
        "roles": ["technician"],
    }
    sanne, budi = DIRECTORY["staff"]
    shop.send(staff=[sanne | {"roles": ["technician"]}, budi, joris])
    shop.cashier.presenter.tick()
    return shop.cashier.sign_in("p3", "1379")


def test_a_line_is_taken_out_with_somebody_who_may(shop, mechanic):
    mechanic.scan(NUTELLA)
    mechanic.touch("line-1", "action-remove")
    assert mechanic.body.title == "Nutella 400 g eruit halen: wie geeft toestemming?"
    assert len(mechanic.presenter._parts.register.lines) == 1
    allow(mechanic)
    mechanic.see(lambda screen: not screen.body.lines)
    mechanic.see(lambda _: shop.entries(events.ALLOWED), "the permission in the journal")
    (allowed,) = shop.entries(events.ALLOWED)
    assert allowed == {
        "right": "remove_line",
        "asked_by": "p3",
        "allowed_by": "p2",
        "method": "pin",
    }


def test_a_sale_is_left_with_somebody_who_may_and_not_without(shop, mechanic):
    mechanic.scan(NUTELLA)
    mechanic.touch("action-more", "list-abandon", "allow-cancel")
    assert len(mechanic.body.lines) == 1
    mechanic.touch("action-more", "list-abandon")
    allow(mechanic)
    mechanic.see(lambda screen: screen.body.kind == "sale" and not screen.body.lines)
    assert [each["allowed_by"] for each in shop.entries(events.ALLOWED)] == ["p2"]


@pytest.fixture
def asked(shop, mechanic):
    """Budi has typed his PIN to take a line out; the check of it, which takes a moment, is held."""
    eva = DIRECTORY["staff"][1] | {"id": "p4", "name": "Eva", "pin_hash": pin_hash("8642")}
    shop.send(staff=[eva])
    mechanic.presenter.tick()
    mechanic.scan(NUTELLA)
    held = Held()
    mechanic.presenter._parts.staff._submit = held.submit
    mechanic.touch("line-1", "action-remove", "person-p2", *(f"pin-{d}" for d in "4711"))
    mechanic.touch("pin-enter")
    return held


class Held:
    """A check whose answer comes when it is told to."""

    def submit(self, check):
        self._check, self._future = check, Future()
        return self._future

    def answer(self):
        self._future.set_result(self._check())


def test_the_permission_is_of_whose_pin_it_was_though_another_name_is_touched_meanwhile(
    shop, mechanic, asked
):
    mechanic.touch("person-p4")
    asked.answer()
    mechanic.see(lambda _: shop.entries(events.ALLOWED), "the permission in the journal")
    assert [each["allowed_by"] for each in shop.entries(events.ALLOWED)] == ["p2"]


def test_a_permission_that_comes_after_it_was_let_go_allows_nothing_else(shop, mechanic, asked):
    mechanic.touch("allow-cancel", "action-more", "list-abandon", "person-p2")
    asked.answer()
    mechanic.inbox.run_pending()
    mechanic.presenter.tick()
    assert mechanic.body.kind == "sign_in", "that is still to be allowed"
    mechanic.touch("allow-cancel")
    assert len(mechanic.body.lines) == 1
    assert shop.entries(events.ALLOWED) == []
