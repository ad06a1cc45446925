"""Who may stand at the counter, and for how long."""

from __future__ import annotations

from appliance.services import events
from tests.flows.shop import NUTELLA


def wrong_pin(cashier, times, person="p1"):
    for _ in range(times):
        cashier.touch(f"person-{person}", "pin-1", "pin-1", "pin-1", "pin-1", "pin-enter")
        cashier.see(lambda s: s.sound[1] == "bad" and not s.body.dots)
        cashier.see(lambda s: "klopt niet" in s.body.prompt or "Te vaak" in s.body.prompt)


def test_wrong_pins_are_counted_and_then_must_wait(shop):
    cashier = shop.cashier
    wrong_pin(cashier, 1)
    assert cashier.body.prompt == "Die pincode klopt niet. Nog 4 pogingen."
    wrong_pin(cashier, 4)
    cashier.see(lambda s: "Te vaak" in s.body.prompt)
    assert cashier.body.prompt.endswith("Probeer het over 0:30 weer, of kies een andere naam.")
    assert not cashier.body.keypad_enabled
    shop.times.pass_by(12)
    cashier.see(lambda s: "0:18" in s.body.prompt)
    cashier.see(lambda _: shop.entries(events.REFUSED))
    refused = shop.entries(events.REFUSED)[0]
    assert (refused["person"], refused["tries"]) == ("p1", 5)
    shop.times.pass_by(19)
    cashier.sign_in()


def test_pulling_the_plug_buys_no_further_guesses(shop):
    wrong_pin(shop.cashier, 5)
    shop.cashier.see(lambda s: "Te vaak" in s.body.prompt)
    again = shop.restart()
    again.touch("person-p1")
    assert "Te vaak een foute pincode" in again.body.prompt
    assert not again.body.keypad_enabled


def test_another_person_need_not_wait(shop):
    wrong_pin(shop.cashier, 5)
    shop.cashier.sign_in("p2", "4711")
    assert shop.cashier.screen.top.person == "Budi"
    assert shop.cashier.screen.top.language == "ID", "the screen speaks the person's language"


def test_the_counter_locks_when_nobody_is_there_and_keeps_the_basket(shop, cashier):
    cashier.scan(NUTELLA)
    shop.times.pass_by(299)
    cashier.presenter.tick()
    assert cashier.body.kind == "sale"
    shop.times.pass_by(2)
    cashier.presenter.tick()
    assert cashier.body.kind == "sign_in"
    assert [person.chosen for person in cashier.body.people] == [False, True]
    cashier.sign_in()
    assert cashier.lines() == [("1", "Nutella 400 g", "3,99")]
    cashier.see(lambda _: len(shop.entries(events.SIGNED_IN)) > 1)
    assert [out["reason"] for out in shop.entries(events.SIGNED_OUT)] == ["idle"]


def test_whoever_finishes_the_sale_signs_it(shop, cashier):
    cashier.scan(NUTELLA)
    cashier.touch("lock")
    cashier.sign_in("p2", "4711")
    cashier.touch("money-exact")
    cashier.see_page("done")
    assert shop.sales()[0]["cashier"] == "p2"


def test_cost_is_seen_by_role_only(shop, cashier):
    cashier.presenter.searched("nutel")
    assert cashier.body.results[0].detail == f"{NUTELLA} · voorraad 12, 2 uur geleden"
    cashier.touch("lock")
    cashier.sign_in("p2", "4711")
    cashier.touch("language", "language-nl")
    cashier.presenter.searched("nutel")
    assert cashier.body.results[0].detail.endswith("voorraad 12, 2 uur geleden · inkoop 2,50")


def test_nobody_is_there_yet(closed_shop):
    closed_shop.send(staff=[{"id": each, "name": each, "active": False} for each in ("p1", "p2")])
    cashier = closed_shop.open()
    assert cashier.body.people == ()
    assert cashier.body.prompt.startswith("Nog niemand mag aanmelden.")
    assert not cashier.body.keypad_enabled


def test_a_person_the_back_office_takes_away_is_signed_out(shop, cashier):
    shop.send(staff=[{"id": "p1", "name": "Sanne", "active": False}])
    cashier.see_page("sign_in")
    assert [person.name for person in cashier.body.people] == ["Budi"]
