"""A receipt printer as a device file, such as ``/dev/usb/lp0``."""

from __future__ import annotations

import errno
import os
import stat
import tty
from dataclasses import dataclass

from drivers import OptionError
from drivers.printer import Printer
from drivers.printer.conversation import EscposPrinter
from drivers.printer.escpos import EscposOptions
from drivers.printer.link import DescriptorLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(EscposOptions):
    """What is set for a printer as a device file, beside what is set for every ESC/POS printer.

    Attributes:
        path: The device file. It is never created: where it is missing, the printer is away.
    """

    path: str

    def __post_init__(self) -> None:
        EscposOptions.__post_init__(self)
        if not self.path:
            raise OptionError("path", "The file printer needs a path, such as /dev/usb/lp0.")


def open_device(options: Options) -> Printer:
    """The printer; its file is opened when it is first used."""
    return EscposPrinter(lambda: _connect(options), options)


def _connect(options: Options) -> DescriptorLink:
    way = os.O_RDWR if options.answers else os.O_WRONLY
    descriptor = os.open(options.path, way | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        _prepare(descriptor, options.path)
    except BaseException:
        os.close(descriptor)
        raise
    return DescriptorLink(descriptor, lambda: os.close(descriptor), readable=options.answers)


def _prepare(descriptor: int, path: str) -> None:
    """Refuse what is no device, and have a terminal line pass every byte as it is."""
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise OSError(errno.ENODEV, "This is a file on a disk, not a printer", path)
    if os.isatty(descriptor):
        tty.setraw(descriptor)
