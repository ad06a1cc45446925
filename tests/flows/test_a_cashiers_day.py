"""A cashier's day, from the first PIN to the last receipt, without a window."""

from __future__ import annotations

from tests.flows.shop import BREAD, MILK, NUTELLA


def test_a_day(shop):  # noqa: PLR0915 - a day is long
    cashier = shop.cashier
    assert cashier.body.kind == "sign_in"
    assert [person.name for person in cashier.body.people] == ["Budi", "Sanne"]
    cashier.sign_in("p1", "2580")
    assert cashier.body.kind == "sale"
    assert cashier.screen.top.register == "Kassa 2"
    assert cashier.screen.top.person == "Sanne"
    assert cashier.body.hint == "Scan een artikel, of tik op de toets ervan."
    assert [tile.label for tile in cashier.body.quick_keys] == ["Brood", "Halfvolle melk 1 l"]

    # The first customer pays with a note.
    cashier.scan(NUTELLA)
    cashier.scan(MILK)
    cashier.scan(MILK)
    cashier.touch(f"key-{BREAD}")
    assert cashier.lines() == [
        ("1", "Nutella 400 g", "3,99"),
        ("2", "Halfvolle melk 1 l", "2,58"),
        ("1", "Volkorenbrood heel", "2,89"),
    ]
    assert cashier.body.lines[1].raised == 1
    assert cashier.body.lines[2].newest
    assert cashier.body.total_label == "Te betalen"
    assert cashier.body.total == "€\u00a09,46"
    assert cashier.money()["exact"].label == "€\u00a09,45"
    assert [key for key in cashier.money() if key.startswith("note-")] == [
        "note-1000",
        "note-2000",
        "note-5000",
    ]
    cashier.touch("money-note-2000")
    done = cashier.see_page("done")
    assert (done.headline, done.amount) == ("Terug", "€\u00a010,55")
    assert [(row.label, row.amount) for row in done.rows[:4]] == [
        ("Totaal", "9,46"),
        ("Afronding", "−0,01"),
        ("Contant ontvangen", "20,00"),
        ("Bon", "2-000001"),
    ]
    paper = cashier.see_paper(1)
    assert "Buurtwinkel De Hoek" in paper
    assert "2-000001" in paper
    cashier.see(lambda _: shop.drawer.kicks == 1, "the drawer")
    cashier.see(lambda _: cashier.status("drawer").label.startswith("Lade open"))

    # The next scan simply begins the next sale; she pays exactly.
    shop.drawer.shut()
    cashier.scan(NUTELLA)
    assert cashier.body.kind == "sale"
    assert cashier.lines() == [("1", "Nutella 400 g", "3,99")]
    cashier.touch("money-exact")
    done = cashier.see_page("done")
    assert (done.headline, done.amount) == ("Betaald", "€\u00a04,00")

    # A customer who has more in the car: parked, and another one in between.
    cashier.touch("done-next", f"key-{BREAD}", "action-park")
    assert cashier.body.keypad.title == "Onder welk nummer parkeren?"
    cashier.type("7")
    assert cashier.body.lines == ()
    cashier.scan(MILK)
    cashier.touch("money-card")
    done = cashier.see_page("done")
    assert done.headline == "Betaald"
    cashier.touch("done-next", "action-parked")
    parked = cashier.see_page("parked")
    assert [(tile.label, tile.price) for tile in parked.baskets] == [("7", "€\u00a02,89")]
    cashier.touch(f"parked-{parked.baskets[0].article}")
    assert cashier.lines() == [("1", "Volkorenbrood heel", "2,89")]
    cashier.touch("money-exact")
    cashier.see_page("done")

    cashier.touch("lock")
    assert cashier.body.kind == "sign_in"
    numbers = [sale["receipt"] for sale in shop.sales()]
    assert numbers == ["2-000001", "2-000002", "2-000003", "2-000004"]
    assert [sale["payments"][0]["tender"] for sale in shop.sales()] == [
        "cash",
        "cash",
        "card_terminal",
        "cash",
    ]
    cashier.see(lambda _: shop.drawer.kicks == 3, "the drawer, for cash only")
    assert {sale["cashier"] for sale in shop.sales()} == {"p1"}
