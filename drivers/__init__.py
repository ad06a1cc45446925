"""Drivers of the things at the counter: printer, drawer, scanner, terminal, scale, display.

A driver knows its device and nothing of the appliance. The contract and the errors of a kind stand
in the kind's ``__init__``; each driver is one file with

* ``Options``, a frozen dataclass: every option with its default, checked in its constructor. One
  that names a device in the network MUST be an ``Address``: a register that is shut in reaches
  nothing else there;
* ``open_device(options)``, which returns the device. Opening MUST NOT wait for the device to be
  there: a printer that is off or a scanner that is not plugged in comes back by itself later.
  Drawers take the open printer as second argument, because a drawer may hang on it.

A device that is missing on purpose is the driver ``none``; a device without hardware is the driver
``simulated``.
"""

from __future__ import annotations

import dataclasses
import importlib
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self

KINDS = ("display", "drawer", "printer", "scale", "scanner", "terminal")

_IN_THE_NETWORK = "where a device is reached in the network"
Address = Annotated[str, _IN_THE_NETWORK]
"""What an option is that says where in the network the driver's device is: its address, or a name."""


class DeviceError(Exception):
    """Something at the counter did not do what it was asked.

    ``meaning`` and ``remedy`` are fixed English sentences, so that they can be translated as they
    stand; ``detail`` is for the technician and never translated.
    """

    meaning: ClassVar[str] = "A device at the counter failed."
    remedy: ClassVar[str] = "Check its cable and its power, then try again."

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        parts = (self.meaning, self.remedy, f"({detail})" if detail else "")
        super().__init__(" ".join(part for part in parts if part))


class UnknownDriverError(LookupError):
    """A kind or a driver was named that does not exist; the message lists the ones that do."""


class OptionError(ValueError):
    """An option of a driver is unknown, missing or has a value that cannot be.

    Attributes:
        key: The option's name.
    """

    def __init__(self, key: str, message: str) -> None:
        self.key = key
        super().__init__(message)


class Closing:
    """Makes a device with ``close()`` a context manager."""

    def close(self) -> None:
        """Let go of the device. MAY be called more than once."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def names(kind: str) -> tuple[str, ...]:
    """The drivers of ``kind``, in alphabetical order.

    Raises:
        UnknownDriverError: There is no such kind of device.
    """
    if kind not in KINDS:
        raise UnknownDriverError(
            f"There is no kind of device called {kind!r}. Choose one of: {', '.join(KINDS)}."
        )
    found: tuple[str, ...] = importlib.import_module(f"drivers.{kind}").DRIVERS
    return found


def load(kind: str, name: str) -> types.ModuleType:
    """The module of one driver, with its ``Options`` and ``open_device``.

    Raises:
        UnknownDriverError: There is no such kind or driver.
    """
    allowed = names(kind)
    if name not in allowed:
        raise UnknownDriverError(
            f"There is no {kind} driver called {name!r}. Choose one of: {', '.join(allowed)}."
        )
    return importlib.import_module(f"drivers.{kind}.{name}")


def configure(kind: str, name: str, values: Mapping[str, object]) -> Any:
    """The ``Options`` of a driver from a table of a configuration file, without its ``driver`` key.

    Raises:
        UnknownDriverError: There is no such kind or driver.
        OptionError: A key is unknown or missing, or a value is of the wrong kind or impossible.
    """
    options = load(kind, name).Options
    fields = {field.name: field for field in dataclasses.fields(options)}
    hints = typing.get_type_hints(options)
    given: dict[str, object] = {}
    for key, value in values.items():
        if key not in fields:
            known = ", ".join(sorted(fields)) or "none at all"
            raise OptionError(
                key, f"The {kind} driver {name!r} has no option {key!r}. It knows: {known}."
            )
        given[key] = _checked(f"{kind} driver {name!r}", key, value, hints[key])
    for key, field in fields.items():
        if key not in given and field.default is field.default_factory is dataclasses.MISSING:
            raise OptionError(
                key, f"The {kind} driver {name!r} needs the option {key!r}. Add it to its table."
            )
    return options(**given)


def addresses(kind: str, name: str, values: Mapping[str, object]) -> dict[str, str]:
    """Where in the network a driver reaches what it serves: its options that are an ``Address``.

    Args:
        kind: The kind of device.
        name: The driver's.
        values: Its table of a configuration file.

    Returns:
        The text of each such option, as set or by default; what is no text is refused elsewhere.

    Raises:
        UnknownDriverError: There is no such kind or driver.
    """
    options = load(kind, name).Options
    hints = typing.get_type_hints(options, include_extras=True)
    found = {
        field.name: values.get(field.name, field.default)
        for field in dataclasses.fields(options)
        if _IN_THE_NETWORK in getattr(hints[field.name], "__metadata__", ())
    }
    return {key: value for key, value in found.items() if isinstance(value, str) and value}


def sentences() -> frozenset[str]:
    """Every fixed sentence a driver may show, in English, for the translators."""
    errors, found = [DeviceError], set()
    for kind in KINDS:
        names(kind)  # a kind's errors are known once its contract is imported
    while errors:
        error = errors.pop()
        errors.extend(error.__subclasses__())
        found |= {error.meaning, error.remedy}
    faults = importlib.import_module("drivers.scanner").FAULTS
    messages = importlib.import_module("drivers.terminal.zvt_words").MESSAGES
    return frozenset(found.union(faults, messages))


def _checked(owner: str, key: str, value: object, hint: Any) -> object:
    """``value`` as the type that the option's annotation asks for."""
    if typing.get_origin(hint) is tuple and isinstance(value, list | tuple):
        (inner, *_rest) = typing.get_args(hint)
        return tuple(_checked(owner, key, item, inner) for item in value)
    if hint is float and type(value) is int:
        return float(value)
    allowed = tuple(_plain_types(hint))
    if type(value) in allowed:
        return value
    wanted = " or ".join(_WORDS.get(kind, kind.__name__) for kind in allowed)
    raise OptionError(
        key, f"The option {key!r} of the {owner} must be {wanted}; found {value!r}. Correct it."
    )


def _plain_types(hint: Any) -> Iterator[type]:
    if typing.get_origin(hint) is tuple:
        yield tuple
    elif isinstance(hint, types.UnionType):
        for part in typing.get_args(hint):
            if part is not type(None):
                yield from _plain_types(part)
    else:
        yield hint


_WORDS = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple: "a list",
}
