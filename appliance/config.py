"""The settings of one device: a TOML file read into frozen values.

Every setting is checked when it is read. What is wrong is said in one sentence that names the
file, the key and what is allowed. What the back office told of the counter since the device was let
in lies in a file beside it (`appliance.counter_files`) and stands in the place of the device's own,
section by section.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from appliance.counter_files import TOLD, CounterFiles, Told
from appliance.domain import counter
from appliance.domain.counter import CounterError
from appliance.sections import ConfigError as ConfigError  # noqa: PLC0414 - of whoever reads settings
from appliance.sections import listed, section

LANGUAGES = ("nl", "fr", "id", "en")
HANDS = ("right", "left")

SECTIONS = ("device", *counter.SECTIONS, "broker", "door")
"""Of the file; `counter.SECTIONS` are those that the back office may tell anew."""

LONGEST_REGISTER = 10
"""Characters; it stands in every receipt number and its barcode."""

TRAINING = "TRAINING"
"""What receipts of the counter people learn at are called; no register may be."""


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
                f"language must be one of {listed(LANGUAGES)}, found {self.language!r}"
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
            raise ValueError(f"hand must be one of {listed(HANDS)}, found {self.hand!r}")


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
                raise ValueError(f"languages must be among {listed(LANGUAGES)}, found {language!r}")


@dataclass(frozen=True, slots=True)
class DriverSettings:
    """Which driver serves a kind of device, and its options as written in the file.

    Attributes:
        kind: Of the device.
        driver: Its name.
        options: As written.
        file: Where they are written, for messages.
    """

    kind: str
    driver: str = "none"
    options: Mapping[str, Any] = field(default_factory=dict)
    file: Path | None = field(default=None, compare=False)

    @property
    def where(self) -> str:
        """Where they stand, as a person would point at it."""
        place = f"[[{self.kind}]]" if self.kind == "scanner" else f"[{self.kind}]"
        return place if self.file is None else f"{self.file}: {place}"


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
    """Everything a device is told at its start.

    Attributes:
        told: What the back office told of the counter and is in use; None while it told nothing.
            Two settings are the same that come to the same, whoever told them.
    """

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
    told: Told | None = field(default=None, compare=False)

    @property
    def drivers(self) -> tuple[DriverSettings, ...]:
        """What serves each thing on the counter."""
        single = (self.printer, self.drawer, self.terminal, self.scale, self.display)
        return (*single, *self.scanners)

    def names(self) -> frozenset[str]:
        """Every text the drivers were set up with: device files, addresses, identities."""
        return frozenset(
            value
            for each in self.drivers
            for value in each.options.values()
            if isinstance(value, str)
        )


def load(file: Path, *, without: Collection[str] = ()) -> Settings:
    """Read the settings of a device, with what the back office told of its counter.

    What it told and cannot be used is passed over: the last that was good serves, else the device's
    own. Nothing is written.

    Args:
        file: The TOML file; relative paths in it count from its folder.
        without: Digests of what was told and is to be passed over as well.

    Returns:
        The settings, each of them checked.

    Raises:
        ConfigError: If the file cannot be read or a setting is wrong.
    """
    file = file.absolute()
    table = _table(file)
    for told in CounterFiles(file.parent).usable(without):
        try:
            return _settings(table, file, told)
        except (ConfigError, CounterError):
            continue
    return _settings(table, file)


def load_told(file: Path, text: str) -> Settings:
    """Read the settings as they would be if the back office told these; nothing is passed over.

    Raises:
        ConfigError: If a setting is wrong.
        CounterError: If they are no settings of a counter.
    """
    file = file.absolute()
    return _settings(_table(file), file, Told(text, file.with_name(TOLD)))


def _table(file: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"{file}: a settings file was expected here and there is none; "
            f"make one, or name another with --config"
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: a TOML file was expected, found: {error}") from error
    for key in table:
        if key not in SECTIONS:
            raise ConfigError(f"{file}: section [{key}] is unknown; allowed are {listed(SECTIONS)}")
    if "device" not in table:
        raise ConfigError(f"{file}: section [device] is missing; it says who this device is")
    return table


def _settings(own: Mapping[str, Any], file: Path, told: Told | None = None) -> Settings:
    """Read the sections, those that were told in the place of the device's own."""
    theirs = {} if told is None else counter.read(told.text)
    table = {**own, **theirs}
    source = {name: told.file if told and name in theirs else file for name in SECTIONS}
    broker, facing, door = (table.get(name) for name in ("broker", "customer_screen", "door"))
    return Settings(
        file=file,
        device=section(DeviceSettings, table["device"], file, "[device]"),
        screen=section(ScreenSettings, table.get("screen", {}), source["screen"], "[screen]"),
        printer=_driver(table, "printer", source),
        drawer=_driver(table, "drawer", source),
        scanners=_scanners(table.get("scanner", []), source["scanner"]),
        terminal=_driver(table, "terminal", source),
        scale=_driver(table, "scale", source),
        display=_driver(table, "display", source),
        broker=None if broker is None else section(BrokerSettings, broker, file, "[broker]"),
        customer_screen=None
        if facing is None
        else section(
            CustomerScreenSettings, facing, source["customer_screen"], "[customer_screen]"
        ),
        door=None if door is None else section(DoorSettings, door, file, "[door]"),
        told=told,
    )


def _driver(table: Mapping[str, Any], kind: str, source: Mapping[str, Path]) -> DriverSettings:
    told = table.get(kind, {"driver": "none"})
    return _driver_section(told, kind, source[kind], f"[{kind}]")


def _scanners(tables: object, file: Path) -> tuple[DriverSettings, ...]:
    if not isinstance(tables, list):
        raise ConfigError(f"{file}: scanners are written as [[scanner]], one block each")
    return tuple(_driver_section(each, "scanner", file, "[[scanner]]") for each in tables)


def _driver_section(table: object, kind: str, file: Path, where: str) -> DriverSettings:
    if not isinstance(table, Mapping) or not isinstance(table.get("driver"), str):
        raise ConfigError(f"{file}: {where} driver is missing; it names the driver, or 'none'")
    options = {key: value for key, value in table.items() if key != "driver"}
    return DriverSettings(kind=kind, driver=table["driver"], options=options, file=file)


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True
