"""What simulated devices sell: sales as a register records them, made by the domain itself."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from appliance.domain.article import Article
from appliance.domain.market import Market
from appliance.domain.payment import Tender, Tendered, cash_due, settle
from appliance.domain.receipt import completed, receipt_number
from appliance.domain.sale import Basket, totals

LINES = 8
"""Lines of a sale."""
PATTERNS = 64
"""Different sales a device chooses from."""

_SHELF = (
    ("bread", "Wholemeal loaf", 265),
    ("bread", "White loaf", 229),
    ("bread", "Croissant", 89),
    ("bread", "Crackers 250 g", 189),
    ("dairy", "Semi-skimmed milk 1 l", 129),
    ("dairy", "Yoghurt 500 g", 155),
    ("dairy", "Mature cheese 400 g", 579),
    ("dairy", "Butter 250 g", 279),
    ("breakfast", "Hazelnut spread 400 g", 399),
    ("breakfast", "Muesli 750 g", 345),
    ("breakfast", "Strawberry jam 450 g", 259),
    ("drinks", "Ground coffee 500 g", 749),
    ("drinks", "Green tea 20 bags", 165),
    ("drinks", "Orange juice 1 l", 229),
    ("drinks", "Sparkling water 1.5 l", 85),
    ("fruit", "Apples 1 kg", 249),
    ("fruit", "Bananas 1 kg", 179),
    ("fruit", "Tomatoes 500 g", 199),
    ("pantry", "Spaghetti 500 g", 109),
    ("pantry", "Peeled tomatoes 400 g", 95),
    ("pantry", "Olive oil 750 ml", 899),
    ("other", "Washing-up liquid", 219),
    ("other", "Kitchen roll, 4 pieces", 349),
    ("other", "Carrier bag", 25),
)
_STANDARD = frozenset({"other"})


class Sales:
    """Makes sales of one market.

    The amounts of `PATTERNS` sales are worked out once, by the domain; each sale is then one of
    them with an identity and times of its own. A thousand devices would otherwise spend the
    machine on sums that are tested elsewhere.

    Args:
        market: Whose prices, taxes and cash rounding.
        chance: Chooses.
        today: When it is, for the tax rates in force.
    """

    def __init__(self, market: Market, chance: random.Random, today: datetime) -> None:
        self._chance = chance
        self._zone = ZoneInfo(market.timezone)
        shelf = _shelf(market)
        self._patterns = [self._pattern(market, shelf, today) for _ in range(PATTERNS)]

    def make(self, register: str, number: int, now: datetime) -> dict[str, Any]:
        """Make the data of a ``balie.sale.completed.v1`` entry.

        Args:
            register: The register's name in receipt numbers.
            number: The receipt's number.
            now: The moment it is settled, with an offset.
        """
        settled = now.astimezone(self._zone)
        opened = settled - timedelta(seconds=self._chance.uniform(15, 120))
        return {
            **self._chance.choice(self._patterns),
            "sale": uuid4().hex,  # never by the seed: the same sale twice would be an alarm
            "number": number,
            "receipt": receipt_number(register, number),
            "register": register,
            "opened": opened.isoformat(timespec="seconds"),
            "completed": settled.isoformat(timespec="seconds"),
            "day": settled.date().isoformat(),
        }

    def _pattern(self, market: Market, shelf: Sequence[Article], today: datetime) -> dict[str, Any]:
        local = today.astimezone(self._zone)
        basket = Basket(id="0" * 32, opened_at=local, cashier="simulated")
        for article in self._chance.sample(shelf, LINES):
            basket = basket.add(article, self._chance.choice((1000, 1000, 1000, 2000, 3000)))
        sum_ = totals(basket, market, local.date())
        paid = self._paid(sum_.gross_minor, market)
        return completed(
            basket=basket,
            totals=sum_,
            settlement=settle(sum_.gross_minor, [paid], market),
            market=market,
            register="0",
            number=1,
            completed_at=local,
            day=local.date(),
        )

    def _paid(self, gross_minor: int, market: Market) -> Tendered:
        """Two in three pay by card, the others hand over the next round amount in cash."""
        if self._chance.random() < 2 / 3:
            return Tendered(Tender.CARD_MANUAL, gross_minor, reference="simulated")
        due_minor, _ = cash_due(gross_minor, market)
        note = 500 * _scale(market)
        return Tendered(Tender.CASH, -(-due_minor // note) * note)


def _shelf(market: Market) -> list[Article]:
    reduced = "reduced" if "reduced" in market.tax_classes else "standard"
    return [
        Article(
            code=f"simulated-{place:02}",
            name=name,
            price_minor=price * _scale(market),
            tax_class="standard" if category in _STANDARD else reduced,
            category=category,
        )
        for place, (category, name, price) in enumerate(_SHELF, 1)
    ]


def _scale(market: Market) -> int:
    """A market without cents counts in larger numbers."""
    return 1 if market.decimals else 100
