"""Writing many rows at once through the database driver, past Django's objects.

Table and column names come from the models, so the two cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

Row = Sequence[Any]
FEW = 100
"""Up to so many rows the way to PostgreSQL and back costs more than the rows do."""
AT_ONCE = 100
"""Rows that go into SQLite with one statement."""


def insert_new(
    connection: BaseDatabaseWrapper, model: type[models.Model], rows: Sequence[Row]
) -> int:
    """Insert rows; one whose key is taken already is left out without a word.

    Args:
        connection: Where to; within a transaction.
        model: The table.
        rows: Values in the order of the model's fields. A key that the database numbers itself
        is left out. Moments are in UTC, or all of them already as ``moment`` returns them.

    Returns:
        How many were new.
    """
    if not rows:
        return 0
    table = _table(connection, model)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One statement for all of them: a column is an array.
            cursor.execute(
                table.insert_arrays, [list(column) for column in zip(*rows, strict=True)]
            )
        else:
            cursor.executemany(table.insert_new, _as_kept(connection, rows, table))
        return max(int(cursor.rowcount), 0)


def insert_all(
    connection: BaseDatabaseWrapper, model: type[models.Model], rows: Sequence[Row]
) -> None:
    """Insert rows that are known to be new, in the fastest way there is.

    Args:
        connection: Where to; within a transaction.
        model: The table.
        rows: As for ``insert_new``.

    Raises:
        django.db.IntegrityError: One of them was there already.
    """
    if not rows:
        return
    table = _table(connection, model)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _insert_at_once(connection, table, _as_kept(connection, rows, table))
            return
        if len(rows) <= FEW:
            cursor.execute(table.insert_few, [list(column) for column in zip(*rows, strict=True)])
            return
        with connection.wrap_database_errors, cursor.copy(table.copy) as copy:
            copy.set_types(table.types)
            for row in rows:
                copy.write_row(row)


def _insert_at_once(connection: BaseDatabaseWrapper, table: _Table, rows: Sequence[Row]) -> None:
    """Insert rows into SQLite, many with one statement.

    It takes as long as one after another, but Python's other threads are held up and let go once
    in a while instead of at every row.
    """
    whole = len(rows) - len(rows) % AT_ONCE
    with connection.wrap_database_errors:
        for start in range(0, whole, AT_ONCE):
            values = list(chain.from_iterable(rows[start : start + AT_ONCE]))
            connection.connection.execute(table.insert_at_once, values)
        connection.connection.executemany(table.insert_one, rows[whole:])


@contextmanager
def without_waiting(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Send statements together, without waiting for each one's answer (PostgreSQL only).

    They must be such that nobody asks what they came to, and nothing may be copied within.

    Raises:
        django.db.DatabaseError: One of them was refused; as it would be without this.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def without_sync(connection: BaseDatabaseWrapper) -> None:
    """Let the open transaction be committed without waiting for the disk (PostgreSQL only).

    For what can be derived or learned again: a power cut may take it, but takes it whole, and
    nothing that was committed before it. Whoever waits for the disk next brings it there.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO OFF")


def wanted(columns: Sequence[str], rows: Sequence[Row]) -> tuple[str, list[Any]]:
    """Write rows down as a table ``wanted`` to begin a statement with, to join others to.

    Returns:
        ``WITH wanted(…) AS (VALUES …)`` and its parameters.
    """
    row = f"({', '.join(['%s'] * len(columns))})"
    values = ", ".join([row] * len(rows))
    return (
        f"WITH wanted({', '.join(columns)}) AS (VALUES {values})",
        [value for row in rows for value in row],
    )


def moment(connection: BaseDatabaseWrapper, value: datetime) -> datetime | str:
    """Return a moment in UTC as the database's driver takes it."""
    return keeper_of_moments(connection)(value)


def keeper_of_moments(connection: BaseDatabaseWrapper) -> Callable[[datetime], datetime | str]:
    """Return what does the same for any number of moments, without asking each time."""
    return _text_moment if connection.vendor == "sqlite" else _as_it_is


def _as_it_is(value: datetime) -> datetime:
    return value


def lock_clause(connection: BaseDatabaseWrapper) -> str:
    """Return what makes a SELECT hold its rows until the end of the transaction.

    SQLite needs nothing: its transactions here begin as the only writer.
    """
    return "" if connection.vendor == "sqlite" else " FOR UPDATE"


def _text_moment(value: datetime) -> str:
    """Write a moment as Django keeps it in SQLite: UTC, without saying so."""
    return value.isoformat(" ").removesuffix("+00:00")


def _as_kept(connection: BaseDatabaseWrapper, rows: Sequence[Row], table: _Table) -> Sequence[Row]:
    """Write moments as the database keeps them, unless the first row has them so already."""
    if connection.vendor != "sqlite" or not any(
        type(rows[0][i]) is datetime for i in table.moments
    ):
        return rows
    return [_with_text_moments(row, table.moments) for row in rows]


def _with_text_moments(row: Row, moments: Sequence[int]) -> Row:
    values = list(row)
    for index in moments:
        if type(values[index]) is datetime:
            values[index] = _text_moment(values[index])
    return values


@dataclass(frozen=True, slots=True)
class _Table:
    """The statements for a table, and what its columns are.

    Attributes:
        insert_one: Inserts a row (SQLite).
        insert_at_once: Inserts ``AT_ONCE`` rows (SQLite).
        insert_new: Inserts a row if its key is free.
        insert_few: Inserts many rows, given column by column (PostgreSQL).
        insert_arrays: The same, of those whose key is free.
        copy: Inserts many rows (PostgreSQL).
        types: The columns' types (PostgreSQL).
        moments: Which columns are moments.
    """

    insert_one: str
    insert_at_once: str
    insert_new: str
    insert_few: str
    insert_arrays: str
    copy: str
    types: tuple[str, ...]
    moments: tuple[int, ...]


_TABLES: dict[tuple[str, type[models.Model]], _Table] = {}


def _table(connection: BaseDatabaseWrapper, model: type[models.Model]) -> _Table:
    key = connection.vendor, model
    if key not in _TABLES:
        _TABLES[key] = _describe(connection, model)
    return _TABLES[key]


def _describe(connection: BaseDatabaseWrapper, model: type[models.Model]) -> _Table:
    fields = [
        field
        for field in model._meta.concrete_fields  # noqa: SLF001 (Django's documented way to a model's fields)
        if not isinstance(field, (models.AutoField, models.CompositePrimaryKey))
    ]
    target = f'"{model._meta.db_table}" ({", ".join(_quoted(field) for field in fields)})'  # noqa: SLF001 (the same)
    into = f"INSERT INTO {target} VALUES"
    row = f"({', '.join(['?'] * len(fields))})"
    # Without its length: an array would be cut to it silently, the column refuses.
    kinds = [str(field.db_type(connection)).partition("(")[0] for field in fields]
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    insert_few = f"INSERT INTO {target} SELECT * FROM unnest({arrays})"  # noqa: S608 (the same)
    return _Table(
        insert_one=f"{into} {row}",
        insert_at_once=f"{into} {', '.join([row] * AT_ONCE)}",
        insert_new=f"{into} {row.replace('?', '%s')} ON CONFLICT DO NOTHING",
        insert_few=insert_few,
        insert_arrays=f"{insert_few} ON CONFLICT DO NOTHING",
        copy=f"COPY {target} FROM STDIN (FORMAT BINARY)",
        types=tuple(kinds),
        moments=tuple(
            index for index, field in enumerate(fields) if isinstance(field, models.DateTimeField)
        ),
    )


def _quoted(field: models.Field[Any, Any]) -> str:
    return f'"{field.column}"'
