"""What stands on the counter, opened as the settings name it: the only place that loads a driver."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import drivers
from appliance.config import ConfigError, DriverSettings, Settings
from drivers.display import Display
from drivers.display.none import NoDisplay
from drivers.drawer import Drawer
from drivers.printer import Printer
from drivers.scale import Scale
from drivers.scale.none import NoScale
from drivers.scanner import Scanner
from drivers.terminal import Terminal

ON_THE_PRINTER = "printer_kick"
"""The drawer driver that hangs on the printer."""

WITH_NOTES = "zvt"
"""The terminal driver that must not forget its payments in a power cut."""


@dataclass(frozen=True, slots=True)
class Devices:
    """What stands on the counter, opened."""

    printer: Printer
    drawer: Drawer
    scanners: tuple[Scanner, ...]
    terminal: Terminal
    scale: Scale = field(default_factory=NoScale)
    display: Display = field(default_factory=NoDisplay)

    def close(self) -> None:
        """Let go of all of them; again is allowed."""
        for scanner in self.scanners:
            scanner.close()
        self.drawer.close()
        self.printer.close()
        self.terminal.close()
        self.scale.close()
        self.display.close()


def open_devices(settings: Settings) -> Devices:
    """Open the devices that the settings name.

    Raises:
        ConfigError: If there is no such driver or option.
    """
    printer: Printer = _open(settings, settings.printer, "[printer]")
    if settings.drawer.driver == ON_THE_PRINTER and not printer.present:
        raise ConfigError(
            f"{settings.file}: [drawer] driver {ON_THE_PRINTER!r} needs a printer; "
            "set one up under [printer]."
        )
    drawer: Drawer = _open(settings, settings.drawer, "[drawer]", printer)
    return Devices(
        printer=printer,
        drawer=drawer,
        scanners=tuple(_open(settings, each, "[[scanner]]") for each in settings.scanners),
        terminal=_open(settings, _remembering(settings), "[terminal]"),
        scale=_open(settings, settings.scale, "[scale]"),
        display=_open(settings, settings.display, "[display]"),
    )


def _remembering(settings: Settings) -> DriverSettings:
    """The terminal as it is set, with its notes in the device's own folder unless told otherwise."""
    terminal = settings.terminal
    if terminal.driver != WITH_NOTES or "folder" in terminal.options:
        return terminal
    folder = str(settings.device.data / "terminal")
    return replace(terminal, options={**terminal.options, "folder": folder})


def _open(settings: Settings, wanted: DriverSettings, where: str, *more: object) -> Any:
    try:
        options = drivers.configure(wanted.kind, wanted.driver, wanted.options)
    except drivers.UnknownDriverError as error:
        raise ConfigError(f"{settings.file}: {where} driver: {error}") from error
    except drivers.OptionError as error:
        raise ConfigError(f"{settings.file}: {where} {error.key}: {error}") from error
    return drivers.load(wanted.kind, wanted.driver).open_device(options, *more)
