"""A scanner without a scanner, for tests: it reads what it is told to have read."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from drivers import Closing
from drivers.scanner import Deliver, Scanner
from drivers.scanner.assembly import Assembler


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is set for a simulated scanner.

    Attributes:
        name: How it is called on the screen.
    """

    name: str = "scanner"


def open_device(options: Options) -> Scanner:
    """The scanner."""
    return SimulatedScanner(options)


class SimulatedScanner(Closing):
    """See ``drivers.scanner.Scanner``. It delivers on the thread that calls ``send``."""

    present = True

    def __init__(self, options: Options | None = None) -> None:
        self.name = (options or Options()).name
        self._assembler = Assembler(self.name)
        self._lock = threading.Lock()
        self._deliver: Deliver | None = None
        self._plugged = True

    @property
    def connected(self) -> bool:
        """See ``drivers.scanner.Scanner``."""
        return self._plugged and self._deliver is not None

    def start(self, deliver: Deliver) -> None:
        """See ``drivers.scanner.Scanner``."""
        if self._deliver is not None:
            raise RuntimeError(f"The scanner {self.name} was started before. Start it once.")
        self._deliver = deliver

    def scan(self, code: str) -> None:
        """Read a code, with the line end that scanners send."""
        self.send(code.encode() + b"\r")

    def send(self, data: bytes) -> None:
        """Send bytes as they are; nothing is sent while it is unplugged or closed."""
        with self._lock:
            if self._deliver is not None and self._plugged:
                for scan in self._assembler.feed(data):
                    self._deliver(scan)

    def pause(self) -> None:
        """Fall silent."""
        with self._lock:
            if self._deliver is not None:
                for scan in self._assembler.pause():
                    self._deliver(scan)

    def unplug(self) -> None:
        """Pull its cable."""
        self.pause()
        self._plugged = False

    def plug(self) -> None:
        """Put its cable back."""
        self._plugged = True

    def close(self) -> None:
        """See ``drivers.scanner.Scanner``."""
        with self._lock:
            self._deliver = None
