"""The customer's second screen, with the real window in its own process, while a cashier sells."""

from __future__ import annotations

import json
import os
import signal

import pytest

from appliance import config
from tests.flows.shop import BREAD, DIRECTORY, NUTELLA, Shop

pytest.importorskip("kivy")


class FacedShop(Shop):
    """A shop whose customers have a screen; what it shows is read from its outline."""

    def __init__(self, folder, **more):
        super().__init__(folder, **more)
        file = folder / "balie.toml"
        file.write_text(
            file.read_text() + "[customer_screen]\nwidth = 800\nheight = 480\n", encoding="utf-8"
        )
        self.settings = config.load(file)
        self.outline = folder / "outline.json"

    @property
    def window(self):
        """The service that looks after the window."""
        return self.desk.presenter.session.parts.second_screen

    def read(self):
        """What the customer reads, by the names of the texts; lines have none."""
        try:
            items = json.loads(self.outline.read_text())
        except FileNotFoundError:
            return {}
        told = {item["name"]: item["text"] for item in items if item["name"]}
        return told | {"words": [item["text"] for item in items]}


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "offscreen")
    monkeypatch.delenv("BALIE_OUTLINE", raising=False)
    monkeypatch.setenv("BALIE_CUSTOMER_OUTLINE", str(tmp_path / "outline.json"))
    made = FacedShop(tmp_path)
    made.data.mkdir()
    made.send(**DIRECTORY)
    yield made
    made.close()


@pytest.fixture
def reads(shop):
    """Wait until the customer reads something."""

    def wait(**texts):
        shop.cashier.see(lambda _: texts.items() <= shop.read().items(), f"{texts}; {shop.read()}")

    return wait


def test_a_sale_as_the_customer_sees_it(shop, reads):
    cashier = shop.cashier = shop.open()
    reads(shop="Buurtwinkel De Hoek", headline="Deze kassa is gesloten.\nThis register is closed.")
    cashier.sign_in()
    reads(headline="Welkom · Welcome")
    cashier.scan(NUTELLA)
    cashier.scan(BREAD)
    cashier.scan(BREAD)
    reads(amount="€\u00a09,77")
    words = shop.read()["words"]
    assert [text for text in words if text in ("1 ×", "Nutella 400 g", "3,99")] == [
        "1 ×",
        "Nutella 400 g",
        "3,99",
    ]
    assert {"2 ×", "Volkorenbrood heel", "5,78", "Te betalen"} <= set(words)
    cashier.touch("money-note-2000")
    cashier.see_page("done")
    reads(headline="Terug", amount="€\u00a010,25", message="Dank u wel · Thank you")
    cashier.touch("done-qr")
    reads(message="Scan de code om de bon te bewaren.")
    cashier.touch("done-next")
    reads(headline="Welkom · Welcome")


def test_the_window_dies_and_hangs_and_nobody_at_the_counter_waits(shop, reads):
    """Killed in the middle of a sale: the sale goes on, the window comes back where it is."""
    cashier = shop.cashier = shop.open().sign_in()
    reads(headline="Welkom · Welcome")
    first = shop.window.pid
    cashier.scan(NUTELLA)
    os.kill(first, signal.SIGKILL)
    cashier.scan(BREAD)
    assert [name for _, name, _ in cashier.lines()] == ["Nutella 400 g", "Volkorenbrood heel"]
    cashier.touch("money-exact")
    assert cashier.see_page("done").headline == "Betaald"
    cashier.see(
        lambda screen: any(item.key == "second_screen" for item in screen.top.items), "it away"
    )
    assert "start vanzelf opnieuw" in cashier.status("second_screen").remedy
    reads(headline="Betaald", amount="€\u00a06,90")
    cashier.see(
        lambda screen: all(item.key != "second_screen" for item in screen.top.items), "it back"
    )
    assert shop.window.pid != first

    # One that is stopped takes nothing; a whole sale is made meanwhile, and it shows the last.
    os.kill(shop.window.pid, signal.SIGSTOP)
    for _ in range(60):
        cashier.scan(NUTELLA)
    cashier.touch("money-card")
    cashier.see_page("done")
    os.kill(shop.window.pid, signal.SIGCONT)
    reads(headline="Betaald", amount="€\u00a0239,40")
    assert len(shop.sales()) == 2


def test_the_window_ends_when_the_desk_closes_or_is_killed(shop, reads):
    cashier = shop.cashier = shop.open()
    reads(shop="Buurtwinkel De Hoek")
    pid = shop.window.pid
    shop.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert cashier.screen.body.kind == "sign_in"


def test_a_payment_code_is_shown_for_the_customers_telephone(shop, reads):
    """What a page lays down in ``qr_to_pay`` stands on the second screen as long as it lies there."""
    cashier = shop.cashier = shop.open().sign_in()
    cashier.scan(NUTELLA)
    session = shop.desk.presenter.session
    session.qr_to_pay = "BCD\n002\n1\nSCT\n\nDe Hoek\nNL91ABNA0417164300\nEUR3.99"
    session.changed()
    cashier.touch("line-1")
    reads(message="Scan de code met uw telefoon om te betalen.", amount="€\u00a03,99")
    session.qr_to_pay = ""
    cashier.touch("line-1")
    reads(amount="€\u00a03,99")
    cashier.see(lambda _: "message" not in shop.read(), "the code gone")


def test_several_languages_are_read_at_once(tmp_path, shop, reads):
    file = tmp_path / "balie.toml"
    file.write_text(file.read_text() + 'languages = ["nl", "fr"]\n')
    shop.settings = config.load(file)
    cashier = shop.cashier = shop.open().sign_in()
    reads(headline="Welkom · Bienvenue · Welcome")
    cashier.scan(NUTELLA)
    reads(**{"amount-label": "Te betalen · À payer"})
