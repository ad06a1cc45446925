"""Sales that wait aside: under a number, a name or the time, and through a power cut."""

from __future__ import annotations

import pytest

from tests.flows.shop import BREAD, MILK, NUTELLA


def type_name(cashier, name):
    for letter in name:
        cashier.touch(f"form-type-{letter}")
    cashier.touch("form-confirm")


def parked(cashier):
    cashier.touch("action-parked")
    return [(tile.label, tile.price) for tile in cashier.see_page("parked").baskets]


def test_a_name_is_typed_on_the_keyboard(cashier):
    cashier.scan(NUTELLA)
    cashier.touch("action-park")
    assert cashier.body.keypad.extra == "Een naam"
    cashier.touch("pad-extra")
    form = cashier.see_page("form")
    assert (form.title, form.typing) == ("Onder welke naam parkeren?", "letters")
    type_name(cashier, "Mevrouw  Öztürk ")
    assert cashier.see_page("sale").lines == ()
    cashier.see_notice("De bon is geparkeerd.")
    assert parked(cashier) == [("Mevrouw Öztürk", "€\u00a03,99")]


def test_names_numbers_and_times_stand_side_by_side_through_a_power_cut(shop, cashier):
    cashier.scan(NUTELLA)
    cashier.touch("action-park", "pad-extra")
    type_name(cashier, "Anna")
    shop.times.pass_by(60)
    cashier.scan(MILK)
    cashier.touch("action-park")
    cashier.type("12")
    shop.times.pass_by(60)
    cashier.scan(BREAD)
    cashier.touch("action-park", "pad-confirm")
    cashier = shop.restart().sign_in()
    assert parked(cashier) == [
        ("Anna", "€\u00a03,99"),
        ("12", "€\u00a01,29"),
        ("14:09", "€\u00a02,89"),
    ]
    cashier.touch(f"parked-{cashier.body.baskets[1].article}", "money-exact")
    cashier.see_page("done")
    cashier.touch("done-next")
    assert [label for label, _ in parked(cashier)] == ["Anna", "14:09"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 25])
def test_a_name_that_is_none_is_refused_in_words_and_nothing_is_lost(cashier, name):
    cashier.scan(NUTELLA)
    cashier.touch("action-park", "pad-extra")
    type_name(cashier, name)
    form = cashier.see_page("form")
    assert form.text or form.fields[0].refused
    cashier.touch("form-back")
    assert len(cashier.see_page("sale").lines) == 1
