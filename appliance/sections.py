"""A section of a TOML file turned into a dataclass, whose fields are the keys that are allowed."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
T = TypeVar("T")


class ConfigError(ValueError):
    """A setting is missing, unknown or of the wrong kind; the message names file and key."""


def section(into: type[T], table: object, file: Path, where: str) -> T:
    """Turn one section of the file into its dataclass.

    Args:
        into: A dataclass; its fields are the allowed keys, its constructor checks the values.
        table: What the file says.
        file: The settings file, for messages and relative paths.
        where: The section as a person would point at it, such as ``[printer]``.

    Raises:
        ConfigError: If a key is unknown, missing or of the wrong kind, or a value is refused.
    """
    if not isinstance(table, Mapping):
        raise ConfigError(f"{file}: {where} must be a section with keys, found {table!r}")
    hints = get_type_hints(into)
    known = {each.name: each for each in fields(into)}  # type: ignore[arg-type]  # T is a dataclass
    for key in table:
        if key not in known:
            raise ConfigError(f"{file}: {where} {key} is unknown; allowed are {listed(known)}")
    values = {}
    for name, each in known.items():
        if name in table:
            values[name] = _value(table[name], hints[name], file, f"{where} {name}")
        elif each.default is MISSING and each.default_factory is MISSING:
            raise ConfigError(f"{file}: {where} {name} is missing")
    try:
        return into(**values)
    except ValueError as error:
        raise ConfigError(f"{file}: {where} {error}") from error


def _value(value: object, hint: Any, file: Path, where: str) -> Any:
    kinds = _kinds(hint)
    if Path in kinds and isinstance(value, str):
        return (file.parent / Path(value).expanduser()).absolute()
    if get_origin(kinds[0]) is tuple and isinstance(value, list):
        inner = get_args(kinds[0])[0]
        return tuple(_value(each, inner, file, where) for each in value)
    if float in kinds and type(value) is int:
        return float(value)
    if type(value) in kinds:
        return value
    raise ConfigError(f"{file}: {where} must be {_expected(kinds)}, found {value!r}")


def _kinds(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(each for each in get_args(hint) if each is not type(None))
    return (hint,)


def _expected(kinds: tuple[Any, ...]) -> str:
    if Path in kinds:
        return "a path"
    if get_origin(kinds[0]) is tuple:
        return "a list"
    return " or ".join(_WORDS.get(kind, str(kind)) for kind in kinds)


def listed(names: Iterable[str]) -> str:
    """Return names as they are listed in a sentence."""
    return ", ".join(names)
