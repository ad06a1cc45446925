"""Whether a row fits its table: asked of rows made from entries that nobody has checked.

A database that cuts, rounds or refuses would stop ingest or change a figure; an entry whose row
does not fit is said to be unreadable instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import models

_BITS: dict[Any, int] = {
    models.SmallIntegerField: 15,
    models.IntegerField: 31,
    models.BigIntegerField: 63,
}


def refuse_unfitting(model: type[models.Model], row: Sequence[Any]) -> None:
    """Refuse a row that its table cannot hold as it is.

    Args:
        model: The table.
        row: Values in the order of its columns.

    Raises:
        ValueError: One is of another kind, too long or too large.
    """
    for column, value in zip(_columns(model), row, strict=True):
        if not (value is None and column.null):
            column.refuse(value)


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column takes.

    Attributes:
        name: Its name.
        null: Whether it may be empty.
        kind: The type of its values.
        longest: Most characters, None where that is no matter.
        largest: Largest whole number, None where that is no matter.
    """

    name: str
    null: bool
    kind: type
    longest: int | None
    largest: int | None

    def refuse(self, value: Any) -> None:
        kind: type = type(value)
        if kind is not self.kind:
            raise ValueError(f"{self.name} should be {self.kind.__name__}, is {str(value)[:40]!r}")
        if self.longest is not None and len(value) > self.longest:
            raise ValueError(f"{self.name} should have at most {self.longest} characters")
        if self.largest is not None and not -self.largest <= value <= self.largest:
            raise ValueError(f"{self.name} should be a whole number up to {self.largest}")


@cache
def _columns(model: type[models.Model]) -> tuple[_Column, ...]:
    return tuple(_column(field) for field in model._meta.concrete_fields)  # noqa: SLF001 (Django's documented way to a model's fields)


def _column(field: models.Field[Any, Any]) -> _Column:
    bits = _BITS.get(type(field))
    if bits:
        return _Column(field.name, field.null, int, None, 2**bits - 1)
    # A moment is a day to Django too.
    if isinstance(field, models.DateTimeField):
        return _Column(field.name, field.null, datetime, None, None)
    if isinstance(field, models.DateField):
        return _Column(field.name, field.null, date, None, None)
    return _Column(field.name, field.null, str, field.max_length, None)
