"""The sale itself: scans, keys, the look-up, quantities, discounts, parking."""

from stories.goods import BEER, CHEESE, JAM
from stories.table import story
from tests.flows.shop import BREAD, MILK, NUTELLA


def allow(cashier):
    """Have Budi, the manager, allow it where somebody has to."""
    if cashier.body.kind == "sign_in":
        cashier.touch("person-p2", *(f"pin-{digit}" for digit in "4711"), "pin-enter")
        cashier.see(lambda screen: screen.body.kind != "sign_in", "allowed")


def typed(cashier, text):
    """Type into the form's field and confirm it."""
    comma = {",": "comma", ".": "comma"}
    cashier.touch(*(f"form-type-{comma.get(sign, sign)}" for sign in text), "form-confirm")


@story()
def selling(cashier):
    yield "an empty basket"
    yield "an empty basket, with letters", "search"
    cashier.scan(JAM)
    yield "one line"
    for code in (NUTELLA, MILK, MILK):
        cashier.scan(code)
    yield "some lines, one with a promotion"
    for code in (CHEESE, BEER, *("T1", "T8", "T15", "T12")):
        cashier.scan(code)
    yield "a basket that scrolls"
    cashier.touch("line-3")
    yield "a line is chosen"
    cashier.touch("action-quantity", "pad-1", "pad-2")
    yield "how many"
    cashier.touch("pad-back", "pad-back", "pad-0", "pad-confirm")
    yield "not nought"
    cashier.touch("pad-cancel", "category-fruit")
    yield "another category"


@story()
def scanning(cashier):
    cashier.scan(NUTELLA)
    cashier.scan("8712345678906")
    yield "an unknown article"
    cashier.scan("5410013114698")
    yield "a wrong check digit"
    cashier.shop.scanner.send(b"\x02\x03\x10ABC\r")
    cashier.inbox.run_pending()
    yield "a command of the scanner's"
    cashier.presenter.searched("e")
    yield "found"
    yield "found, with letters", "search"
    cashier.presenter.searched("nutel")
    yield "found here and elsewhere, with letters", "search"
    cashier.presenter.searched("zzzz")
    yield "not found"
    yield "not found, with letters", "search"


@story()
def parking(cashier):
    cashier.scan(CHEESE)
    cashier.touch("action-park")
    yield "under which number"
    cashier.type("17")
    yield "parked"
    cashier.scan(NUTELLA)
    cashier.touch("action-park")
    cashier.type("")
    cashier.touch("action-parked")
    yield "the parked sales"
    cashier.touch(f"parked-{cashier.body.baskets[0].article}")
    cashier.see_page("sale")
    yield "back again"


@story()
def other_prices(cashier):
    cashier.scan(CHEESE)
    cashier.touch("action-more")
    yield "what else"
    cashier.touch("list-price")
    yield "who allows it"
    cashier.touch("person-p2", "pin-1", "pin-1", "pin-1", "pin-1")
    asked = cashier.body.prompt
    cashier.touch("pin-enter")
    cashier.see(lambda screen: screen.body.prompt != asked)
    yield "a wrong PIN where somebody allows"
    allow(cashier)
    yield "the price"
    cashier.touch("form-confirm")
    yield "the price is missing"
    typed(cashier, "1999")
    yield "why another price"
    cashier.touch("list-0")
    cashier.touch("action-more", "list-discount-line")
    allow(cashier)
    yield "a discount on a line"
    cashier.touch("form-confirm")
    yield "neither a share nor an amount"
    typed(cashier, "101")
    yield "too much off"
    cashier.touch("form-erase")
    cashier.touch("form-confirm")
    yield "why a discount"
    cashier.touch("list-3")
    cashier.scan(NUTELLA)
    cashier.touch("action-more", "list-discount-all")
    allow(cashier)
    typed(cashier, "5")
    cashier.touch("list-1")
    yield "discounts and a promotion"
    cashier.touch("action-more")
    yield "what else, with a discount to take back"


@story()
def leaving(cashier):
    cashier.touch("action-more")
    yield "what else, with nothing in the basket"
    cashier.touch("list-back")
    cashier.scan(NUTELLA)
    cashier.touch(f"key-{BREAD}", "line-1", "action-remove")
    yield "a line is taken out"
    cashier.shop.send(settings={"shift_required": True})
    cashier.presenter.tick()
    cashier.touch("money-exact")
    yield "a shift is wanted first"
