"""A corner shop's whole day, through the real presenter and the real journal."""

from __future__ import annotations

import json

import pytest

from appliance.domain.shift_books import DRAWER_OPENED, SHIFT_CLOSED
from appliance.journal.verify import verify
from tests.flows import corner_shop
from tests.flows.shop import DIRECTORY, Shop
from tests.journal.contract import faults


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path, scale=True)
    made.data.mkdir()
    made.send(**DIRECTORY)
    made.send(**corner_shop.SHOP)
    made.cashier = made.open().sign_in()
    yield made
    made.close()


def test_a_day(shop):
    day = corner_shop.Day(shop, shop.cashier)
    day.morning()
    day.noon()
    shop.restart().sign_in()
    paper = corner_shop.Day(shop, shop.cashier).evening()
    (z,) = shop.entries(SHIFT_CLOSED)
    corner_shop.check(shop.sales(), z)
    assert "Verschil" in paper
    openings = [each["cause"] for each in shop.entries(DRAWER_OPENED)]
    assert openings.count("no_sale") == openings.count("cash_moved") == 1
    assert openings.count("sale") == sum(cash != 0 for _, _, cash, _ in corner_shop.ROLL)
    shop.close()
    for entry in shop.entries():
        assert faults(f"entries/{entry.type}.json", json.loads(entry.raw)["data"]) == []
    assert verify(shop.data / "journal.db").is_sound
