"""A receipt printer without paper: the bench's printer, in this process.

It takes the same bytes and gives the same answers as the one behind the bench's TCP port; only the
wire is missing.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from drivers.bench.printer import BenchPrinter, Condition
from drivers.bench.tray import Tray
from drivers.printer import Printer
from drivers.printer.conversation import EscposPrinter
from drivers.printer.escpos import EscposOptions
from drivers.printer.link import CHUNK


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(EscposOptions):
    """What is set for a simulated printer, beside what is set for every ESC/POS printer.

    Attributes:
        folder: Where receipts come out, as a picture and a text each.
        pictures: Draw the pictures; without them a receipt takes no time.
    """

    folder: str = "paper"
    pictures: bool = True
    drawer_sensor: str = "high"


def open_device(options: Options) -> Printer:
    """The printer."""
    return SimulatedPrinter(options)


class SimulatedPrinter(EscposPrinter):
    """See ``drivers.printer.Printer``.

    Attributes:
        bench: The printer that is simulated: its paper, its drawer and its warnings.
        tray: Where its paper comes out.
    """

    def __init__(self, options: Options) -> None:
        self.tray = Tray(Path(options.folder), pictures=options.pictures)
        self.bench = BenchPrinter(self.tray.take, columns=options.columns)
        self._moved = threading.Condition()
        self._cable: _InProcess | None = None
        self._plugged = True
        super().__init__(self._plug_in, options)

    def behave(self, condition: Condition, *, after_lines: int = 0) -> None:
        """Make something the matter with the printer, or mend it; see ``BenchPrinter``."""
        with self._moved:
            self.bench.behave(condition, after_lines=after_lines)
            self._moved.notify_all()

    def unplug(self) -> None:
        """Pull its cable; it goes on printing what it has."""
        with self._moved:
            self._plugged = False
            if self._cable is not None:
                self._cable.close()
            self._moved.notify_all()

    def plug(self) -> None:
        """Put its cable back."""
        self._plugged = True

    def _plug_in(self) -> _InProcess:
        if not self._plugged:
            raise ConnectionRefusedError("The simulated printer is unplugged.")
        self._cable = _InProcess(self.bench, self._moved)
        return self._cable


class _InProcess:
    """A line to a printer in this process. See ``drivers.printer.link.Link``."""

    def __init__(self, printer: BenchPrinter, moved: threading.Condition) -> None:
        self._printer = printer
        self._moved = moved
        self._answers = bytearray()
        self._open = True

    def write(self, data: bytes, wait_s: float) -> int:
        """See ``Link``."""
        with self._moved:
            self._moved.wait_for(lambda: self._printer.room or not self._open, wait_s)
            self._check()
            taken = data[: min(CHUNK, self._printer.room)]
            self._printer.receive(taken, self._answers.extend)
            return len(taken)

    def read(self, wait_s: float) -> bytes:
        """See ``Link``."""
        with self._moved:
            self._moved.wait_for(lambda: self._answers or not self._open, wait_s)
            self._check()
            data = bytes(self._answers)
            self._answers.clear()
            return data

    def close(self) -> None:
        """See ``Link``."""
        with self._moved:
            self._open = False
            self._printer.hang_up(self._answers.extend)

    def _check(self) -> None:
        if not self._open:
            raise ConnectionAbortedError("The line to the printer is closed.")
