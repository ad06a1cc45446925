r"""Balances and their movements as CSV that a book-keeper's own tools read.

UTF-8, comma between columns, a header, ``\n`` at the end of each line; amounts are decimals with a
point. A code of a card stands in full, for it is what the book-keeper looks for: keep the file as
you keep the cards.

| list | one row for each | columns |
| --- | --- | --- |
| balances | balance | kind account balance available limit expires blocked currency changed |
| movements | movement | day completed kind account amount expires device receipt note by currency |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from appliance.domain.money import format_plain
from collector import table
from collector.ledgers.models import Balance, Deed, Movement

LISTS = ("balances", "movements")
_BALANCES = (
    *("kind", "account", "balance", "available", "limit", "expires", "blocked"),
    *("currency", "changed"),
)
_MOVEMENTS = (
    *("day", "completed", "kind", "account", "amount", "expires", "device", "receipt"),
    *("note", "by", "currency"),
)


def write_csv(name: str, stream: TextIO) -> int:
    """Write a list as CSV and return the number of rows, the header not counted."""
    writer = table.Writer(stream)
    writer.writerow(_BALANCES if name == "balances" else _MOVEMENTS)
    count = 0
    for row in _balances() if name == "balances" else _movements():
        writer.writerow(row)
        count += 1
    return count


def _balances() -> Iterator[list[str]]:
    for each in Balance.objects.order_by("kind", "account").iterator():
        decimals = each.decimals
        yield [
            each.kind,
            each.account,
            format_plain(each.balance_minor, decimals),
            format_plain(each.available_minor, decimals),
            format_plain(each.limit_minor, decimals),
            each.expires.isoformat() if each.expires else "",
            "yes" if each.blocked else "no",
            each.currency,
            each.changed.isoformat(timespec="seconds"),
        ]


def _movements() -> Iterator[list[str]]:
    """Go through what the office did and what the counters moved, each in its own order."""
    for deed in Deed.objects.order_by("at", "id").iterator():
        yield [
            deed.at.date().isoformat(),
            deed.at.isoformat(timespec="seconds"),
            deed.kind,
            deed.account,
            format_plain(deed.amount_minor, deed.decimals),
            deed.expires.isoformat() if deed.expires else "",
            "",
            "",
            deed.note,
            deed.by,
            deed.currency,
        ]
    for each in Movement.objects.order_by("day", "device", "epoch", "sequence", "place").iterator():
        yield [
            each.day.isoformat(),
            each.completed.isoformat(timespec="seconds"),
            each.kind,
            each.account,
            format_plain(each.amount_minor, each.decimals),
            each.expires.isoformat() if each.expires else "",
            each.device_id,
            each.receipt,
            "",
            "",
            each.currency,
        ]
