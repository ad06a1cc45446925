"""What stands on the counter, opened as the settings name it: the only place that loads a driver."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import drivers
from appliance.config import DriverSettings, Settings
from appliance.counter_check import check_drawer, options_of
from drivers.display import Display
from drivers.display.none import NoDisplay
from drivers.drawer import Drawer
from drivers.printer import Printer
from drivers.scale import Scale
from drivers.scale.none import NoScale
from drivers.scanner import Scanner
from drivers.terminal import Terminal

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
    check_drawer(settings)
    printer: Printer = _open(settings.printer)
    drawer: Drawer = _open(settings.drawer, printer)
    return Devices(
        printer=printer,
        drawer=drawer,
        scanners=tuple(_open(each) for each in settings.scanners),
        terminal=_open(_remembering(settings)),
        scale=_open(settings.scale),
        display=_open(settings.display),
    )


def _remembering(settings: Settings) -> DriverSettings:
    """The terminal as it is set, with its notes in the device's own folder unless told otherwise."""
    terminal = settings.terminal
    if terminal.driver != WITH_NOTES or "folder" in terminal.options:
        return terminal
    folder = str(settings.device.data / "terminal")
    return replace(terminal, options={**terminal.options, "folder": folder})


def _open(wanted: DriverSettings, *more: object) -> Any:
    options = options_of(wanted)
    return drivers.load(wanted.kind, wanted.driver).open_device(options, *more)
