"""Telling every device what balances come to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from collector.directory import log
from collector.directory.rows import utc_text
from collector.ledgers.models import Balance

STATED = "balie.balances.stated.v1"
IN_AN_ENTRY = 100


def announce(now: datetime) -> int:
    """Put into the directory what it does not say yet of balances; return of how many.

    In a new epoch of the directory everything is said again.
    """
    with transaction.atomic():
        place = log.lock()
        news = list(
            Balance.objects.filter(is_settled=True)
            .exclude(announced=place.epoch)
            .order_by("kind", "account")
        )
        rows = [_row(each) for each in news]
        entries = [
            {"balances": rows[start : start + IN_AN_ENTRY]}
            for start in range(0, len(rows), IN_AN_ENTRY)
        ]
        log.add(place, STATED, entries, now)
        Balance.objects.filter(is_settled=True).exclude(announced=place.epoch).update(
            announced=place.epoch
        )
    return len(rows)


def _row(balance: Balance) -> dict[str, Any]:
    return {
        "kind": balance.kind,
        "account": balance.account,
        "balance_minor": balance.balance_minor,
        "limit_minor": balance.limit_minor,
        "expires": balance.expires.isoformat() if balance.expires else None,
        "blocked": balance.blocked,
        "at": utc_text(balance.changed),
        "holds": balance.holds,
    }
