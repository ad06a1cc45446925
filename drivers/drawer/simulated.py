"""A drawer without a drawer, for the workstation and for tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers import Closing, OptionError
from drivers.drawer import Drawer, DrawerState
from drivers.drawer.coil import KickGuard, await_open


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is set for a simulated drawer.

    Attributes:
        gap_s: The least time from one kick to the next.
        shut_after_s: The cashier shuts it by herself after so long; 0 leaves it to ``shut``.
    """

    gap_s: float = 1.0
    shut_after_s: float = 5.0

    def __post_init__(self) -> None:
        for key in ("gap_s", "shut_after_s"):
            if getattr(self, key) < 0:
                raise OptionError(key, f"{key} cannot be below zero seconds. Leave it out.")


def open_device(options: Options, _printer: object = None) -> Drawer:
    """The drawer."""
    return SimulatedDrawer(options)


class SimulatedDrawer(Closing):
    """See ``drivers.drawer.Drawer``.

    Attributes:
        stuck: It does not open when kicked.
        kicks: How often it was kicked.
    """

    present = True

    def __init__(
        self, options: Options | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._options = options or Options()
        self._clock = clock
        self._guard = KickGuard(self._options.gap_s, clock)
        self._opened_at: float | None = None
        self.stuck = False
        self.kicks = 0

    def kick(self) -> None:
        """See ``drivers.drawer.Drawer``."""
        self._guard.note()
        self.kicks += 1
        if not self.stuck:
            self.pull_open()
        await_open(self.state, 0, self._clock)

    def state(self) -> DrawerState:
        """See ``drivers.drawer.Drawer``."""
        after_s = self._options.shut_after_s
        if self._opened_at is not None and after_s and self._clock() - self._opened_at >= after_s:
            self.shut()
        return DrawerState.SHUT if self._opened_at is None else DrawerState.OPEN

    def shut(self) -> None:
        """The cashier shuts it."""
        self._opened_at = None

    def pull_open(self) -> None:
        """It comes open, by a kick, a key or by force."""
        self._opened_at = self._clock()
