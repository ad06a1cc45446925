"""What stands on a counter that has no settings yet: its scanners are read, its printer is named.

Whatever types digits and Enter may be the scanner; each such device is taken for ourselves alone,
as the register does with its own (`drivers.scanner.hid`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import evdev
from evdev import ecodes

import drivers
from drivers.scanner import Scan, Scanner

log = logging.getLogger("balie.door")

DEVICES = Path("/dev")
KNOWN_SCANNER, KNOWN_PRINTER = "balie-scanner", "balie-printer"
"""The names that udev gives those it knows."""
_LINES = ("ttyACM", "ttyUSB", "ttyS", "ttyAMA")
_TYPES = {ecodes.KEY_ENTER, ecodes.KEY_0, ecodes.KEY_9}


@dataclass(frozen=True, slots=True)
class Found:
    """A scanner, or what types like one.

    Attributes:
        key: Tells it from any other: its device file.
        reading: How it is read now, as a section of the settings.
        keeping: How it is found again whichever socket it is plugged into.
    """

    key: str
    reading: Mapping[str, Any]
    keeping: Mapping[str, Any]


class Finder:
    """Reads every scanner there is.

    Args:
        deliver: Called with each scan, on the scanner's thread.
        look: Lists what may be one.
        devices: The folder of device files.
    """

    def __init__(
        self,
        deliver: Callable[[Scan], None],
        *,
        look: Callable[[], Iterator[Found]] | None = None,
        devices: Path = DEVICES,
    ) -> None:
        self._deliver = deliver
        self._look = look or (lambda: _scanners(devices))
        self._devices = devices
        self._open: dict[str, tuple[Found, Scanner]] = {}

    def look(self) -> None:
        """Begin to read what was plugged in meanwhile. MAY take a moment."""
        for found in self._look():
            if found.key in self._open:
                continue
            driver = str(found.reading["driver"])
            values = {key: value for key, value in found.reading.items() if key != "driver"}
            options = drivers.configure("scanner", driver, {**values, "name": found.key})
            scanner: Scanner = drivers.load("scanner", driver).open_device(options)
            scanner.start(self._deliver)
            self._open[found.key] = (found, scanner)
            log.info("%s is read: it may be the scanner", found.key)

    @property
    def has_scanner(self) -> bool:
        """Whether something is plugged in that may be one."""
        # The other thread adds what it finds meanwhile.
        return any(scanner.connected for _, scanner in tuple(self._open.values()))

    def counter(self, source: str) -> dict[str, Any]:
        """Return what stands on the counter, as sections of the settings.

        Args:
            source: Which scanner read the code; anything else where it was typed.
        """
        told: dict[str, Any] = {}
        if source in self._open:
            told["scanner"] = [dict(self._open[source][0].keeping)]
        elif known := _known_scanner(self._devices):
            told["scanner"] = [dict(known.keeping)]
        if found := self.printer():
            told["printer"], told["drawer"] = found, {"driver": "printer_kick"}
        return told

    def printer(self) -> dict[str, str] | None:
        """Return the printer that is plugged in, as a section of the settings; None without one."""
        return _printer(self._devices)

    def close(self) -> None:
        """Let go of all of them; again is allowed."""
        for _, scanner in self._open.values():
            scanner.close()
        self._open.clear()


def _scanners(devices: Path) -> Iterator[Found]:
    """What types, and what sends lines: neither says of itself that it is a scanner."""
    for path in evdev.list_devices(str(devices / "input")):
        try:
            with closing(evdev.InputDevice(path)) as device:
                keys = set(device.capabilities().get(ecodes.EV_KEY, ()))
                identity = f"{device.info.vendor:04x}:{device.info.product:04x}"
        except OSError:
            continue  # it was pulled while it was being looked at
        if keys >= _TYPES:
            yield Found(
                path, {"driver": "hid", "device": path}, {"driver": "hid", "device": identity}
            )
    for line in sorted(devices.glob("ttyACM*")):
        if line.resolve() != (devices / KNOWN_PRINTER).resolve():
            yield _line(line)
    if (known := _known_scanner(devices)) and known.reading["driver"] == "serial":
        yield known


def _known_scanner(devices: Path) -> Found | None:
    file = devices / KNOWN_SCANNER
    if not file.exists():
        return None
    if file.resolve().name.startswith(_LINES):
        return _line(file)
    told = {"driver": "hid", "device": str(file)}
    return Found(str(file), told, told)


def _line(file: Path) -> Found:
    told = {"driver": "serial", "port": str(file)}
    return Found(str(file.resolve()), told, told)


def _printer(devices: Path) -> dict[str, str] | None:
    for file in (devices / KNOWN_PRINTER, devices / "usb" / "lp0"):
        if file.exists():
            serial = file.resolve().name.startswith(_LINES)
            return (
                {"driver": "serial", "port": str(file)}
                if serial
                else {"driver": "file", "path": str(file)}
            )
    return None
