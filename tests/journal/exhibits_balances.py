"""Balances of the honest shop: a card, a voucher, and two accounts of one person."""

from __future__ import annotations

from datetime import UTC, datetime

from appliance.domain.payment import Tender, Tendered
from appliance.domain.voucher import BalanceKind

CARD = "KAART0001"
VOUCHER = "BON10000"
EVA, EVI = "e" * 32, "f" * 32
NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
SOLD, SPENT, OWED, OWED_TOO = 20, 25, 27, 35
"""Places in the first epoch of register-1."""


def begin():
    """Let the office begin a voucher and give two customers an account."""
    from collector.ledgers.issuing import Wanted, do  # noqa: PLC0415 - needs the setup

    wanted = [
        Wanted(BalanceKind.VOUCHER, VOUCHER, 1000),
        Wanted(BalanceKind.ACCOUNT, EVA, limit_minor=50000),
        Wanted(BalanceKind.ACCOUNT, EVI, limit_minor=20000),
    ]
    do(wanted, by="chef", now=NOW)


def merge():
    """Let the office find out that the two are one."""
    from collector.customers import doubles  # noqa: PLC0415 - needs the setup

    doubles.merge(EVA, EVI, by="chef", now=NOW)


def data(till, sequence):
    """Return the sale that moves a balance at a place, None where none does."""
    from tests.collector.sold_on import (  # noqa: PLC0415 - needs the setup
        data_of,
        from_card,
        on_account,
    )

    if till.device != "register-1" or till.epoch != 1:
        return None
    sales = {
        SOLD: {"put_on": [(CARD, 2500)]},
        SPENT: {"tendered": from_card(399)},
        OWED: {"tendered": on_account(399, EVA), "customer": EVA},
        OWED_TOO: {"tendered": on_account(399, EVI), "customer": EVI},
        SPENT + 7: {"tendered": Tendered(Tender.VOUCHER, 399, account=VOUCHER)},
    }
    told = sales.get(sequence)
    if told is None:
        return None
    paid = [told.pop("tendered")] if "tendered" in told else []
    return data_of(till, *paid, register="2", **told)
