"""Reading a table of settings strictly: each value checked as it is taken, nothing left unread."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

from appliance.domain.errors import MarketError

E = TypeVar("E", bound=Enum)


class Table:
    """A table of a market profile.

    Every method takes one value out and raises ``MarketError``, naming table and key, where it is
    missing or not what it must be. ``refuse_rest`` names what nobody took.
    """

    def __init__(self, values: Mapping[str, Any], name: str) -> None:
        self._values = dict(values)
        self._name = name

    def names(self) -> tuple[str, ...]:
        """Return the keys not yet taken, in the order they were written."""
        return tuple(self._values)

    def _take(self, key: str, kind: type, expected: str, default: object = None) -> Any:
        if key not in self._values and default is not None:
            return default
        value = self._values.pop(key, None)
        # TOML's true is no number and its date-time is no date, though Python takes them for one.
        odd = isinstance(value, (bool, datetime)) and kind is not bool
        if odd or not isinstance(value, kind):
            raise MarketError(f"“{key}” in {self._name} must be {expected}, not {value!r}.")
        return value

    def text(self, key: str, *, default: str | None = None) -> str:
        """Take a text; empty only where that is the default."""
        value: str = self._take(key, str, "a text", default)
        if not value and default is None:
            raise MarketError(f"“{key}” in {self._name} must not be empty.")
        return value

    def whole(self, key: str, *, least: int, most: int = 10**12, default: int | None = None) -> int:
        """Take a whole number within bounds."""
        return self._bounded(key, self._take(key, int, "a whole number", default), least, most)

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """Take true or false."""
        value: bool = self._take(key, bool, "true or false", default)
        return value

    def day(self, key: str) -> date | None:
        """Take a date, or nothing where there is none."""
        if key not in self._values:
            return None
        value: date = self._take(key, date, "a date")
        return value

    def one_of(self, key: str, kind: type[E], *, default: E | None = None) -> E:
        """Take a member of an enumeration by its value."""
        if default is not None and key not in self._values:
            return default
        allowed = ", ".join(str(member.value) for member in kind)
        value = self._take(key, str, f"one of {allowed}")
        try:
            return kind(value)
        except ValueError:
            raise MarketError(
                f"“{key}” in {self._name} must be one of {allowed}, not “{value}”."
            ) from None

    def texts(self, key: str, *, least: int = 1) -> tuple[str, ...]:
        """Take a list of texts of a least length."""
        values = self._take(key, list, "a list of texts")
        if len(values) < least or not all(isinstance(value, str) and value for value in values):
            raise MarketError(f"“{key}” in {self._name} must be a list of texts.")
        return tuple(values)

    def wholes(self, key: str, *, least: int) -> tuple[int, ...]:
        """Take a list of whole numbers, each at least ``least``."""
        values = self._take(key, list, "a list of whole numbers")
        if any(not isinstance(value, int) or isinstance(value, bool) for value in values):
            raise MarketError(f"“{key}” in {self._name} must be a list of whole numbers.")
        return tuple(self._bounded(key, value, least, 10**12) for value in values)

    def table(self, key: str, *, optional: bool = False) -> Table:
        """Take a table within this one."""
        return Table(self._take(key, dict, "a table", {} if optional else None), f"“{key}”")

    def tables(self, key: str) -> tuple[Table, ...]:
        """Take a list of tables."""
        values = self._take(key, list, "a list of tables")
        if not all(isinstance(value, dict) for value in values):
            raise MarketError(f"“{key}” in {self._name} must be a list of tables.")
        return tuple(Table(value, f"“{key}” of {self._name}") for value in values)

    def refuse_rest(self) -> None:
        """Refuse every key nobody took."""
        if self._values:
            rest = ", ".join(f"“{key}”" for key in self._values)
            raise MarketError(f"{rest} in {self._name} means nothing; remove it or correct it.")

    def _bounded(self, key: str, value: int, least: int, most: int) -> int:
        if not least <= value <= most:
            raise MarketError(
                f"“{key}” in {self._name} must be from {least} to {most}, not {value}."
            )
        return value
