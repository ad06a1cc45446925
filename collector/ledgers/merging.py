"""Accounts follow their customers: of two that are one person, the one that stays owes for both.

A merge moves nothing here either. What was bought stays under the id it was bought by; the account
of whoever is kept is added up from the movements of all its ids, and that of an id that was merged
away comes to nothing. So undoing a merge gives each its own again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from collector.customers.models import Customer

ACCOUNT = "account"


def kept_by(accounts: Collection[str]) -> dict[str, str]:
    """Return for each customer whom it was merged into, at any remove; itself where it was not."""
    into: dict[str, str] = {}
    asked: set[str] = set()
    while news := {*accounts, *into.values()} - asked:
        asked |= news
        rows = Customer.objects.filter(pk__in=news).exclude(merged_into="")
        into |= dict(rows.values_list("pk", "merged_into"))
    return {account: _end(account, into) for account in accounts}


def _end(account: str, into: Mapping[str, str]) -> str:
    seen: set[str] = set()
    while account in into and account not in seen:
        seen.add(account)
        account = into[account]
    return account


def families(kept: Collection[str]) -> dict[str, list[str]]:
    """Return for each customer its own id, then those merged into it, at any remove."""
    found = {each: [each] for each in kept}
    of = {each: each for each in kept}
    frontier = set(kept)
    while frontier:
        rows = Customer.objects.filter(merged_into__in=frontier).order_by("pk")
        frontier = set()
        for gone, into in rows.values_list("pk", "merged_into"):
            if gone not in of:
                of[gone] = of[into]
                found[of[into]].append(gone)
                frontier.add(gone)
    return found


def family_of(kind: str, account: str) -> list[str]:
    """Return every account whose movements are in a balance: of customers that were merged, all."""
    return families([account])[account] if kind == ACCOUNT else [account]
