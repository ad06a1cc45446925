"""Writing many rows at once through the database driver, past Django's objects.

Table and column names come from the models, so the two cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

Row = Sequence[Any]


def insert_new(
    connection: BaseDatabaseWrapper, model: type[models.Model], rows: Sequence[Row]
) -> int:
    """Insert rows; one whose key is taken already is left out without a word.

    Args:
        connection: Where to; within a transaction.
        model: The table.
        rows: Values in the order of the model's fields. A key that the database numbers itself
        is left out. Moments are in UTC, or already as ``moment`` returns them.

    Returns:
        How many were new.
    """
    if not rows:
        return 0
    statement, moments = _insert_statement(model)
    if connection.vendor == "sqlite" and moments:
        rows = [_with_text_moments(row, moments) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        return max(int(cursor.rowcount), 0)


def moment(connection: BaseDatabaseWrapper, value: datetime) -> datetime | str:
    """Return a moment in UTC as the database's driver takes it."""
    return _text_moment(value) if connection.vendor == "sqlite" else value


def lock_clause(connection: BaseDatabaseWrapper) -> str:
    """Return what makes a SELECT hold its rows until the end of the transaction.

    SQLite needs nothing: its transactions here begin as the only writer.
    """
    return "" if connection.vendor == "sqlite" else " FOR UPDATE"


def _text_moment(value: datetime) -> str:
    """Write a moment as Django keeps it in SQLite: UTC, without saying so."""
    return value.isoformat(" ").removesuffix("+00:00")


def _with_text_moments(row: Row, moments: tuple[int, ...]) -> list[Any]:
    values = list(row)
    for index in moments:
        if type(values[index]) is datetime:
            values[index] = _text_moment(values[index])
    return values


@cache
def _insert_statement(model: type[models.Model]) -> tuple[str, tuple[int, ...]]:
    """Return the statement, and which of its values are moments."""
    fields = [
        field
        for field in model._meta.concrete_fields  # noqa: SLF001 (Django's documented way to a model's fields)
        if not isinstance(field, (models.AutoField, models.CompositePrimaryKey))
    ]
    names = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = model._meta.db_table  # noqa: SLF001 (the same)
    moments = tuple(
        index for index, field in enumerate(fields) if isinstance(field, models.DateTimeField)
    )
    return (
        f'INSERT INTO "{table}" ({names}) VALUES ({places}) ON CONFLICT DO NOTHING',  # noqa: S608 (names come from the models)
        moments,
    )
