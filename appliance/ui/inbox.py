"""The one door into the screen's thread.

Scanners, the journal's writer and the device worker run in threads of their own. What they have
to say is put here as a call and made on the screen's thread, so nothing else there needs a lock.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

Call = Callable[[], object]

log = logging.getLogger(__name__)


class Inbox:
    """Calls that wait for the screen's thread, at most ``maxsize`` of them.

    A thread that puts into a full inbox waits until there is room: a worker may be slowed down,
    its result may not be lost. The draining thread itself never waits, for nobody else would make
    room.

    Attributes:
        wake: Called after a call was put, from any thread; the shell has Kivy's clock drain then.
    """

    def __init__(self, maxsize: int = 1000) -> None:
        if maxsize < 1:
            raise ValueError(f"An inbox holds at least 1 call, not {maxsize}.")
        self.wake: Call = _nobody
        self._maxsize = maxsize
        self._calls: deque[Call] = deque()
        self._room = threading.Condition()
        self._drainer: int | None = None
        self._closed = False

    def put(self, call: Call) -> None:
        """Have ``call`` made on the screen's thread, in the order of arrival.

        After `close` there is no screen left and the call is dropped.
        """
        with self._room:
            if threading.get_ident() != self._drainer:
                self._room.wait_for(lambda: self._closed or len(self._calls) < self._maxsize)
            if self._closed:
                return
            self._calls.append(call)
        self.wake()

    def run_pending(self) -> int:
        """Make the calls that wait now and return how many there were.

        Calls put meanwhile wait for the next round, so a busy thread cannot freeze the screen.
        A call that raises is logged and the others are made all the same.
        """
        with self._room:
            self._drainer = threading.get_ident()
            calls = list(self._calls)
            self._calls.clear()
            self._room.notify_all()
        for call in calls:
            try:
                call()
            except Exception:
                # A supervising loop: one faulty call must not silence the scanner for good.
                log.exception("A call handed to the screen failed.")
        return len(calls)

    def close(self) -> None:
        """Let waiting threads go; calls put from now on are dropped."""
        with self._room:
            self._closed = True
            self._calls.clear()
            self._room.notify_all()


def _nobody() -> None:
    """Wake nobody: no shell is running."""
