"""Sales that move balances: money put on cards, spent from them, bought on account, paid off."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from appliance.domain.article import Article, ArticleKind
from appliance.domain.payment import Tender, Tendered, settle
from appliance.domain.receipt import completed
from appliance.domain.sale import Basket, Line, totals
from tests.collector.till import AMSTERDAM, NL, SALE, SHELF

CARD = "KAART0001"


def sale(till, *tendered, **more):
    """Record what `data_of` makes."""
    till.number += 1
    return till.record(SALE, data_of(till, *tendered, **more))


def data_of(till, *tendered, put_on=(), pays_off=0, customer="", quantity=1, register=""):
    """Make a sale of jars at 3.99, of money put on cards, or of an account paid off."""
    at = till.at.astimezone(AMSTERDAM)
    made = Basket(uuid4().hex, at, "p1", customer=customer)
    if quantity:
        made = made.add(SHELF[0], quantity * 1000)
    for account, amount in put_on:
        made = made.put(on_card(made, account, amount, ArticleKind.GIFT_CARD))
    if pays_off:
        made = made.put(on_card(made, customer, pays_off, ArticleKind.ACCOUNT))
    sum_ = totals(made, NL, at.date())
    left = settle(sum_.gross_minor, tendered, NL).remaining_minor
    paid = [*tendered, Tendered(Tender.CARD_MANUAL, left)] if left else list(tendered)
    return completed(
        basket=made,
        totals=sum_,
        settlement=settle(sum_.gross_minor, paid, NL),
        market=NL,
        register=register or till.device[-1],
        number=till.number,
        completed_at=at,
        day=at.date(),
    )


def on_card(basket, account, amount, kind):
    article = Article("card", "Cadeaukaart", amount, "outside", kind=kind)
    line = Line.of(article, number=basket.next_number, quantity_milli=1000, source="card")
    return replace(line, account=account)


def from_card(amount, account=CARD):
    return Tendered(Tender.GIFT_CARD, amount, account=account)


def on_account(amount, customer):
    return Tendered(Tender.ON_ACCOUNT, amount, account=customer)
