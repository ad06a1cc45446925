"""No scanner: articles are looked up or touched."""

from __future__ import annotations

from dataclasses import dataclass

from drivers import Closing
from drivers.scanner import Deliver, Scanner


@dataclass(frozen=True, slots=True)
class Options:
    """Nothing is set for a scanner that is not there."""


def open_device(_options: Options) -> Scanner:
    """A scanner that never delivers."""
    return NoScanner()


class NoScanner(Closing):
    """See ``drivers.scanner.Scanner``."""

    present = False
    name = "none"
    connected = False

    def start(self, _deliver: Deliver) -> None:
        """There is nothing to read."""
