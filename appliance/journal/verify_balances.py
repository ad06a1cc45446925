"""Adds up every balance of a collector again: what the office gave and what the counters moved.

| this | is that |
| --- | --- |
| a gift card, store credit, a voucher, an account | what the office gave and what was moved |
| its limit, its last day, whether it is blocked | the office's last word |
| the account of a customer | that of everybody who was merged into it; merged away, nothing |

A code can be spent by whoever reads it, so a finding names its last signs only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from appliance.domain.ledger import settled_balance
from appliance.domain.voucher import BalanceKind, shown
from appliance.journal.findings import Kind
from appliance.journal.report import Report
from appliance.journal.tables import PAGE, Query, Row

_ACCOUNT = BalanceKind.ACCOUNT.value
_NAMES = ("balance", "limit", "expires", "blocked")

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Said:
    """What a balance comes to, or is said to.

    Attributes:
        balance: In minor units.
        limit: What a customer may owe.
        expires: The last day, or None.
        blocked: Whether nobody may use it.
    """

    balance: int = 0
    limit: int = 0
    expires: str | None = None
    blocked: bool = False


@dataclass(slots=True)
class _Past:
    """What happened to one balance.

    Attributes:
        given: What the office gave.
        words: What it said last of limit, last day and blocking, as far as it did.
        amounts: What was moved.
        begun: Last days that sales gave it.
    """

    given: int = 0
    words: dict[str, Any] = field(default_factory=dict)
    amounts: list[int] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)


def verify_balances(query: Query, names: Collection[str], report: Report) -> None:
    """Add up every balance again.

    Args:
        query: The database.
        names: Of its tables.
        report: Where findings go.
    """
    checked, waiting, has_merges = 0, 0, "customers_customer" in names
    for rows in _pages(query):
        accounts = {account for kind, account, *_ in rows if kind == _ACCOUNT}
        families = _families(query, accounts) if has_merges else {}
        known = {account for _, account, *_ in rows}.union(*families.values())
        past = _past(query, sorted(known))
        for kind, account, balance, limit, expires, blocked, is_settled in rows:
            if not is_settled:
                waiting += 1
                continue
            checked += 1
            said = _Said(balance, limit, _day(expires), bool(blocked))
            family = families.get(account, [account]) if kind == _ACCOUNT else [account]
            _judge(kind, account, said, _added_up(kind, family, past), report)
    _find_unbalanced(query, report)
    if checked:
        report.notes.append(f"ledgers: {checked} balances were added up again")
    if waiting:
        report.limits.append(f"{waiting} balances that wait to be added up")


def _pages(query: Query) -> Iterator[Sequence[Row]]:
    last: Sequence[Any] = ("", "")
    while True:
        rows = query(
            "select kind, account, balance_minor, limit_minor, expires, blocked, is_settled"
            " from ledgers_balance where (kind, account) > (?, ?) order by kind, account limit ?",
            (*last, PAGE),
        )
        if rows:
            yield rows
        if len(rows) < PAGE:
            return
        last = rows[-1][:2]


def _families(query: Query, customers: Collection[str]) -> dict[str, list[str]]:
    """Return for each customer whose accounts are in theirs: none where they were merged away."""
    found: dict[str, list[str]] = {}
    for customer, into in _in_parts(
        query, "select id, merged_into from customers_customer where id in", sorted(customers)
    ):
        found[customer] = [] if into else [customer]
    members = {customer: customer for customer, family in found.items() if family}
    frontier = sorted(members)
    while frontier:
        rows = _in_parts(
            query,
            "select id, merged_into from customers_customer where merged_into in",
            frontier,
        )
        frontier = []
        for gone, into in sorted((row[0], row[1]) for row in rows):
            if gone not in members:
                members[gone] = members[into]
                found[members[into]].append(gone)
                frontier.append(gone)
    return found


def _past(query: Query, accounts: Sequence[str]) -> dict[Key, _Past]:
    found: dict[Key, _Past] = defaultdict(_Past)
    deeds = "select kind, account, amount_minor, limit_minor, expires, blocked, at, id from ledgers_deed where account in"
    for kind, account, amount, limit, expires, blocked, *_ in sorted(
        _in_parts(query, deeds, accounts), key=_when
    ):
        past = found[kind, account]
        past.given += amount
        told = {"limit": limit, "expires": _day(expires), "blocked": blocked}
        past.words |= {name: value for name, value in told.items() if value is not None}
    moves = "select kind, account, amount_minor, expires from ledgers_movement where account in"
    for kind, account, amount, expires in _in_parts(query, moves, accounts):
        past = found[kind, account]
        past.amounts.append(amount)
        past.begun += [] if expires is None else [str(expires)]
    return found


def _when(deed: Row) -> tuple[Any, Any]:
    return deed[-2], deed[-1]


def _in_parts(query: Query, sql: str, values: Sequence[str]) -> Iterator[Row]:
    for start in range(0, len(values), PAGE):
        some = values[start : start + PAGE]
        yield from query(f"{sql} ({', '.join('?' * len(some))})", some)


def _added_up(kind: str, family: Sequence[str], past: Mapping[Key, _Past]) -> _Said:
    """Add up a balance; of several that are one the first has the last word."""
    told = [past[kind, member] for member in family if (kind, member) in past]
    words: dict[str, Any] = {}
    for each in told:
        words = each.words | words
    begun = [day for each in told for day in each.begun]
    return _Said(
        settled_balance(
            BalanceKind(kind),
            sum(each.given for each in told),
            [amount for each in told for amount in each.amounts],
        ),
        words.get("limit", 0),
        words.get("expires") or max(begun, default=None),
        bool(words.get("blocked", False)),
    )


def _judge(kind: str, account: str, said: _Said, found: _Said, report: Report) -> None:
    if said == found:
        return
    place = _place(kind, account)
    told = " and ".join(
        f"{name} {getattr(said, name)} where it comes to {getattr(found, name)}"
        for name in _NAMES
        if getattr(said, name) != getattr(found, name)
    )
    report.findings.add(Kind.LEDGER, place, f"the ledgers say of {place}: {told}")


def _find_unbalanced(query: Query, report: Report) -> None:
    """Look for what was moved or done on a balance that is not there."""
    for table, word in (("movement", "moved"), ("deed", "done by the office")):
        rows = query(
            f"select distinct m.kind, m.account from ledgers_{table} m where not exists"  # noqa: S608 - only our words
            " (select 1 from ledgers_balance b where b.kind = m.kind and b.account = m.account)"
            " order by m.kind, m.account"
        )
        for kind, account in rows:
            place = _place(kind, account)
            sentence = f"something was {word} on {place}, and the ledgers have no such balance"
            report.findings.add(Kind.LEDGER, place, sentence)


def _place(kind: str, account: str) -> str:
    return f"{kind} {account if kind == _ACCOUNT else shown(account)}"


def _day(value: Any) -> str | None:
    return None if value is None else str(value)
