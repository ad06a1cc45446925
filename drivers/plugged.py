"""What hangs on USB: every device with its own name and what it is, as the kernel tells it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

USB = Path("/sys/bus/usb/devices")

_HUB = "09"


class What(Enum):
    """What a device is, by what it says of itself."""

    KEYS = "keys"
    """It types: a keyboard, or a scanner that behaves as one."""
    POINTER = "pointer"
    """A mouse or a touchscreen."""
    SERIAL = "serial"
    """A serial port: a scale, a display, a scanner, a printer."""
    PRINTER = "printer"
    STORAGE = "storage"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Plugged:
    """A device on USB.

    Attributes:
        place: The port it is plugged into, such as ``1-1.3``.
        identity: Vendor and product, such as ``05f9:2204``.
        name: What it calls itself, or empty.
        what: What it is.
        files: Names of its device files, such as ``ttyUSB0``.
    """

    place: str
    identity: str
    name: str
    what: What
    files: frozenset[str] = frozenset()

    def is_used(self, settings: Collection[str]) -> bool:
        """Whether one of the drivers' settings names it, by its identity or a device file."""
        return any(
            each.lower() == self.identity or Path(os.path.realpath(each)).name in self.files
            for each in settings
            if each
        )


def plugged(root: Path = USB) -> tuple[Plugged, ...]:
    """Every device on USB, hubs left out. MUST NOT raise; one that just left is left out too."""
    try:
        folders = sorted(each for each in root.iterdir() if (each / "idVendor").is_file())
    except OSError:
        return ()
    return tuple(device for folder in folders if (device := _read(folder)) is not None)


def _read(folder: Path) -> Plugged | None:
    try:
        if _word(folder / "bDeviceClass") == _HUB:
            return None
        identity = f"{_word(folder / 'idVendor')}:{_word(folder / 'idProduct')}".lower()
    except OSError:
        return None  # it was pulled while it was being read
    names = [_name(folder / "manufacturer"), _name(folder / "product")]
    files = frozenset(_files(folder))
    return Plugged(
        place=folder.name,
        identity=identity,
        name=" ".join(name for name in names if name),
        what=_what(folder, files),
        files=files,
    )


def _what(folder: Path, files: Collection[str]) -> What:
    interfaces = [_interface(each) for each in sorted(folder.glob(f"{folder.name}:*"))]
    if any(each.startswith("tty") for each in files) or any(
        each[:2] in {"02", "0a"} for each in interfaces
    ):
        return What.SERIAL
    for begins, what in (
        ("03.01", What.KEYS), ("07", What.PRINTER), ("08", What.STORAGE), ("03", What.POINTER),
    ):  # fmt: skip
        if any(each.startswith(begins) for each in interfaces):
            return what
    return What.OTHER


def _interface(folder: Path) -> str:
    """Class and protocol of one of a device's functions, such as ``03.01``."""
    try:
        kind, protocol = _word(folder / "bInterfaceClass"), _word(folder / "bInterfaceProtocol")
    except OSError:
        return ""
    return f"{kind}.{protocol}"


def _files(folder: Path) -> Iterator[str]:
    """Names of the device files of its functions; those of what hangs behind it are not its own."""
    for interface in folder.glob(f"{folder.name}:*"):
        for pattern in ("tty*", "tty/tty*", "usbmisc/*", "*/input/input*/event*"):
            yield from (each.name for each in interface.glob(pattern) if each.name != "tty")


def _word(file: Path) -> str:
    return file.read_text(encoding="ascii", errors="replace").strip()


def _name(file: Path) -> str:
    """A name as the device gives it, made safe: it may hold anything."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "".join(sign for sign in text.strip() if sign.isprintable())[:40]
