"""Whoever plugs the printer in gets one slip; a customer's receipt never waits behind it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance import build_plugging
from appliance.config import DriverSettings
from appliance.doctor.plugging import AGAIN_S, GONE_S, PrinterSlip
from tests.flows.shop import DIRECTORY, NUTELLA, Shop

HEADING = "Hoe het met dit apparaat gaat"
AT_A_CABLE = DriverSettings("printer", "serial", {"port": "/dev/balie-printer"})


@pytest.fixture
def slips(monkeypatch):
    """The desk's own part that prints slips, so that a test can have it look."""
    made = []

    class Kept(PrinterSlip):
        def __init__(self, *parts, **more):
            super().__init__(*parts, **more)
            made.append(self)

    monkeypatch.setattr(build_plugging, "PrinterSlip", Kept)
    return made


@pytest.fixture
def shop(tmp_path, slips):
    """A register whose printer hangs on a cable of its own."""
    shop = Shop(tmp_path)
    shop.settings = replace(shop.settings, printer=AT_A_CABLE)
    shop.send(**DIRECTORY)
    shop.cashier = shop.open()
    known(shop, slips, online=True)
    yield shop
    shop.close()


def known(shop, slips, *, online):
    """Wait until the desk has heard how the printer is, and have the slip's part look."""
    view = lambda: shop.cashier.presenter.session.parts.printing.view  # noqa: E731
    shop.cashier.see(
        lambda _: view().status is not None and view().status.online is online, "the printer"
    )
    slips[-1].tick()


def plug_anew(shop, slips):
    """Pull the printer's cable and put it back."""
    shop.printer.unplug()
    known(shop, slips, online=False)
    shop.times.pass_by(GONE_S + 1)
    shop.printer.plug()
    known(shop, slips, online=True)


def test_one_slip_tells_how_the_device_is(shop, slips):
    plug_anew(shop, slips)
    paper = shop.cashier.see_paper(1)
    assert HEADING in paper
    assert "Kassa 2" in paper
    assert "Adres" in paper
    assert "balie" in paper.lower()
    assert "niet ingesteld om te verzenden" in paper.replace("\n", " "), paper
    plug_anew(shop, slips)
    assert slips[-1]._until is None, "a loose cable gets no second one"
    shop.times.pass_by(AGAIN_S + 1)
    plug_anew(shop, slips)
    assert HEADING in shop.cashier.see_paper(2)
    assert shop.sales() == []


def test_a_sale_is_finished_first_and_its_receipt_is_printed_before_it(shop, slips):
    cashier = shop.cashier.sign_in()
    cashier.scan(NUTELLA)
    plug_anew(shop, slips)
    cashier.see(lambda _: slips[-1]._found is not None, "the device was looked at")
    slips[-1].tick()
    assert shop.papers() == []
    cashier.touch("money-exact")
    cashier.see_page("done")
    assert "Nutella" in cashier.see_paper(1)
    cashier.see(lambda _: (slips[-1].tick(), len(shop.papers()) == 2)[1], "the slip")
    assert HEADING in shop.papers()[1]


def test_a_receipt_that_waits_comes_before_it(shop, slips):
    """The cable was pulled while a receipt was printed."""
    cashier = shop.cashier.sign_in()
    shop.printer.unplug()
    known(shop, slips, online=False)
    cashier.scan(NUTELLA)
    cashier.touch("money-exact")
    printing = cashier.presenter.session.parts.printing
    cashier.see(lambda _: printing.view.waiting, "the receipt waits")
    shop.times.pass_by(GONE_S + 1)
    shop.printer.plug()
    known(shop, slips, online=True)
    cashier.see(lambda _: slips[-1]._found is not None, "the device was looked at")
    slips[-1].tick()
    assert shop.papers() == []
    printing.retry()
    assert "Nutella" in cashier.see_paper(1)
    cashier.see(lambda _: (slips[-1].tick(), len(shop.papers()) == 2)[1], "the slip")
    assert HEADING in shop.papers()[1]


def test_the_shop_may_do_without(shop, slips):
    shop.send(settings={"printer_slip": False})
    directory = shop.cashier.presenter.session.parts.directory
    shop.cashier.see(lambda _: directory.setting("printer_slip") is False, "the setting")
    plug_anew(shop, slips)
    assert slips[-1]._found is None
    assert shop.papers() == []


def test_a_start_prints_none(shop, slips):
    shop.restart()
    known(shop, slips, online=True)
    assert slips[-1]._until is None
    assert shop.papers() == []
