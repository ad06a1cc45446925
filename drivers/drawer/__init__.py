"""Cash drawers: what a drawer does, and what can go wrong."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar, Protocol, Self

from drivers import DeviceError

DRIVERS = ("gpio", "none", "printer_kick", "simulated")


class DrawerState(Enum):
    """What the drawer's sensor says."""

    OPEN = "open"
    SHUT = "shut"
    UNKNOWN = "unknown"
    """There is no sensor, or it cannot be read now."""


class DrawerError(DeviceError):
    """The drawer was not opened."""

    meaning: ClassVar[str] = "The drawer was not opened."
    remedy: ClassVar[str] = "Open it with its key, then check its cable."


class DrawerUnreachableError(DrawerError, ConnectionError):
    """The printer that carries the drawer, or the pin, cannot be reached."""

    meaning = "The drawer was not opened: what it hangs on cannot be reached."
    remedy = "Check the printer or the drawer's cable, then try again or use the drawer's key."


class DrawerStuckError(DrawerError):
    """It was kicked and its sensor still says shut."""

    meaning = "The drawer was kicked but did not open."
    remedy = "Check that it is not locked or held, then try again or use its key."


class KickedTooSoonError(DrawerError):
    """A second kick came before the coil had cooled."""

    meaning = "The drawer was kicked a moment ago."
    remedy = "Wait a second, then try again."


class NoDrawerError(DrawerError):
    """The driver is ``none``."""

    meaning = "This counter has no drawer."
    remedy = "Set up a drawer if there is one."


class Drawer(Protocol):
    """A cash drawer. All calls MAY block, and belong on the device worker."""

    present: bool
    """False only for the driver ``none``."""

    def kick(self) -> None:
        """Open the drawer. MUST limit the time the coil is on, and how often it is pulsed.

        Raises:
            DrawerError: The drawer was not opened, and the kind says why. A drawer without a
                sensor cannot say that it stayed shut.
        """

    def state(self) -> DrawerState:
        """What the sensor says now. MUST NOT raise."""

    def close(self) -> None:
        """Let go of the drawer, with the coil off. MAY be called more than once."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...
