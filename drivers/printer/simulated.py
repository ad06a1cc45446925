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
    """

    folder: str = "paper"
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
        self.tray = Tray(Path(options.folder))
        self.bench = BenchPrinter(self.tray.take, columns=options.columns)
        self._moved = threading.Condition()
        super().__init__(lambda: _InProcess(self.bench, self._moved), options)

    def behave(self, condition: Condition, *, lines_left: int | None = None) -> None:
        """Make something the matter with the printer, or mend it."""
        with self._moved:
            self.bench.behave(condition, lines_left=lines_left)
            self._moved.notify_all()


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
            self._check()
            self._moved.wait_for(lambda: self._printer.room, wait_s)
            taken = data[: min(CHUNK, self._printer.room)]
            self._printer.receive(taken, self._answers.extend)
            return len(taken)

    def read(self, wait_s: float) -> bytes:
        """See ``Link``."""
        with self._moved:
            self._check()
            self._moved.wait_for(lambda: self._answers, wait_s)
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
