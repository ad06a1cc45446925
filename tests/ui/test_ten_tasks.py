"""The ten most frequent tasks at a register, done with a finger on the real screen, and counted.

The screen is the real one with the real presenter and services behind it; only the devices are
simulated. A touch counts when a finger is put on a control that can be seen; a scan, a badge and the
customer's card are no touches. `appliance/README.md` has the table, and says why these ten.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from appliance.desks.register.screen import build
from tests.flows.shop import APPLES, BADGE, BREAD, CEILING_S, DIRECTORY, MILK, NUTELLA, Shop

README = Path(__file__).parents[2] / "appliance" / "README.md"
ROW = re.compile(r"^\| (?P<task>[^|]+?) \| (?P<touches>\d+) \|", re.MULTILINE)


class Finger:
    """Somebody at the counter with one finger; every touch is counted.

    Attributes:
        touches: How many there were.
    """

    def __init__(self, stage, shop):
        self.shop = shop
        self.cashier = shop.open()
        self.touches = 0
        self._stage = stage
        stage.show(build(shop.desk.front, lambda _: None))

    def touch(self, *controls):
        for control in controls:
            item = self._stage.outline().get(control)
            assert item, f"{control} cannot be seen; {sorted(filter(None, self._stage.outline()))}"
            assert item.enabled, f"{control} cannot be touched"
            self._stage.touch(control)
            self.touches += 1
            self.settle()

    def scan(self, *codes):
        for code in codes:
            self.cashier.scan(code)
            self.settle()

    def settle(self):
        self.cashier.inbox.run_pending()
        self._stage.settle()

    def see(self, condition, what):
        """Wait until the presenter shows something, and the screen does."""
        end = time.monotonic() + CEILING_S
        while not condition(self.cashier.screen):
            assert time.monotonic() < end, f"never seen: {what}"
            self.settle()
        self.settle()

    def see_page(self, kind):
        self.see(lambda screen: screen.body.kind == kind, f"the page {kind}")

    @property
    def lines(self):
        return self.cashier.lines()


@pytest.fixture
def finger(stage, tmp_path):
    """At the counter, with nobody signed in."""
    stage.resize(1280, 800)
    shop = Shop(tmp_path, scale=True)
    shop.data.mkdir()
    shop.send(**DIRECTORY)
    made = Finger(stage, shop)
    yield made
    stage.show(None)
    shop.close()


@pytest.fixture
def at_work(finger):
    """The same after signing in by badge, which takes no touch."""
    finger.scan(BADGE)
    finger.see_page("sale")
    assert finger.touches == 0
    return finger


def exact_cash(finger):
    """From the last scan to done."""
    finger.scan(NUTELLA, MILK)
    before = finger.touches
    finger.touch("money-exact")
    finger.see_page("done")
    return finger.touches - before


def a_note(finger):
    finger.scan(NUTELLA, MILK)
    before = finger.touches
    finger.touch("money-note-1000")
    finger.see_page("done")
    assert finger.cashier.body.headline == "Terug"
    return finger.touches - before


def a_card(finger):
    """The terminal approves; what the customer does there is no touch of the cashier's."""
    finger.scan(NUTELLA)
    before = finger.touches
    finger.touch("money-card")
    finger.see_page("done")
    assert finger.shop.sales()[-1]["payments"][0]["tender"] == "card_terminal"
    return finger.touches - before


def the_next_customer(finger):
    """The next scan simply begins the next sale; the change stays until then."""
    finger.scan(NUTELLA)
    finger.touch("money-exact")
    finger.see_page("done")
    before = finger.touches
    finger.scan(MILK)
    assert finger.lines == [("1", "Halfvolle melk 1 l", "1,29")]
    return finger.touches - before


def without_a_barcode(finger):
    before = finger.touches
    finger.touch(f"key-{BREAD}")
    assert finger.lines == [("1", "Volkorenbrood heel", "2,89")]
    return finger.touches - before


def six_of_them(finger):
    finger.scan(MILK)
    before = finger.touches
    finger.touch("action-quantity", "pad-6", "pad-confirm")
    assert finger.lines == [("6", "Halfvolle melk 1 l", "7,74")]
    return finger.touches - before


def take_out(finger):
    """Not the newest, which would be one touch less."""
    finger.scan(NUTELLA, MILK)
    before = finger.touches
    finger.touch("line-1", "action-remove")
    assert [name for _, name, _ in finger.lines] == ["Halfvolle melk 1 l"]
    return finger.touches - before


def weigh(finger):
    """The apples lie on the scale; their key is on the second row of keys."""
    finger.touch("category-fruit")
    finger.shop.scale.put(436)
    before = finger.touches
    finger.touch(f"key-{APPLES}")
    finger.see(lambda screen: screen.body.keypad and screen.body.keypad.entry == "0,436", "436 g")
    finger.touch("pad-confirm")
    finger.see(lambda screen: screen.body.lines, "the line")
    assert finger.lines == [("0,436", "Elstar los", "1,09")]
    return finger.touches - before


def park_and_take_back(finger):
    """Somebody fetches a purse; another customer pays in between, which is not counted."""
    finger.scan(NUTELLA)
    before = finger.touches
    finger.touch("action-park", "pad-confirm")
    aside = finger.touches - before
    finger.scan(MILK)
    finger.touch("money-exact")
    finger.see_page("done")
    before = finger.touches
    finger.touch("done-next", "action-parked")
    finger.see_page("parked")
    finger.touch(f"parked-{finger.cashier.body.baskets[0].article}")
    assert finger.lines == [("1", "Nutella 400 g", "3,99")]
    return aside + finger.touches - before


def sign_in(finger):
    before = finger.touches
    finger.touch("person-p1", "pin-2", "pin-5", "pin-8", "pin-0", "pin-enter")
    finger.see_page("sale")
    return finger.touches - before


TASKS = {
    "take exact cash": exact_cash,
    "take a note and give change": a_note,
    "take a card": a_card,
    "begin with the next customer": the_next_customer,
    "sell something without a barcode": without_a_barcode,
    "sell six of the same": six_of_them,
    "take a line out": take_out,
    "weigh loose goods": weigh,
    "park a sale and take it back": park_and_take_back,
    "sign in": sign_in,
}

ONE_TOUCH = ("take exact cash", "take a note and give change", "take a card")


def told():
    """What the table in the README says."""
    return {row["task"]: int(row["touches"]) for row in ROW.finditer(README.read_text())}


def test_the_readme_tells_of_these_ten_tasks():
    assert list(told()) == list(TASKS)


@pytest.mark.parametrize("task", [task for task in TASKS if task != "sign in"])
def test_it_takes_as_many_touches_as_the_readme_says(at_work, task):
    assert TASKS[task](at_work) == told()[task]


def test_signing_in_takes_as_many_touches_as_the_readme_says(finger):
    assert sign_in(finger) == told()["sign in"]


@pytest.mark.parametrize("task", ONE_TOUCH)
def test_from_the_last_scan_to_done_it_is_one_touch(task):
    assert told()[task] == 1
