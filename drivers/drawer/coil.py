"""The care every drawer's coil needs: pulses that are short and not too close together."""

from __future__ import annotations

import threading
from collections.abc import Callable

from drivers.drawer import DrawerState, DrawerStuckError, KickedTooSoonError

_GLANCE_S = 0.01


class KickGuard:
    """Refuses a kick that comes before the coil has cooled.

    Args:
        gap_s: The least time from one kick to the next.
        clock: Seconds that never go back.
    """

    def __init__(self, gap_s: float, clock: Callable[[], float]) -> None:
        self._gap_s = gap_s
        self._clock = clock
        self._kicked_at: float | None = None

    def note(self) -> None:
        """Note a kick that is about to be made.

        Raises:
            KickedTooSoonError: The last one was less than ``gap_s`` ago.
        """
        now = self._clock()
        if self._kicked_at is not None and now - self._kicked_at < self._gap_s:
            raise KickedTooSoonError
        self._kicked_at = now


def await_open(state: Callable[[], DrawerState], wait_s: float, clock: Callable[[], float]) -> None:
    """Wait until a kicked drawer says that it is open.

    Raises:
        DrawerStuckError: It still says shut after ``wait_s``. A drawer that cannot say is believed.
    """
    until = clock() + wait_s
    pause = threading.Event()
    while state() is DrawerState.SHUT:
        if clock() >= until:
            raise DrawerStuckError
        pause.wait(_GLANCE_S)
