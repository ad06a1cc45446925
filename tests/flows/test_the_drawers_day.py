"""The drawer's day: from the float in the morning to the Z at night, offline and through a power cut."""

from __future__ import annotations

import pytest

from appliance.domain.shift_books import (
    ABANDONED,
    CASH_MOVED,
    DRAWER_OPENED,
    PERIOD_CLOSED,
    SHIFT_CLOSED,
    SHIFT_COUNTED,
    SHIFT_OPENED,
)
from drivers.drawer import DrawerState
from tests.flows.shop import BREAD, MILK, NUTELLA


def count(cashier, **pieces):
    """Fill in how many of each; ``n50_00=2`` is two notes of fifty."""
    for name, number in pieces.items():
        value = int(name[1:].replace("_", ""))
        cashier.touch(f"field-{value}", *(f"form-type-{digit}" for digit in str(number)))
    cashier.touch("form-confirm")


def amount(cashier, text):
    cashier.touch(*(f"form-type-{'comma' if sign == ',' else sign}" for sign in text))
    cashier.touch("form-confirm")


def rows(cashier):
    return {row.key: row for row in cashier.body.rows}


def the_drawer(cashier, *keys):
    """Go to the drawer's money from the sale."""
    cashier.see_page("sale")
    cashier.touch("action-more", "list-drawer", *(f"list-{key}" for key in keys))


def allow(cashier):
    """Budi, the manager, allows it with his PIN."""
    cashier.touch("person-p2", *(f"pin-{digit}" for digit in "4711"), "pin-enter")
    cashier.see(lambda screen: screen.body.kind != "sign_in", "allowed")


def sell_for_cash(shop, code, note="exact"):
    cashier = shop.cashier
    cashier.scan(code)
    cashier.touch(f"money-{note}")
    cashier.see_page("done")
    cashier.see(lambda _: shop.till.state is DrawerState.OPEN, "the drawer open")
    shut(shop)
    cashier.touch("done-next")


def shut(shop):
    shop.times.pass_by(6)
    shop.drawer.shut()
    shop.cashier.see(lambda _: shop.till.state is DrawerState.SHUT, "the drawer shut")


@pytest.fixture
def shop(shop):
    type(shop).till = property(lambda self: self.cashier.presenter._parts.till.view)
    shop.cashier.sign_in()
    return shop


def test_a_day_of_the_drawer(shop):  # noqa: PLR0915 - a day is long
    cashier = shop.cashier

    # In the morning Sanne counts the float.
    the_drawer(cashier, "open")
    form = cashier.see_page("form")
    assert [field.label for field in form.fields][:3] == ["€\u00a0200", "€\u00a0100", "€\u00a050"]
    assert "Er bleef € 0,00 achter." in form.text.replace("\u00a0", " ")
    count(cashier, n50_00=1, n10_00=4, n1_00=10)
    cashier.see_notice("Dienst 1 is geopend.")
    assert shop.entries(SHIFT_OPENED)[0]["float_minor"] == 10000

    # Two customers pay in cash; each opening of the drawer is told with its seconds.
    sell_for_cash(shop, NUTELLA)
    sell_for_cash(shop, MILK, "note-1000")
    cashier.see(lambda _: len(shop.entries(DRAWER_OPENED)) == 2)
    assert [(each["cause"], each["open_s"]) for each in shop.entries(DRAWER_OPENED)] == [
        ("sale", 6),
        ("sale", 6),
    ]

    # The window cleaner is paid; Budi allows it, and a slip comes out.
    the_drawer(cashier, "paid_out")
    allow(cashier)
    amount(cashier, "12,50")
    cashier.touch("list-0")
    cashier.see_notice("Uitbetaling: € 12,50".replace(" 12", "\u00a012"))
    slip = cashier.see_paper(3)
    assert "Uitbetaling" in slip
    assert "12,50" in slip
    assert "Toegestaan door p2" in slip
    (moved,) = shop.entries(CASH_MOVED)
    assert (moved["kind"], moved["amount_minor"], moved["by"], moved["allowed_by"]) == (
        "paid_out",
        1250,
        "p1",
        "p2",
    )
    shut(shop)

    # Change for a customer's note: no sale, with a reason.
    cashier.touch("action-more", "list-no_sale")
    allow(cashier)
    cashier.touch("list-0")
    cashier.see(lambda _: shop.till.state is DrawerState.OPEN)
    shut(shop)
    cashier.see(lambda _: len(shop.entries(DRAWER_OPENED)) == 4)
    opened = shop.entries(DRAWER_OPENED)[-1]
    assert (opened["cause"], opened["reason"]) == ("no_sale", "Biljet wisselen")
    assert (opened["by"], opened["allowed_by"]) == ("p1", "p2")

    # The power goes. Nothing of the shift is lost.
    shop.restart()
    cashier = shop.cashier.sign_in()
    sell_for_cash(shop, BREAD)
    cashier.see(lambda _: len(shop.entries(DRAWER_OPENED)) == 5)

    # An X tells what should be there, so it is not for Sanne alone.
    the_drawer(cashier, "x")
    allow(cashier)
    paper = "\n".join(cashier.see_page("paper").paper)
    assert "X" in paper
    assert "2-000001" in paper
    cashier.touch("paper-back")

    # In the evening she counts, blind: nothing on the screen says what should be there.
    the_drawer(cashier, "count")
    allow(cashier)
    form = cashier.see_page("form")
    assert form.title == "Lade tellen"
    assert not any("95" in row.amount for row in form.summary)
    assert shop.entries(SHIFT_COUNTED) == []
    count(cashier, n50_00=1, n10_00=4, n1_00=5)
    form = cashier.see(lambda s: s.body.kind == "form" and s.body.title == "Dienst afsluiten").body
    assert shop.entries(SHIFT_COUNTED)[0]["count"]["total_minor"] == 9500
    assert [(row.label, row.amount.replace("\u00a0", " ")) for row in form.summary] == [
        ("Geteld", "€ 95,00"),
        ("Verwacht", "€ 95,70"),
        ("Verschil", "€ −0,70"),
    ]
    assert "De lade ging 1 keer open zonder verkoop." in form.text
    cashier.touch(*["form-erase"] * 6)
    amount(cashier, "80")
    cashier.touch("list-0")

    # Closing takes it as it is, and the Z says everything.
    paper = cashier.see_page("paper")
    assert paper.text == "De dienst is afgesloten."
    (z,) = shop.entries(SHIFT_CLOSED)
    assert (z["expected_minor"], z["difference_minor"], z["reason"]) == (9570, -70, "Niet bekend")
    assert (z["left_minor"], z["taken_minor"]) == (8000, 1500)
    openings = {each["name"]: each["count"] for each in z["totals"]["openings"]}
    assert openings == {"sale": 3, "cash_moved": 1, "no_sale": 1}
    lines = "\n".join(paper.paper)
    for said in ("Z 1", "Verschil", "Niet bekend", "apparaat 1", "Blijft in de lade"):
        assert said in lines, said
    entries = shop.entries()
    covered = [e for e in entries if e.sequence <= z["covers"]["last"]["sequence"]]
    assert z["covers"]["first"] == {"epoch": 1, "sequence": 1}
    assert entries[len(covered)].type == SHIFT_CLOSED, "nothing came between"
    cashier.see(lambda _: any("Z 1" in text for text in shop.papers()))

    # A copy is marked as one.
    cashier.see(lambda s: s.body.actions)
    cashier.touch("paper-print")
    cashier.see(lambda _: any("KOPIE 1" in text and "Z 1" in text for text in shop.papers()))
    cashier.touch("paper-back")

    # The next morning what was left is proposed, and yesterday is closed by itself.
    shut(shop)
    shop.times.pass_by(20)
    shop.times.now = shop.times.now.replace(day=23, hour=9)
    the_drawer(cashier, "open")
    assert "Er bleef € 80,00 achter." in cashier.body.text.replace("\u00a0", " ")
    cashier.touch("form-confirm")
    cashier.see_notice("Dienst 2 is geopend.")
    second = shop.entries(SHIFT_OPENED)[1]
    assert (second["shift"], second["float_minor"], second["count"]) == (2, 8000, None)
    (day,) = shop.entries(PERIOD_CLOSED)
    assert (day["period"], day["name"], day["first_z"], day["last_z"]) == (
        "day",
        "2026-11-22",
        1,
        1,
    )


def test_nobody_is_stopped_without_a_shift_and_the_z_says_that_nobody_counted(shop):
    sell_for_cash(shop, NUTELLA)
    assert shop.entries(SHIFT_OPENED)[0]["count"] is None
    cashier = shop.cashier
    the_drawer(cashier, "x")
    allow(cashier)
    assert "Begingeld, niet geteld" in "\n".join(cashier.see_page("paper").paper)


def test_what_was_scanned_and_taken_out_again_is_told_in_the_shift_it_was_done_in(shop):
    cashier = shop.cashier
    sell_for_cash(shop, MILK)
    cashier.scan(NUTELLA)
    cashier.touch("line-1", "action-remove")
    the_drawer(cashier, "count")
    allow(cashier)
    cashier.see_page("form")
    count(cashier, n1_00=1, n0_10=3)
    cashier.see(lambda s: s.body.kind == "form" and s.body.title == "Dienst afsluiten")
    cashier.touch("form-confirm")
    cashier.see_page("paper")
    kinds = [entry.type for entry in shop.entries()]
    assert kinds.index(ABANDONED) < kinds.index(SHIFT_CLOSED)
    (gone,) = shop.entries(ABANDONED)
    assert [(each["name"], each["by"]) for each in gone["removed"]] == [("Nutella 400 g", "p1")]
    assert shop.entries(SHIFT_CLOSED)[0]["totals"]["abandoned"]["count"] == 1


def test_who_closes_a_shift_is_told_of_sales_that_are_still_parked(shop):
    cashier = shop.cashier
    sell_for_cash(shop, MILK)
    for code in (NUTELLA, MILK):
        cashier.scan(code)
        cashier.touch("action-park", "pad-confirm")
    the_drawer(cashier, "count")
    allow(cashier)
    cashier.see_page("form")
    count(cashier, n1_00=1, n0_10=3)
    form = cashier.see(lambda s: s.body.kind == "form" and s.body.title == "Dienst afsluiten").body
    assert "2 bonnen zijn nog geparkeerd." in form.text


def test_a_shop_that_wants_a_shift_first_says_so(shop):
    shop.send(settings={"shift_required": True})
    cashier = shop.cashier
    cashier.scan(NUTELLA)
    cashier.touch("money-exact")
    cashier.see_notice("Open een dienst voor je verkoopt.")
    assert shop.sales() == []
    cashier.touch("notice")
    cashier.see_page("form")
    cashier.touch("form-confirm")
    cashier.see_notice("Dienst 1 is geopend.")
    cashier.touch("money-exact")
    cashier.see_page("done")


def test_too_much_in_the_drawer_is_said_until_some_is_in_the_safe(shop):
    shop.send(settings={"drawer_limit_minor": 300})
    sell_for_cash(shop, NUTELLA)
    cashier = shop.cashier
    cashier.see_notice("Er zit te veel in de lade.")
    cashier.touch("notice")
    amount(cashier, "2")
    cashier.touch("list-0")
    cashier.see(lambda _: shop.entries(CASH_MOVED))
    assert shop.entries(CASH_MOVED)[0]["kind"] == "drop"
    cashier.see(lambda s: s.notice is None or "te veel" not in s.notice.text)


def test_a_forced_drawer_is_journalled(shop):
    sell_for_cash(shop, NUTELLA)
    shop.drawer.pull_open()
    shop.cashier.see(lambda _: shop.till.state is DrawerState.OPEN)
    shut(shop)
    shop.cashier.see(lambda _: len(shop.entries(DRAWER_OPENED)) == 2)
    assert shop.entries(DRAWER_OPENED)[1]["cause"] == "forced"


@pytest.mark.parametrize("typed", ["0", "", "0,00"])
def test_an_amount_that_is_none_is_refused_in_words(shop, typed):
    cashier = shop.cashier
    the_drawer(cashier, "drop")
    amount(cashier, typed)
    assert cashier.body.kind == "form"
    assert cashier.body.text or cashier.body.fields[0].refused
    assert shop.entries(CASH_MOVED) == []


def test_no_more_stays_in_the_drawer_than_was_counted(shop):
    sell_for_cash(shop, NUTELLA)
    cashier = shop.cashier
    the_drawer(cashier, "count")
    allow(cashier)
    count(cashier, n1_00=4)
    cashier.see(lambda s: s.body.kind == "form" and [f.key for f in s.body.fields] == ["left"])
    cashier.touch(*["form-erase"] * 6)
    amount(cashier, "99")
    assert cashier.body.text == "Er kan hoogstens €\u00a04,00 blijven: meer is er niet geteld."
    cashier.touch(*["form-erase"] * 6)
    amount(cashier, "4")
    cashier.see_page("paper")
    (z,) = shop.entries(SHIFT_CLOSED)
    assert (z["left_minor"], z["taken_minor"]) == (400, 0)


def test_an_amount_no_till_can_hold_is_refused_where_it_is_typed(shop):
    cashier = shop.cashier
    the_drawer(cashier, "drop")
    amount(cashier, "9" * 14)
    assert cashier.see_page("form").text == "Dat getal kan niet kloppen. Typ het opnieuw."
    assert shop.entries(CASH_MOVED) == []


def test_a_count_takes_no_letters_and_no_amounts(shop):
    cashier = shop.cashier
    the_drawer(cashier, "open")
    cashier.touch("field-5000", "form-type-x", "form-type-comma")
    assert cashier.body.fields[2].value == ""
    count(cashier, n50_00=1234567)
    assert "Typ hoeveel biljetten en munten er zijn" in cashier.body.text
    assert shop.entries(SHIFT_OPENED) == []
