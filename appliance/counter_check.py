"""Whether a desk would open with settings, seen without opening anything.

The desk's start, the door and whoever takes new settings ask the same here, so that none of them
takes what another refuses.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import drivers
from appliance import peripherals
from appliance.config import ConfigError, DriverSettings, Settings, load_told
from appliance.domain import market as markets
from appliance.domain.counter import CounterError
from appliance.domain.errors import MarketError
from appliance.domain.market import Market

ON_THE_PRINTER = "printer_kick"
"""The drawer driver that hangs on the printer."""
MISSING = "none"
"""The driver of what is missing on purpose."""


def check(settings: Settings) -> None:
    """Refuse what the desk would refuse at its start.

    Raises:
        ConfigError: If there is no such market, driver or option, or a drawer hangs on nothing.
    """
    market_of(settings)
    for each in settings.drivers:
        options_of(each)
    check_drawer(settings)


def checked(file: Path, text: str) -> Settings:
    """Return the settings of a device as they would be if the back office told these.

    Args:
        file: Its ``balie.toml``.
        text: What would be told.

    Raises:
        ConfigError: If the desk would refuse them, or could not reach what they name.
        CounterError: If they are no settings of a counter.
    """
    settings = load_told(file, text)
    check(settings)
    peripherals.check(settings)
    return settings


def reason(error: ConfigError | CounterError) -> str:
    """Return why settings cannot be used, for whoever corrects them: they know no files."""
    place, _, what = str(error).partition(": ")
    return what if place.startswith("/") else str(error)


def market_of(settings: Settings) -> Market:
    """Return the market.

    Raises:
        ConfigError: If there is no such market.
    """
    try:
        return markets.load(settings.device.market)
    except MarketError as error:
        raise ConfigError(f"{settings.file}: [device] market: {error}") from error


def options_of(wanted: DriverSettings) -> Any:
    """Return the options of a driver.

    Raises:
        ConfigError: If there is no such driver or option.
    """
    try:
        return drivers.configure(wanted.kind, wanted.driver, wanted.options)
    except drivers.UnknownDriverError as error:
        raise ConfigError(f"{wanted.where} driver: {error}") from error
    except drivers.OptionError as error:
        raise ConfigError(f"{wanted.where} {error.key}: {error}") from error


def check_drawer(settings: Settings) -> None:
    """Refuse a drawer on the printer's port where there is no printer.

    Raises:
        ConfigError: If there is none.
    """
    if settings.drawer.driver == ON_THE_PRINTER and settings.printer.driver == MISSING:
        raise ConfigError(
            f"{settings.drawer.where} driver {ON_THE_PRINTER!r} needs a printer; "
            "set one up under [printer]."
        )
