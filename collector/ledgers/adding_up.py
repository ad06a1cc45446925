"""What balances come to: what the office gave, what the counters moved, and up to which entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from appliance.domain.ledger import settled_balance
from appliance.domain.voucher import BalanceKind
from collector.ledgers.merging import ACCOUNT, families, kept_by
from collector.ledgers.models import Balance, Deed, Movement

T = TypeVar("T")

_AT_ONCE = 500
_FIELDS = ("balance_minor", "limit_minor", "expires", "blocked", "holds")


def settle_balances(now: datetime, accounts: Collection[str] | None = None) -> list[Balance]:
    """Add up every balance that was touched, and return those.

    What came to something else is to be told to the devices.

    Args:
        now: When.
        accounts: Of these accounts, and no others; None for all.
    """
    settled: list[Balance] = []
    for some in in_parts(accounts):
        while waiting := list(_unsettled(some)[:_AT_ONCE]):
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


def _unsettled(accounts: Collection[str] | None) -> QuerySet[Balance]:
    """Find what was touched, in one order, so that two who add up never wait in a circle."""
    touched = Balance.objects.filter(is_settled=False).order_by("kind", "account")
    return touched if accounts is None else touched.filter(account__in=accounts)


def in_parts(accounts: Collection[str] | None) -> Iterator[Collection[str] | None]:
    """Cut what is chosen into parts that one question can name."""
    if accounts is None:
        yield None
        return
    ordered = sorted(accounts)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def _add_up(balances: Sequence[Balance], now: datetime) -> None:
    kept = kept_by({each.account for each in balances if each.kind == ACCOUNT})
    one = families(set(kept.values()))
    accounts = {each.account for each in balances}.union(*one.values())
    moved: dict[tuple[str, str], list[Movement]] = defaultdict(list)
    for movement in Movement.objects.filter(account__in=accounts):
        moved[movement.kind, movement.account].append(movement)
    done: dict[tuple[str, str], list[Deed]] = defaultdict(list)
    for deed in Deed.objects.filter(account__in=accounts).order_by("at", "id"):
        done[deed.kind, deed.account].append(deed)
    for each in balances:
        before = [getattr(each, name) for name in _FIELDS]
        family = (
            one[each.account] if each.account in one and each.kind == ACCOUNT else [each.account]
        )
        if kept.get(each.account, each.account) != each.account:
            _set_merged(each, moved[each.kind, each.account])
        else:
            _set(
                each,
                [movement for member in family for movement in moved[each.kind, member]],
                # Whoever is kept speaks last.
                [deed for member in reversed(family) for deed in done[each.kind, member]],
            )
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
    balance.holds = _holds(moved)


def _set_merged(balance: Balance, moved: Sequence[Movement]) -> None:
    """Leave nothing on the account of a customer that was merged into another: it is there."""
    balance.balance_minor = balance.limit_minor = 0
    balance.expires, balance.blocked = None, False
    balance.holds = _holds(moved)


def _holds(moved: Sequence[Movement]) -> list[dict[str, int | str]]:
    """Tell by device the last entry that is in a balance."""
    last: dict[str, tuple[int, int]] = {}
    for movement in moved:
        place = (movement.epoch, movement.sequence)
        last[movement.device_id] = max(place, last.get(movement.device_id, place))
    return [
        {"device": device, "epoch": epoch, "sequence": sequence}
        for device, (epoch, sequence) in sorted(last.items())
    ]


def _last(said: Sequence[T | None]) -> T | None:
    """Return what was said last, passing over where nothing was said."""
    return next((each for each in reversed(said) if each is not None), None)
