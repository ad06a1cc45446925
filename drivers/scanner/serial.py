"""A scanner on a serial port, or on USB as a serial port."""

from __future__ import annotations

from dataclasses import dataclass

import serial

from drivers import OptionError
from drivers.scanner import Scan, Scanner
from drivers.scanner.assembly import Assembler
from drivers.scanner.reading import ReadingScanner


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is set for a serial scanner. It must end every code with CR, LF or both.

    Attributes:
        port: The port's device file, best one below ``/dev/serial/by-id``.
        baudrate: Bits per second; of no importance on USB.
        name: How it is called on the screen.
    """

    port: str
    baudrate: int = 9600
    name: str = "scanner"

    def __post_init__(self) -> None:
        if not self.port:
            raise OptionError("port", "The serial scanner needs a port. Give its device file.")
        if self.baudrate not in serial.Serial.BAUDRATES:
            raise OptionError(
                "baudrate", f"No serial port runs at {self.baudrate} bits/s. Read its manual."
            )


def open_device(options: Options) -> Scanner:
    """The scanner; its port is opened when it is started."""
    return ReadingScanner(options.name, lambda: _SerialSource(options))


class _SerialSource:
    """An open port. See ``drivers.scanner.reading.Source``."""

    def __init__(self, options: Options) -> None:
        self._port = serial.Serial(options.port, options.baudrate, timeout=0, exclusive=True)

    def fileno(self) -> int:
        descriptor: int = self._port.fileno()
        return descriptor

    def read(self, assembler: Assembler) -> list[Scan]:
        # An unplugged port makes in_waiting raise OSError and read raise its child.
        data = self._port.read(max(1, self._port.in_waiting))
        return list(assembler.feed(data))

    def close(self) -> None:
        self._port.close()
