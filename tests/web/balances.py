"""Balances as a shop has them: cards in use, one that is over, customers who owe."""

from __future__ import annotations

from datetime import date, timedelta

from appliance.domain.voucher import BalanceKind
from collector.ledgers.issuing import Wanted, do

CUSTOMER = "c0ffee" + "0" * 26


def some_balances(now):
    """Begin some, and have some of them used."""
    gift, credit, voucher = BalanceKind.GIFT_CARD, BalanceKind.STORE_CREDIT, BalanceKind.VOUCHER
    account = BalanceKind.ACCOUNT
    over = now.date() - timedelta(days=30)
    days = [
        (40, Wanted(gift, "KAART0001", 5000, expires=date(2028, 11, 22), note="Begonnen")),
        (30, Wanted(gift, "KAART0002", 2500, expires=over)),
        (20, Wanted(gift, "KAART0003", 1000, blocked=True, note="Gestolen")),
        (12, Wanted(credit, "TEGOED0042", 1295)),
        (9, Wanted(voucher, "BON10000", 1000, expires=date(2027, 12, 31))),
        (8, Wanted(account, CUSTOMER, 12_345, limit_minor=25_000)),
        (5, Wanted(gift, "KAART0001", -1799, note="Vergissing hersteld")),
        (2, Wanted(gift, "KAART0004", -250, note="Twee keer besteed")),
    ]
    for ago, wanted in days:
        do([wanted], by="Marieke", now=now - timedelta(days=ago))
