"""What displays on a serial line have in common."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import serial

from drivers import Closing, OptionError
from drivers.display import COLUMNS, DisplayAwayError
from drivers.printer import letters
from drivers.wire import Wire

WAIT_S = 1.0
"""How long a display may take to make room for two lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialDisplayOptions:
    """What is set for every serial display.

    Attributes:
        port: The port's device file, best one below ``/dev/serial/by-id``.
        baudrate: Bits per second, as set on its switches.
    """

    port: str
    baudrate: int = 9600

    def __post_init__(self) -> None:
        if not self.port:
            raise OptionError("port", "The display needs a port. Give its device file.")
        if self.baudrate not in serial.Serial.BAUDRATES:
            raise OptionError(
                "baudrate", f"No serial port runs at {self.baudrate} bits/s. Read its manual."
            )


class LitDisplay(Closing):
    """A display that takes bytes and never answers. See ``drivers.display.Display``.

    Args:
        options: Its port.
        page: The code page it is set to, by Python's name.
    """

    present = True
    columns = COLUMNS
    begin = b""
    """What it is told when its port was opened."""

    def __init__(self, options: SerialDisplayOptions, page: str) -> None:
        self._wire = Wire(options.port, options.baudrate)
        self._page = page

    def show(self, upper: str, lower: str) -> None:
        """See ``drivers.display.Display``."""
        lines = [encode(line, self._page) for line in (upper, lower)]
        try:
            self._wire.send(self._command(*lines), WAIT_S, first=self.begin)
        except OSError as error:
            raise DisplayAwayError(str(error)) from error

    def close(self) -> None:
        """See ``drivers.display.Display``."""
        self._wire.close()

    def _command(self, upper: bytes, lower: bytes) -> bytes:
        """The bytes that show two lines, each as long as the display is wide."""
        raise NotImplementedError


def encode(text: str, page: str) -> bytes:
    """``text`` as one line of a display with a code page, cut and filled to its width."""

    def has(character: str) -> bool:
        try:
            return len(codecs.encode(character, page)) == 1
        except UnicodeEncodeError:
            return False

    return codecs.encode(letters.printable(text, has)[:COLUMNS].ljust(COLUMNS), page)
