"""A display without a display, for the workstation and for tests."""

from __future__ import annotations

from dataclasses import dataclass

from drivers import Closing
from drivers.display import COLUMNS, Display, DisplayAwayError
from drivers.display.lit import encode


@dataclass(frozen=True, slots=True)
class Options:
    """Nothing is set for a simulated display."""


def open_device(_options: Options) -> Display:
    """The display."""
    return SimulatedDisplay()


class SimulatedDisplay(Closing):
    """See ``drivers.display.Display``.

    Attributes:
        lines: What the customer sees, without the spaces at the ends.
    """

    present = True
    columns = COLUMNS

    def __init__(self) -> None:
        self.lines = ("", "")
        self._plugged = True
        self._closed = False

    def show(self, upper: str, lower: str) -> None:
        """See ``drivers.display.Display``."""
        if not self._plugged or self._closed:
            raise DisplayAwayError("It is unplugged." if not self._closed else "It is closed.")
        lines = [encode(line, "cp858").decode("cp858").rstrip() for line in (upper, lower)]
        self.lines = (lines[0], lines[1])

    def unplug(self) -> None:
        """Pull its cable; it goes dark."""
        self._plugged, self.lines = False, ("", "")

    def plug(self) -> None:
        """Put its cable back."""
        self._plugged = True

    def close(self) -> None:
        """See ``drivers.display.Display``."""
        self._closed = True
