"""Examples the tests of the domain share."""

from __future__ import annotations

import pytest

from appliance.domain.article import Article, Unit
from appliance.domain.sale import Basket
from tests.domain.strategies import NOW


@pytest.fixture
def nutella():
    return Article(
        code="3017620422003",
        name="Nutella 400 g",
        price_minor=399,
        tax_class="reduced",
        category="breakfast",
        gtin="03017620422003",
    )


@pytest.fixture
def cheese():
    return Article(
        code="4711", name="Oude kaas", price_minor=1895, tax_class="reduced", unit=Unit.KG
    )


@pytest.fixture
def basket():
    return Basket(id="0f" * 16, opened_at=NOW, cashier="p1")
