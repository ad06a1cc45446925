from __future__ import annotations

import pytest

from tests.flows.shop import DIRECTORY, Shop


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
