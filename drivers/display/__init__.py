"""Customer displays of two lines: what the customer reads, and what can go wrong."""

from __future__ import annotations

from typing import ClassVar, Protocol, Self

from drivers import DeviceError

DRIVERS = ("cd5220", "escpos", "none", "simulated")

COLUMNS = 20
"""Characters on a line of every display that speaks one of these languages."""


class DisplayError(DeviceError):
    """The customer does not see what was to be shown."""

    meaning: ClassVar[str] = "The customer display does not work."
    remedy: ClassVar[str] = "Check its cable and its power; go on selling."


class DisplayAwayError(DisplayError, ConnectionError):
    """It is unplugged, or takes nothing."""

    meaning = "The customer display cannot be reached."
    remedy = "Plug it in; it works again by itself. Go on selling."


class NoDisplayError(DisplayError):
    """The driver is ``none``."""

    meaning = "This counter has no customer display."
    remedy = "Set up a display if there is one."


class Display(Protocol):
    """A display of two lines. All calls MAY block, and belong on a worker."""

    present: bool
    """False only for the driver ``none``."""

    columns: int
    """Characters on a line."""

    def show(self, upper: str, lower: str) -> None:
        """Show two lines, instead of what was shown.

        Text is made safe: it is cut at the width, no character of it can be a command, and what
        the display lacks becomes the nearest it has. A display that was unplugged is looked for
        again.

        Raises:
            DisplayError: It was not shown, and the kind says why. A display never says what it
                shows, so one that is switched off may go unnoticed.
        """

    def close(self) -> None:
        """Let go of the display. MAY be called more than once."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...
