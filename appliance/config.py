"""The settings of one device: a TOML file read into frozen values.

Every setting is checked when it is read. What is wrong is said in one sentence that names the
file, the key and what is allowed.
"""

from __future__ import annotations

import tomllib
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

LANGUAGES = ("nl", "fr", "id", "en")
HANDS = ("right", "left")

LONGEST_REGISTER = 10
"""Characters; it stands in every receipt number and its barcode."""

TRAINING = "TRAINING"
"""What receipts of the counter people learn at are called; no register may be."""

_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
T = TypeVar("T")


class ConfigError(ValueError):
    """A setting is missing, unknown or of the wrong kind; the message names file and key."""


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """Who this device is.

    Attributes:
        id: The name the collector knows it by; also its name in topics and certificates.
        name: What people call it, such as "Register 2".
        register: The part of the receipt number before the hyphen.
        market: The market profile: ``nl``, ``be``, ``fr``, ``id`` or ``gb``.
        language: The language of screen and receipts when the device starts.
        data: The folder of the databases; relative to the settings file.
        desks: The desks it offers.
        timezone: IANA name, where the shop's is not the market's.
    """

    id: str
    name: str
    register: str
    data: Path
    market: str = "nl"
    language: str = "nl"
    desks: tuple[str, ...] = ("register",)
    timezone: str = ""

    def __post_init__(self) -> None:
        if not self.id or any(sign in self.id for sign in "/+#. \t"):
            raise ValueError(
                f"id must be a name without spaces, dots, '/', '+' and '#', found {self.id!r}"
            )
        if not (
            1 <= len(self.register) <= LONGEST_REGISTER
            and self.register.isalnum()
            and self.register.isascii()
        ):
            raise ValueError(
                f"register must be 1 to {LONGEST_REGISTER} letters or digits such as '2', "
                f"found {self.register!r}"
            )
        if self.register.upper() == TRAINING:
            raise ValueError(
                f"register must not be {self.register!r}: receipts of people who learn are called "
                "so; choose another, such as '2'"
            )
        if self.language not in LANGUAGES:
            raise ValueError(
                f"language must be one of {_listed(LANGUAGES)}, found {self.language!r}"
            )
        if self.timezone and not _is_timezone(self.timezone):
            raise ValueError(f"timezone must be an IANA name, found {self.timezone!r}")


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """The window, in pixels.

    Attributes:
        width: Of the window.
        height: Of the window.
        fullscreen: Whether it takes the whole of the screen that lies at ``left``, ``top``.
        left: Where its upper left corner stands on the desktop of all screens; not set, the window
            system chooses.
        top: The same from above.
        hand: ``right`` or ``left``: at which side the things to reach for stand. A window that is
            higher than wide stacks them, whatever the hand.
    """

    width: int = 1280
    height: int = 800
    fullscreen: bool = False
    left: int | None = None
    top: int = 0
    hand: str = "right"

    def __post_init__(self) -> None:
        if min(self.width, self.height) < 480:  # noqa: PLR2004 - the sentence says the number
            raise ValueError(
                f"width and height must be at least 480 pixels, "
                f"found {self.width} and {self.height}"
            )
        if self.hand not in HANDS:
            raise ValueError(f"hand must be one of {_listed(HANDS)}, found {self.hand!r}")


@dataclass(frozen=True, slots=True)
class CustomerScreenSettings:
    """The customer's second screen, in pixels.

    Attributes:
        width: Of its window.
        height: Of its window.
        fullscreen: Whether it takes the whole of the screen that lies at ``left``, ``top``.
        left: Where its upper left corner stands on the desktop of all screens; not set, the window
            system chooses.
        top: The same from above.
        languages: In which the customer reads; not set, the device's. All of them are shown.
    """

    width: int = 1280
    height: int = 720
    fullscreen: bool = False
    left: int | None = None
    top: int = 0
    languages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if min(self.width, self.height) < 320:  # noqa: PLR2004 - the sentence says the number
            raise ValueError(
                f"width and height must be at least 320 pixels, "
                f"found {self.width} and {self.height}"
            )
        for language in self.languages:
            if language not in LANGUAGES:
                raise ValueError(
                    f"languages must be among {_listed(LANGUAGES)}, found {language!r}"
                )


@dataclass(frozen=True, slots=True)
class DriverSettings:
    """Which driver serves a kind of device, and its options as written in the file."""

    kind: str
    driver: str = "none"
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """Where the uplink sends to.

    Attributes:
        host: Name or address of the broker.
        port: Its TLS port.
        ca: Certificate of the authority that signed the broker's certificate (PEM).
        certificate: This device's certificate (PEM).
        key: This device's private key (PEM); it also signs what is sent.
    """

    host: str
    ca: Path
    certificate: Path
    key: Path
    port: int = 8883

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535:  # noqa: PLR2004 - the sentence says the numbers
            raise ValueError(f"port must be between 1 and 65535, found {self.port}")


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """Where the back office let this device in, and gives it new certificates.

    Attributes:
        host: Name or address.
        port: Its TLS port.
    """

    host: str
    port: int = 8443

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535:  # noqa: PLR2004 - the sentence says the numbers
            raise ValueError(f"port must be between 1 and 65535, found {self.port}")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a device is told at its start."""

    file: Path
    device: DeviceSettings
    screen: ScreenSettings
    printer: DriverSettings
    drawer: DriverSettings
    scanners: tuple[DriverSettings, ...]
    terminal: DriverSettings
    scale: DriverSettings
    display: DriverSettings
    broker: BrokerSettings | None
    customer_screen: CustomerScreenSettings | None = None
    door: DoorSettings | None = None

    def names(self) -> frozenset[str]:
        """Every text the drivers were set up with: device files, addresses, identities."""
        single = (self.printer, self.drawer, self.terminal, self.scale, self.display)
        return frozenset(
            value
            for each in (*single, *self.scanners)
            for value in each.options.values()
            if isinstance(value, str)
        )


def load(file: Path) -> Settings:
    """Read the settings of a device.

    Args:
        file: The TOML file; relative paths in it count from its folder.

    Returns:
        The settings, each of them checked.

    Raises:
        ConfigError: If the file cannot be read or a setting is wrong.
    """
    file = file.absolute()
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"{file}: a settings file was expected here and there is none; "
            f"make one, or name another with --config"
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: a TOML file was expected, found: {error}") from error
    allowed = (
        "device", "screen", "customer_screen", "printer", "drawer", "scanner", "terminal", "scale",
        "display", "broker", "door",
    )  # fmt: skip
    for key in table:
        if key not in allowed:
            raise ConfigError(f"{file}: section [{key}] is unknown; allowed are {_listed(allowed)}")
    if "device" not in table:
        raise ConfigError(f"{file}: section [device] is missing; it says who this device is")
    broker, facing, door = (table.get(name) for name in ("broker", "customer_screen", "door"))
    return Settings(
        file=file,
        device=section(DeviceSettings, table["device"], file, "[device]"),
        screen=section(ScreenSettings, table.get("screen", {}), file, "[screen]"),
        printer=_driver(table, "printer", file),
        drawer=_driver(table, "drawer", file),
        scanners=_scanners(table.get("scanner", []), file),
        terminal=_driver(table, "terminal", file),
        scale=_driver(table, "scale", file),
        display=_driver(table, "display", file),
        broker=None if broker is None else section(BrokerSettings, broker, file, "[broker]"),
        customer_screen=None
        if facing is None
        else section(CustomerScreenSettings, facing, file, "[customer_screen]"),
        door=None if door is None else section(DoorSettings, door, file, "[door]"),
    )


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
            raise ConfigError(f"{file}: {where} {key} is unknown; allowed are {_listed(known)}")
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


def _driver(table: Mapping[str, Any], kind: str, file: Path) -> DriverSettings:
    return _driver_section(table.get(kind, {"driver": "none"}), kind, file, f"[{kind}]")


def _scanners(tables: object, file: Path) -> tuple[DriverSettings, ...]:
    if not isinstance(tables, list):
        raise ConfigError(f"{file}: scanners are written as [[scanner]], one block each")
    return tuple(_driver_section(each, "scanner", file, "[[scanner]]") for each in tables)


def _driver_section(table: object, kind: str, file: Path, where: str) -> DriverSettings:
    if not isinstance(table, Mapping) or not isinstance(table.get("driver"), str):
        raise ConfigError(f"{file}: {where} driver is missing; it names the driver, or 'none'")
    options = {key: value for key, value in table.items() if key != "driver"}
    return DriverSettings(kind=kind, driver=table["driver"], options=options)


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


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True


def _listed(names: Any) -> str:
    return ", ".join(names)
