"""Asking a collector's database, whichever it is, without holding more than a page of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

PAGE = 500

Row = Sequence[Any]


class Query(Protocol):
    """Answers a question to the database; values stand as ``?``."""

    def __call__(self, sql: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """Return all rows of the answer."""


def pages(query: Query, sql: str, values: Sequence[Any], keys: int = 1) -> Iterator[Row]:
    """Read rows in the order of their first columns, page by page.

    Args:
        query: The database.
        sql: Ends in a condition on the first columns, ``… > ?`` or ``(…, …) > (?, ?)``.
        values: For the question marks before those.
        keys: How many columns say where a row stands; texts among them come after a number.
    """
    order = ", ".join(str(number) for number in range(1, keys + 1))
    last: Sequence[Any] = (-1, *[""] * (keys - 1))
    while True:
        rows = query(f"{sql} order by {order} limit {PAGE}", (*values, *last))
        yield from rows
        if len(rows) < PAGE:
            return
        last = rows[-1][:keys]


def in_utc(value: Any) -> datetime:
    """Read a moment as the driver gives it: SQLite as text in UTC, PostgreSQL as a moment.

    Raises:
        ValueError: if it is none.
    """
    moment: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)
