"""What the customer reads while a cashier works."""

from __future__ import annotations

import pytest

from drivers.plugged import Plugged, What
from tests.flows.shop import BREAD, DIRECTORY, NUTELLA, Shop


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path, display=True)
    made.data.mkdir()
    made.send(**DIRECTORY)
    yield made
    made.close()


def test_a_sale_as_the_customer_reads_it(shop):
    cashier = shop.open()

    def reads(upper, lower):
        cashier.see(lambda _: shop.display.lines == (upper, lower), f"{upper} / {lower}")

    reads("     Deze kassa", "    is gesloten")
    cashier.sign_in()
    reads("Buurtwinkel De Hoek", "       Welkom")
    cashier.scan(NUTELLA)
    reads("Nutella 400 g   3,99", "Totaal          3,99")
    cashier.scan(BREAD)
    cashier.scan(BREAD)
    reads("2 x Volkorenbro 5,78", "Totaal          9,77")
    cashier.touch("money-other")
    reads("Totaal          9,77", "")
    cashier.touch("tender-back")
    reads("2 x Volkorenbro 5,78", "Totaal          9,77")
    cashier.touch("money-note-2000")
    cashier.see_page("done")
    reads("Totaal          9,75", "Terug          10,25")
    cashier.touch("done-next")
    reads("Buurtwinkel De Hoek", "       Welkom")
    cashier.touch("lock")
    reads("     Deze kassa", "    is gesloten")


def test_the_customer_reads_the_shops_language_whatever_the_cashier_speaks(shop):
    cashier = shop.open().sign_in("p2", "4711")
    assert cashier.screen.top.language == "ID"
    cashier.scan(NUTELLA)
    cashier.see(lambda _: shop.display.lines[1] == "Totaal          3,99", "Dutch")


def test_a_display_that_is_pulled_is_told_and_holds_nothing_up(shop):
    cashier = shop.open().sign_in()
    assert not [item for item in cashier.screen.top.items if item.key == "display"]
    shop.display.unplug()
    cashier.scan(NUTELLA)
    cashier.see(
        lambda screen: any(item.key == "display" for item in screen.top.items), "the display away"
    )
    assert cashier.status("display").remedy.startswith("Steek")
    cashier.touch("money-exact")
    cashier.see_page("done")
    shop.display.plug()
    cashier.see(
        lambda screen: all(item.key != "display" for item in screen.top.items), "the display back"
    )
    assert shop.display.lines[0] == "Totaal          4,00"


def test_no_display_says_nothing_in_the_bar(tmp_path):
    shop = Shop(tmp_path)
    shop.data.mkdir()
    shop.send(**DIRECTORY)
    cashier = shop.open().sign_in()
    cashier.touch(f"key-{BREAD}")
    assert all(item.key not in {"display", "scale"} for item in cashier.screen.top.items)
    shop.close()


def test_a_device_nobody_set_up_is_listed_with_what_it_is(shop):
    cashier = shop.open().sign_in()
    newcomers = shop.desk.presenter._parts.newcomers
    stick = Plugged("1-2", "0951:1666", "Kingston DataTraveler", What.STORAGE)
    newcomers._look_there = lambda: (stick,)
    newcomers._known = frozenset()
    cashier.see(lambda screen: any(item.key == "newcomer" for item in screen.top.items), "it")
    item = cashier.status("newcomer")
    assert item.meaning.startswith("Kingston DataTraveler (0951:1666)")
    assert "geheugenstick" in item.meaning
    newcomers._look_there = tuple
    cashier.see(lambda screen: all(item.key != "newcomer" for item in screen.top.items), "it gone")
