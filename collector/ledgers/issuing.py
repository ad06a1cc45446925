"""What the office does to balances: begins, corrects, limits and blocks them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from appliance.domain import market as markets
from appliance.domain.errors import DomainError
from appliance.domain.voucher import BalanceKind, make_code, read_code
from collector.ledgers.merging import kept_by
from collector.ledgers.models import Balance, Deed
from collector.ledgers.projection import settle_now

MOST_AT_ONCE = 100_000
LARGEST_MINOR = 10**12
_REFERENCE = re.compile(r"[0-9a-f]{32}")


class DeedRefused(ValueError):  # noqa: N818 (reads as what happened)
    """Something the office cannot do to a balance; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done to one balance.

    Attributes:
        kind: Which sort.
        account: The code, or the customer's reference.
        amount_minor: What it gains, or loses below zero.
        limit_minor: What a customer may owe from now; None to leave it.
        expires: The last day; None to leave it.
        blocked: Whether nobody may use it; None to leave it.
        note: Why, in the office's words.
    """

    kind: BalanceKind
    account: str
    amount_minor: int = 0
    limit_minor: int | None = None
    expires: date | None = None
    blocked: bool | None = None
    note: str = ""


def do(wanted: Sequence[Wanted], *, by: str, now: datetime) -> int:
    """Do it, all or nothing, and tell the devices.

    Returns:
        How many balances were touched.

    Raises:
        DeedRefused: One of them cannot be.
    """
    market = markets.load(settings.BALIE_MARKET)
    if len(wanted) > MOST_AT_ONCE:
        raise DeedRefused(f"At most {MOST_AT_ONCE} are done at once, found {len(wanted)}.")
    told = [_checked(each) for each in wanted]
    with transaction.atomic():
        Deed.objects.bulk_create(
            [
                Deed(
                    kind=each.kind.value,
                    account=each.account,
                    amount_minor=each.amount_minor,
                    limit_minor=each.limit_minor,
                    expires=each.expires,
                    blocked=each.blocked,
                    note=each.note,
                    by=by,
                    at=now,
                    currency=market.currency,
                    decimals=market.decimals,
                )
                for each in told
            ],
            batch_size=500,
        )
        money = (market.currency, market.decimals)
        settle_now({(each.kind.value, each.account): money for each in told}, now)
    return len({(each.kind, each.account) for each in told})


def begin(kind: BalanceKind, count: int, value_minor: int, expires: date | None) -> list[Wanted]:
    """Return what begins so many new balances of a value, each with a code of its own."""
    return [
        Wanted(kind, make_code(kind, secrets.choice), value_minor, expires=expires, note="begun")
        for _ in range(count)
    ]


def held(text: str) -> Balance:
    """Find a balance by its code, or by the customer's reference.

    Raises:
        DeedRefused: There is none.
    """
    account = _kept(text) if _REFERENCE.fullmatch(text) else _code(text)
    found = Balance.objects.filter(account=account).first()
    if found is None:
        raise DeedRefused(f"A code or customer that has a balance was expected, found {text!r}.")
    return found


def _checked(wanted: Wanted) -> Wanted:
    if wanted.kind is BalanceKind.ACCOUNT:
        if not _REFERENCE.fullmatch(wanted.account):
            raise DeedRefused(
                f"A customer's reference of 32 hexadecimal digits was expected, found "
                f"{wanted.account!r}; 'balie-collector' lists customers with theirs."
            )
        account = _kept(wanted.account)
    else:
        account = _code(wanted.account)
    if abs(wanted.amount_minor) > LARGEST_MINOR or (wanted.limit_minor or 0) > LARGEST_MINOR:
        raise DeedRefused(f"At most {LARGEST_MINOR} minor units were expected; correct the amount.")
    if (wanted.limit_minor or 0) < 0:
        raise DeedRefused("A limit of 0 or more was expected; correct it.")
    return Wanted(
        wanted.kind,
        account,
        wanted.amount_minor,
        wanted.limit_minor,
        wanted.expires,
        wanted.blocked,
        wanted.note,
    )


def _kept(customer: str) -> str:
    """Return whose account it is now: that of whom the customer was merged into."""
    return kept_by([customer])[customer]


def _code(text: str) -> str:
    try:
        return read_code(text)
    except DomainError as wrong:
        raise DeedRefused(str(wrong)) from wrong
