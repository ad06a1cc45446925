"""Scale and customer display on their cables: the whole way from the pan to the glass."""

from __future__ import annotations

import pytest

import drivers
from drivers.bench.bench import Bench
from drivers.bench.client import send
from tests.flows.shop import APPLES, DIRECTORY, Shop

CABLES = {"toledo_8217": "scale-8217.tty", "sics": "scale-sics.tty"}


def opened(kind, driver, port):
    options = drivers.configure(kind, driver, {"port": str(port)})
    return drivers.load(kind, driver).open_device(options)


@pytest.mark.parametrize(("scale", "display"), [("toledo_8217", "escpos"), ("sics", "cd5220")])
def test_apples_from_the_pan_to_the_glass(tmp_path, scale, display):
    folder = tmp_path / "bench"
    shop = Shop(tmp_path)
    shop.data.mkdir()
    shop.send(**DIRECTORY)
    with Bench(folder, pictures=False) as bench:
        shop.scale = opened("scale", scale, folder / CABLES[scale])
        shop.display = opened("display", display, folder / f"display-{display}.tty")
        cashier = shop.open().sign_in()

        def glass(upper, lower):
            cashier.see(lambda _: bench.display.glass.lines == (upper, lower), f"{upper}/{lower}")

        glass("Buurtwinkel De Hoek", "       Welkom")
        cashier.touch("category-fruit", f"key-{APPLES}")
        send(folder, "scale swing 0.740")
        cashier.see(lambda screen: "Wacht" in screen.body.keypad.hint, "it moves")
        send(folder, "scale put 0.750")
        cashier.see(lambda screen: screen.body.keypad.entry == "0,750", "the weight")
        glass("Elstar los   2,49/kg", "            0,750 kg")
        cashier.touch("pad-confirm")
        cashier.see(lambda screen: screen.body.lines, "the line")
        assert cashier.lines() == [("0,750", "Elstar los", "1,87")]
        glass("0,750 kg Elstar 1,87", "Totaal          1,87")
        send(folder, "scale unplug")
        cashier.see(lambda _: cashier.status("scale").label == "Weegschaal weg", "the scale away")
        cashier.touch("money-note-500")
        cashier.see_page("done")
        glass("Totaal          1,85", "Terug           3,15")
        send(folder, "scale plug")
        cashier.see(lambda _: cashier.status("scale").label == "Weegschaal", "the scale back")
        assert bench.display.glass.warnings == []
        shop.close()
