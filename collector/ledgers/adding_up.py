"""What balances come to: what the office gave, what the counters moved, and up to which entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from appliance.domain.ledger import settled_balance
from appliance.domain.voucher import BalanceKind
from collector.ledgers.models import Balance, Deed, Movement

T = TypeVar("T")

_AT_ONCE = 500
_FIELDS = ("balance_minor", "limit_minor", "expires", "blocked", "holds")


def settle_balances(now: datetime) -> list[Balance]:
    """Add up every balance that was touched, and return those.

    What came to something else is to be told to the devices.
    """
    settled: list[Balance] = []
    while waiting := list(_unsettled()[:_AT_ONCE]):
        _add_up(waiting, now)
        for each in waiting:
            # A row has a key of two columns: each is written by itself.
            Balance.objects.filter(kind=each.kind, account=each.account).update(
                **{name: getattr(each, name) for name in _FIELDS},
                changed=each.changed,
                announced=each.announced,
                is_settled=True,
            )
        settled += waiting
    return settled


def _unsettled() -> QuerySet[Balance]:
    """Find what was touched, in one order, so that two who add up never wait in a circle."""
    return Balance.objects.filter(is_settled=False).order_by("kind", "account")


def _add_up(balances: Sequence[Balance], now: datetime) -> None:
    accounts = {each.account for each in balances}
    moved: dict[tuple[str, str], list[Movement]] = defaultdict(list)
    for movement in Movement.objects.filter(account__in=accounts):
        moved[movement.kind, movement.account].append(movement)
    done: dict[tuple[str, str], list[Deed]] = defaultdict(list)
    for deed in Deed.objects.filter(account__in=accounts).order_by("at", "id"):
        done[deed.kind, deed.account].append(deed)
    for each in balances:
        before = [getattr(each, name) for name in _FIELDS]
        _set(each, moved[each.kind, each.account], done[each.kind, each.account])
        if before != [getattr(each, name) for name in _FIELDS]:
            each.changed, each.announced = now, 0


def _set(balance: Balance, moved: Sequence[Movement], done: Sequence[Deed]) -> None:
    given = sum(deed.amount_minor for deed in done)
    amounts = [movement.amount_minor for movement in moved]
    balance.balance_minor = settled_balance(BalanceKind(balance.kind), given, amounts)
    balance.limit_minor = _last([deed.limit_minor for deed in done]) or 0
    balance.blocked = bool(_last([deed.blocked for deed in done]))
    told = _last([deed.expires for deed in done])
    begun = [movement.expires for movement in moved if movement.expires is not None]
    balance.expires = told or max(begun, default=None)
    last: dict[str, tuple[int, int]] = {}
    for movement in moved:
        place = (movement.epoch, movement.sequence)
        last[movement.device_id] = max(place, last.get(movement.device_id, place))
    balance.holds = [
        {"device": device, "epoch": epoch, "sequence": sequence}
        for device, (epoch, sequence) in sorted(last.items())
    ]


def _last(said: Sequence[T | None]) -> T | None:
    """Return what was said last, passing over where nothing was said."""
    return next((each for each in reversed(said) if each is not None), None)
