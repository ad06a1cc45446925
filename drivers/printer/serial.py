"""A receipt printer on a serial port, or on USB as a serial port."""

from __future__ import annotations

from dataclasses import dataclass

import serial

from drivers import OptionError
from drivers.printer import Printer
from drivers.printer.conversation import EscposPrinter
from drivers.printer.escpos import EscposOptions
from drivers.printer.link import DescriptorLink

FLOW_CONTROLS = ("rtscts", "xonxoff", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(EscposOptions):
    """What is set for a serial printer, beside what is set for every ESC/POS printer.

    Attributes:
        port: The port's device file, best one below ``/dev/serial/by-id``.
        baudrate: Bits per second, as on the printer's self-test.
        flow_control: How the printer says that its buffer is full: ``rtscts``, ``xonxoff`` or
            ``none``. Without it a long receipt loses lines.
    """

    port: str
    baudrate: int = 38_400
    flow_control: str = "rtscts"

    def __post_init__(self) -> None:
        EscposOptions.__post_init__(self)
        if not self.port:
            raise OptionError("port", "The serial printer needs a port. Give its device file.")
        if self.baudrate not in serial.Serial.BAUDRATES:
            raise OptionError(
                "baudrate", f"No serial port runs at {self.baudrate} bits/s. Read the self-test."
            )
        if self.flow_control not in FLOW_CONTROLS:
            raise OptionError(
                "flow_control",
                f"Flow control is one of {', '.join(FLOW_CONTROLS)}, found {self.flow_control!r}.",
            )


def open_device(options: Options) -> Printer:
    """The printer; its port is opened when it is first used."""
    return EscposPrinter(lambda: _connect(options), options)


def _connect(options: Options) -> DescriptorLink:
    port = serial.Serial(
        options.port,
        options.baudrate,
        rtscts=options.flow_control == "rtscts",
        xonxoff=options.flow_control == "xonxoff",
        exclusive=True,
    )
    return DescriptorLink(port.fileno(), port.close)
