"""Receipts made in a line, for tests of what they add up to."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from appliance.domain import market as markets
from appliance.domain.article import Article, ArticleKind, Unit
from appliance.domain.payment import Tender, Tendered, settle
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.sale import Basket, Kind, totals
from tests.domain.strategies import NOW

NUMBERS = count(1)
NL = markets.load("nl")
TODAY = NOW.date()


def receipt(*lines, kind=Kind.SALE, tendered=None, number=1, market=NL, day=TODAY):
    """Make a receipt of ``(article kind, amount)`` lines; paid exactly by card if nothing is said."""
    basket = Basket(f"{next(NUMBERS):032x}", NOW, "p1", kind=kind)
    for place, (sort, amount) in enumerate(lines):
        article = Article(
            f"A{place}", sort, abs(amount), "zero", unit=Unit.PIECE, kind=ArticleKind(sort)
        )
        basket = basket.add(article, 1000 if amount >= 0 else -1000, merge=False)
    return paid(basket, tendered, number=number, market=market, day=day)


def paid(basket, tendered=None, *, number=1, market=NL, day=TODAY):
    """Complete a basket."""
    added = totals(basket, market, day)
    if tendered is None:
        due = added.gross_minor
        tendered = [Tendered(Tender.CARD_MANUAL, due)] if due else []
    return ReceiptFacts.of(
        basket=basket,
        totals=added,
        settlement=settle(added.gross_minor, tendered, market),
        market=market,
        register="2",
        number=number,
        completed_at=NOW + timedelta(minutes=number),
        day=day,
    )
