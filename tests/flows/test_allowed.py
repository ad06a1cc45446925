"""What somebody may not do is asked of somebody who may, at that moment, and both are recorded."""

from __future__ import annotations

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
