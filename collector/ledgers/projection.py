"""From completed sales to balances.

``project`` writes down what moved. ``settle`` adds up, once nothing more waits: half a history may
spend a card before it was sold, so nobody is told of a balance, and nobody is accused, before then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from appliance.domain.ledger import movements_of
from collector.desks.register.models import Sale
from collector.directory import log
from collector.ingest.alarms import Complaint
from collector.ingest.projecting import Proven
from collector.ingest.sql import insert_new
from collector.ledgers.adding_up import in_parts, settle_balances
from collector.ledgers.announcing import announce
from collector.ledgers.merging import ACCOUNT, families, kept_by
from collector.ledgers.models import Balance, Movement
from collector.ledgers.twice import overspent

TYPES = ("balie.sale.completed.v1",)
Row = tuple[Any, ...]
Key = tuple[str, str]
"""Kind and account."""
Money = tuple[str, int]
"""Currency and decimals."""
LONGEST_ACCOUNT = 32
_LARGEST = 2**63 - 1


def hold(proven: Sequence[Proven] | None) -> None:
    """Take the directory's log before anything is written about balances, as the office does."""
    if proven is None or any(_names_an_account(each.data) for each in proven):
        log.lock()


def project(proven: Sequence[Proven]) -> list[Complaint]:
    """Write down what sales moved; entries already read change nothing.

    A movement counts where its sale does: one that cannot be read, or was recorded before, is named
    by the register's own projection, which MUST come first.
    """
    rows = _counted([row for each in proven for row in _rows(each)])
    if rows:
        _let_go_of_doubles(rows)
        insert_new(connection, Movement, rows)
        touch({(row[5], row[6]): (row[12], row[13]) for row in rows})
        # A register that has not heard of a merge yet sells on the account of before.
        touch(accounts_with({row[6] for row in rows if row[5] == ACCOUNT}))
    return []


def clear(device: str | None = None) -> None:
    """Forget what was derived, of one device or of all; what the office did stays."""
    chosen = {} if device is None else {"device_id": device}
    Movement.objects.filter(**chosen)._raw_delete(connection.alias)  # noqa: SLF001 (one DELETE; nothing hangs on these rows)
    Balance.objects.update(is_settled=False)


def settle(now: datetime) -> list[Complaint]:
    """Add up what was touched, tell the devices, and name what was spent twice."""
    if not Balance.objects.filter(is_settled=False).exists():
        return []
    log.lock()
    settled = settle_balances(now)
    announce(now)
    return overspent(settled)


def settle_now(accounts: Mapping[Key, Money], now: datetime) -> None:
    """Add up what the office did something to, and tell the devices, whatever else is waiting.

    The directory's log is taken first; whoever did something did so within the same transaction.
    What was waiting before stays so: ingest names what was spent twice once nothing waits.

    Args:
        accounts: Kind and account, each with its currency and decimals.
        now: When.
    """
    log.lock()
    touched = {account for _, account in accounts}
    waiting: list[Key] = []
    for some in in_parts(touched):
        found = Balance.objects.filter(account__in=some or (), is_settled=False)
        waiting += found.values_list("kind", "account")
    touch(accounts)
    settle_balances(now, touched)
    announce(now)
    for kind, account in waiting:
        Balance.objects.filter(kind=kind, account=account).update(is_settled=False)


def touch(accounts: Mapping[Key, Money]) -> None:
    """Mark balances to be added up anew; those that are new are begun.

    Args:
        accounts: Kind and account, each with its currency and decimals.
    """
    now = datetime.now(UTC)
    begun = [
        (kind, account, 0, 0, None, False, currency, decimals, now, "[]", False, 0)
        for (kind, account), (currency, decimals) in sorted(accounts.items())
    ]
    insert_new(connection, Balance, begun)
    for kind in {kind for kind, _ in accounts}:
        named = [account for other, account in accounts if other == kind]
        Balance.objects.filter(kind=kind, account__in=named).update(is_settled=False)


def accounts_with(customers: Collection[str]) -> dict[Key, Money]:
    """Return the accounts of customers and of everybody they are one with, as `touch` wants them.

    Args:
        customers: Who was merged with somebody, or taken apart.
    """
    found: dict[Key, Money] = {}
    for kept, family in families(set(kept_by(customers).values())).items():
        rows = Balance.objects.filter(kind=ACCOUNT, account__in=family).order_by("account")
        held = {(ACCOUNT, each.account): (each.currency, each.decimals) for each in rows}
        if held:
            found |= {(ACCOUNT, kept): next(iter(held.values())), **held}
    return found


def _names_an_account(data: Mapping[str, Any]) -> bool:
    """Whether a sale may have moved a balance; quickly, for most have not."""
    return any(part.get("account") for part in (*data["lines"], *data["payments"]))


def _counted(rows: Sequence[Row]) -> list[Row]:
    """Leave out what was moved by sales that count nowhere."""
    sales = {f"{row[0]}.{row[3]}.{row[4]}" for row in rows}
    counted: set[str] = set()
    for some in in_parts(sales):
        counted |= set(Sale.objects.filter(pk__in=some or ()).values_list("pk", flat=True))
    return [row for row in rows if f"{row[0]}.{row[3]}.{row[4]}" in counted]


def _let_go_of_doubles(rows: Sequence[Row]) -> None:
    """Forget what a later entry moved by the same sale: the earlier one came after it, and counts."""
    places = {(row[0], row[1]): (row[3], row[4]) for row in rows}
    for some in in_parts({sale for _, sale in places}):
        for held in Movement.objects.filter(sale__in=some or ()):
            place = places.get((held.device_id, held.sale))
            if place is not None and place != (held.epoch, held.sequence):
                touch({(held.kind, held.account): (held.currency, held.decimals)})
                held.delete()


def _rows(proven: Proven) -> Iterable[Row]:
    data = proven.data
    try:
        moved = movements_of(data)
        head = (proven.device, str(data["sale"])[:32])
        completed = datetime.fromisoformat(data["completed"]).astimezone(UTC)
        tail = (
            str(data["receipt"])[:40],
            date.fromisoformat(data["day"]),
            completed,
            str(data["currency"])[:3],
            int(data["decimals"]),
        )
        return [
            (
                *head,
                place,
                proven.epoch,
                proven.sequence,
                each.kind.value,
                each.account,
                _whole(each.amount_minor),
                each.expires,
                *tail,
            )
            for place, each in enumerate(moved, 1)
            if len(each.account) <= LONGEST_ACCOUNT
        ]
    except (LookupError, TypeError, ValueError, AttributeError):
        return []


def _whole(amount: object) -> int:
    if type(amount) is not int or abs(amount) > _LARGEST:
        raise TypeError("an amount is a whole number")
    return amount
