"""The look-up says what other places have, and how old that is, in the cashier's language."""

from __future__ import annotations

import pytest

from tests.flows.shop import APPLES, NUTELLA, article

FRESH, OLD = "2026-11-22T13:30:00+01:00", "2026-11-20T09:00:00+00:00"
SAID = {
    "nl": "voorraad 12, 2 uur geleden · Den Haag\u00a01.203, Arnhem\u00a01,500 (2 dagen geleden)",
    "fr": "stock 12, il y a 2 heures · Den Haag\u00a01\u00a0203, Arnhem\u00a01,500 (il y a 2 jours)",
    "id": "stok 12, 2 jam lalu · Den Haag\u00a01.203, Arnhem\u00a01,500 (2 hari lalu)",
    "en": "stock 12, 2 hours ago · Den Haag\u00a01,203, Arnhem\u00a01.500 (2 days ago)",
}


def there(*places):
    return [
        {"place": place, "quantity_milli": quantity, "at": at} for place, quantity, at in places
    ]


@pytest.mark.parametrize("language", SAID)
def test_stock_elsewhere_stands_below_with_the_age_of_the_oldest_figure(shop, cashier, language):
    shop.send(
        articles=[
            article(
                NUTELLA,
                "Nutella 400 g",
                399,
                stock_milli=12_000,
                stock_at="2026-11-22T12:00:00+01:00",
                stock_elsewhere=there(("Den Haag", 1_203_000, FRESH), ("Arnhem", 1500, OLD)),
            )
        ]
    )
    cashier.touch("language", f"language-{language}")
    cashier.presenter.tick()
    cashier.presenter.searched("nutel")
    assert cashier.body.results[0].detail == f"{NUTELLA}\n{SAID[language]}"


def test_fresh_figures_bear_no_age_and_stock_here_may_be_unknown(shop, cashier):
    shop.send(
        articles=[article(APPLES, "Elstar los", 249, stock_elsewhere=there(("Delft", 0, FRESH)))]
    )
    cashier.presenter.tick()
    cashier.presenter.searched("elstar")
    assert cashier.body.results[0].detail == f"{APPLES}\nDelft\u00a00"
