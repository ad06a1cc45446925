"""No printer: a counter that gives its receipts another way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drivers import Closing
from drivers.printer import Element, NoPrinterError, Printed, Printer, PrinterStatus


@dataclass(frozen=True, slots=True)
class Options:
    """Nothing is set for a printer that is not there."""


def open_device(_options: Options) -> Printer:
    """A printer that says of everything that it is not there."""
    return NoPrinter()


class NoPrinter(Closing):
    """See ``drivers.printer.Printer``."""

    present = False
    columns = 48

    def encode(self, _document: Sequence[Element]) -> bytes:
        """An empty job."""
        return b""

    def print(self, _job: bytes) -> Printed:
        """Raises ``NoPrinterError``."""
        raise NoPrinterError

    def kick(self) -> None:
        """Raises ``NoPrinterError``."""
        raise NoPrinterError

    def status(self) -> PrinterStatus:
        """Nothing is known of what is not there."""
        return PrinterStatus()
