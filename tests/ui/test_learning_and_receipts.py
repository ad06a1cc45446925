"""Learning at the counter, receipts of before and names of parked sales, as they are seen.

With ``BALIE_PICTURES=DIR`` each is kept as a picture.
"""

import os
from pathlib import Path

import pytest
from screen_eye import look_closely
from screen_stage import SIZES

from appliance.desks.register.screen import build
from tests.flows.shop import DIRECTORY, MILK, NUTELLA, Shop
from tests.flows.test_discounts import allow

LANGUAGES = ("nl", "fr", "id", "en")
MARKETS = {"nl": "nl", "fr": "fr", "id": "id", "en": "gb"}
KEPT = os.environ.get("BALIE_PICTURES")


@pytest.fixture(params=LANGUAGES)
def shop(request, tmp_path):
    shop = Shop(tmp_path, market=MARKETS[request.param], language=request.param)
    shop.send(**DIRECTORY)
    yield shop
    shop.close()


def sell(cashier, *codes):
    for code in codes:
        cashier.scan(code)
    cashier.touch("money-exact")
    cashier.see_page("done")


def day(cashier):
    """Stop wherever there is something to see."""
    cashier.sign_in()
    sell(cashier, NUTELLA)
    sell(cashier, MILK, MILK)
    cashier.touch("done-next", "action-more")
    yield "the menu"
    cashier.touch("list-receipts")
    yield "receipts of before"
    cashier.touch("list-do-number")
    yield "by its number"
    cashier.touch("form-back")
    cashier.touch(f"list-{cashier.see_page('list').rows[0].key}")
    yield "one receipt"
    cashier.touch("paper-copy")
    cashier.see(lambda screen: screen.notice is not None)
    yield "its copy"
    cashier.touch("paper-back", "list-back")
    cashier.scan(NUTELLA)
    cashier.touch("action-park")
    yield "under which number"
    cashier.touch("pad-extra")
    yield "under which name"
    cashier.touch(*(f"form-type-{letter}" for letter in "Anna"), "form-confirm")
    cashier.touch("action-more", "list-training")
    yield "who allows it"
    allow(cashier)
    cashier.see(lambda screen: screen.top.training)
    yield "learning"
    cashier.scan(NUTELLA)
    cashier.scan(MILK)
    yield "a sale that is none"
    cashier.touch("money-exact")
    cashier.see_page("done")
    yield "done and not sold"
    cashier.touch("done-next", "action-more")
    yield "the way back"
    cashier.touch("list-training")
    cashier.see(lambda screen: not screen.top.training)
    yield "it is over"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_nothing_is_cut_off(stage, shop, size):
    stage.resize(*size)
    cashier = shop.open()
    stage.show(build(shop.desk.front, lambda _: None))
    for moment in day(cashier):
        cashier.inbox.run_pending()
        stage.settle()
        if KEPT:
            name = f"{shop.settings.device.language}-{size[0]}-{moment.replace(' ', '-')}.png"
            stage.photograph().save(Path(KEPT) / name)
        wrong = look_closely(list(stage.seen()), stage.window.size)
        assert not wrong, f"{moment}: {wrong}"
    stage.show(None)


def test_the_bar_and_a_frame_tell_a_counter_where_nothing_is_sold(stage, tmp_path):
    stage.resize(1280, 800)
    shop = Shop(tmp_path)
    shop.send(**DIRECTORY)
    try:
        cashier = shop.open().sign_in("p2", "4711")
        stage.show(build(shop.desk.front, lambda _: None))
        stage.settle()
        usual = corners(stage)
        cashier.touch("action-more", "list-training")
        cashier.see(lambda screen: screen.top.training)
        stage.settle()
        assert all(before != now for before, now in zip(usual, corners(stage), strict=True))
        cashier.touch("action-more", "list-training")
        cashier.see(lambda screen: not screen.top.training)
        stage.settle()
        assert corners(stage) == usual
        stage.show(None)
    finally:
        shop.close()


def corners(stage):
    """What is seen in the bar and at the other edges of the window."""
    picture = stage.photograph().convert("RGB")
    wide, high = picture.size
    return [picture.getpixel(at) for at in ((wide - 3, 10), (2, high // 2), (wide // 2, high - 3))]
