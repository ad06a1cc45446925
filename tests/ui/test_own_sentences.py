"""The register's own sentences, from a real day behind the counter, on the real screen."""

import pytest
from screen_stage import SIZES
from test_screens import look_closely

from appliance.desks.register.screen import build
from tests.flows.shop import DIRECTORY, MILK, NUTELLA, Shop

LANGUAGES = ("nl", "fr", "id", "en")
MARKETS = {"nl": "nl", "fr": "fr", "id": "id", "en": "gb"}


@pytest.fixture(params=LANGUAGES)
def shop(request, tmp_path):
    shop = Shop(tmp_path, market=MARKETS[request.param], language=request.param)
    shop.send(**DIRECTORY)
    yield shop
    shop.close()


def day(cashier):
    """Go through a sale, and stop wherever there is something else to see."""
    yield from signing_in(cashier)
    yield from selling(cashier)
    yield from parking(cashier)
    yield from paying(cashier)


def signing_in(cashier):
    yield "sign in"
    cashier.touch("person-p1", "pin-1", "pin-1", "pin-1", "pin-1")
    yield "a pin is typed"
    asked = cashier.body.prompt
    cashier.touch("pin-enter")
    cashier.see(lambda screen: screen.body.prompt != asked)
    yield "a wrong pin"
    cashier.sign_in()
    yield "nothing yet"


def selling(cashier):
    for code in (NUTELLA, MILK, MILK):
        cashier.scan(code)
    yield "a sale"
    cashier.scan("8712345678906")
    yield "an unknown article"
    cashier.scan("5410013114698")
    yield "a wrong check digit"
    cashier.touch("line-1")
    yield "a line is chosen"
    cashier.touch("action-quantity", "pad-3")
    yield "how many"
    cashier.touch("pad-cancel")
    cashier.presenter.searched("nut")
    yield "found"
    cashier.presenter.searched("zzzz")
    yield "not found"
    cashier.presenter.searched("")
    for item in cashier.screen.top.items:
        cashier.touch(f"status-{item.key}")
        yield f"status {item.key}"
        cashier.touch("status-close")


def parking(cashier):
    cashier.touch("action-park")
    yield "under which number"
    cashier.type("7")
    yield "parked"
    cashier.touch("action-parked")
    yield "the parked sales"
    cashier.touch(f"parked-{cashier.see_page('parked').baskets[0].article}")
    cashier.see_page("sale")
    yield "back again"


def paying(cashier):
    cashier.touch("money-other")
    yield "other ways"
    cashier.touch("tender-cash", "pad-2")
    yield "part in cash"
    cashier.touch("pad-confirm")
    yield "some is paid"
    cashier.touch("tender-card_terminal")
    yield "how much by card"
    cashier.touch("pad-confirm")
    yield "at the terminal"
    cashier.see_page("done")
    yield "done"
    cashier.touch("done-qr")
    yield "as a code"


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_careful_eye_finds_nothing_wrong_with_them(stage, shop, size):
    stage.resize(*size)
    cashier = shop.open()
    stage.show(build(cashier.presenter, lambda _: None))
    for name in day(cashier):
        cashier.inbox.run_pending()
        stage.settle()
        wrong = look_closely(list(stage.seen()), stage.window.size)
        assert not wrong, f"{name}: {wrong}"
    stage.show(None)
