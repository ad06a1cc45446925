from __future__ import annotations

import shutil

import pytest

from tests.door.way import Screen, Shop
from tests.world.shop import unavailable


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A back office whose broker, ingest and door run."""
    if why := unavailable():
        pytest.skip(why)
    with Shop(tmp_path_factory.mktemp("shop")) as shop:
        shop.make()
        shop.stock()
        shop.start("broker", "ingest", "door")
        shop.wait("the door to open", lambda: "let in at" in shop.log("door"))
        yield shop


@pytest.fixture
def card(shop):
    """An empty storage card; what was on it before is gone."""
    shutil.rmtree(shop.card)
    shop.card.mkdir()
    return shop.card


@pytest.fixture
def screen(card):
    screen = Screen(card)
    yield screen
    screen.close()
