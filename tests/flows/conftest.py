from __future__ import annotations

import pytest

from tests.flows.shop import DIRECTORY, NUTELLA, Shop


@pytest.fixture
def closed_shop(tmp_path):
    """A shop whose register was never started."""
    shop = Shop(tmp_path)
    shop.send(**DIRECTORY)
    yield shop
    shop.close()


@pytest.fixture
def shop(closed_shop):
    closed_shop.cashier = closed_shop.open()
    return closed_shop


@pytest.fixture
def cashier(shop):
    """Sanne, signed in."""
    return shop.cashier.sign_in()


@pytest.fixture
def selling(cashier):
    """A basket of 3.99 lies on the counter."""
    cashier.scan(NUTELLA)
    return cashier
