"""A scanner that is a keyboard to the computer, taken for Balie alone.

The kernel's input device is grabbed, so that no window, console or layout sees the keys; they are
read here and mapped by ``keys.py``.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import evdev
from evdev import ecodes

from drivers import OptionError
from drivers.scanner import LOST, NOT_TEXT, Scan, Scanner
from drivers.scanner.assembly import Assembler
from drivers.scanner.keys import Typing
from drivers.scanner.reading import ReadingScanner

_USB_ID = re.compile(r"[0-9a-f]{4}:[0-9a-f]{4}", re.IGNORECASE)
_KEYS_OF_A_SCANNER = {ecodes.KEY_ENTER, ecodes.KEY_0, ecodes.KEY_9}
_DOWN = 1


class InputDevice(Protocol):
    """The part of ``evdev.InputDevice`` that is used."""

    fd: int

    def grab(self) -> None:
        """Take its keys for ourselves."""

    def read(self) -> Iterable[Any]:
        """The events that have come; BlockingIOError for none, OSError when it was unplugged."""

    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is set for a keyboard scanner. It must be set to the US layout and end with Enter.

    Attributes:
        device: Its device file, best one below ``/dev/input/by-id``, or its USB identity as
            ``vid:pid`` in hexadecimal, for one that has no name of its own there.
        name: How it is called on the screen.
    """

    device: str
    name: str = "scanner"

    def __post_init__(self) -> None:
        if not (self.device.startswith("/") or _USB_ID.fullmatch(self.device)):
            raise OptionError(
                "device",
                "A keyboard scanner's device is a file such as /dev/input/by-id/…-event-kbd or a "
                f"USB identity such as 0c2e:0b61, found {self.device!r}. List them with lsusb.",
            )


def open_device(options: Options) -> Scanner:
    """The scanner; it is looked for when it is started."""
    return hid_scanner(options, find=lambda: find_input(options.device))


def hid_scanner(options: Options, *, find: Callable[[], InputDevice]) -> Scanner:
    """The scanner on the input device that ``find`` opens; ``find`` raises OSError for none."""
    return ReadingScanner(options.name, lambda: _HidSource(find()))


def find_input(device: str) -> InputDevice:
    """Open the input device with this file or USB identity.

    Raises:
        OSError: It is not there, or may not be opened.
    """
    if device.startswith("/"):
        return evdev.InputDevice(device)
    vendor, product = (int(part, 16) for part in device.split(":"))
    for path in evdev.list_devices():
        found = evdev.InputDevice(path)
        keys = set(found.capabilities().get(ecodes.EV_KEY, ()))
        same = (found.info.vendor, found.info.product) == (vendor, product)
        if same and keys >= _KEYS_OF_A_SCANNER:
            return found
        found.close()
    raise OSError(errno.ENODEV, f"No keyboard with USB identity {device} is plugged in")


class _HidSource:
    """A grabbed input device. See ``drivers.scanner.reading.Source``."""

    def __init__(self, device: InputDevice) -> None:
        self._device = device
        self._typing = Typing()
        self._deaf = False
        try:
            device.grab()
        except BaseException:
            device.close()
            raise

    def fileno(self) -> int:
        return self._device.fd

    def read(self, assembler: Assembler) -> list[Scan]:
        scans: list[Scan] = []
        try:
            for event in self._device.read():
                scans.extend(self._event(event, assembler))
        except BlockingIOError:
            pass
        return scans

    def close(self) -> None:
        self._device.close()

    def _event(self, event: Any, assembler: Assembler) -> Iterable[Scan]:
        """One event. After lost ones, all is passed over up to the next report (kernel rule)."""
        if event.type == ecodes.EV_SYN and event.code == ecodes.SYN_DROPPED:
            self._deaf = True
            self._typing.release()
            assembler.spoil(LOST)
        elif event.type == ecodes.EV_SYN and event.code == ecodes.SYN_REPORT:
            self._deaf = False
        elif event.type == ecodes.EV_KEY and event.value <= _DOWN and not self._deaf:
            typed = self._typing.key(event.code, down=event.value == _DOWN)
            if typed is not None:
                return assembler.feed(typed)
            assembler.spoil(NOT_TEXT)
        return ()
