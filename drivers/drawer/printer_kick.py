"""A drawer on the printer's drawer port."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers import Closing, OptionError
from drivers.drawer import Drawer, DrawerState, DrawerUnreachableError
from drivers.drawer.coil import KickGuard, await_open
from drivers.printer import Printer, PrinterError


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is set for a drawer on the printer. Its sensor is set with the printer.

    Attributes:
        gap_s: The least time from one kick to the next.
        opens_within_s: How soon the sensor, where there is one, must say that it is open.
    """

    gap_s: float = 1.0
    opens_within_s: float = 1.0

    def __post_init__(self) -> None:
        if self.gap_s <= 0:
            raise OptionError("gap_s", "The gap between kicks is above zero. The coil must cool.")


def open_device(options: Options, printer: Printer | None = None) -> Drawer:
    """The drawer that hangs on ``printer``.

    Raises:
        OptionError: No printer was given.
    """
    if printer is None:
        raise OptionError("driver", "The drawer driver 'printer_kick' needs a printer. Set one up.")
    return PrinterDrawer(options, printer)


class PrinterDrawer(Closing):
    """See ``drivers.drawer.Drawer``. It does not close the printer, which is not its own."""

    present = True

    def __init__(
        self, options: Options, printer: Printer, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._options = options
        self._printer = printer
        self._clock = clock
        self._guard = KickGuard(options.gap_s, clock)

    def kick(self) -> None:
        """See ``drivers.drawer.Drawer``."""
        self._guard.note()
        try:
            self._printer.kick()
        except PrinterError as error:
            raise DrawerUnreachableError(str(error)) from error
        await_open(self.state, self._options.opens_within_s, self._clock)

    def state(self) -> DrawerState:
        """See ``drivers.drawer.Drawer``."""
        is_open = self._printer.status().drawer_open
        if is_open is None:
            return DrawerState.UNKNOWN
        return DrawerState.OPEN if is_open else DrawerState.SHUT
