"""A thread for devices that block: it does what it is given and looks around every second."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Self

log = logging.getLogger(__name__)

Task = Callable[[], object]


class DeviceWorker:
    """Does tasks in order on a thread of its own.

    A task that fails unexpectedly is logged and the next one is done all the same: a printer's
    fault must not silence the drawer.

    Args:
        name: Of the thread.
        every_s: How often the watches are called while nothing else is to be done.
    """

    def __init__(self, name: str, *, every_s: float = 1.0) -> None:
        self._tasks: queue.SimpleQueue[tuple[Task, Task | None] | None] = queue.SimpleQueue()
        self._watches: tuple[Task, ...] = ()
        self._every_s = every_s
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def watch(self, look: Task) -> None:
        """Have ``look`` called every second from now on."""
        self._watches = (*self._watches, look)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def do(self, task: Task, *, otherwise: Task | None = None) -> None:
        """Have a task done after those given before.

        Args:
            task: What to do.
            otherwise: What to do instead where it fails unexpectedly.
        """
        self._tasks.put((task, otherwise))

    def close(self, timeout_s: float = 10.0) -> None:
        """Finish what was given, then stop; again is allowed.

        Args:
            timeout_s: A device that hangs for longer is left to itself.
        """
        if self._thread.is_alive():
            self._tasks.put(None)
            self._thread.join(timeout_s)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        look_at = time.monotonic()
        while True:
            try:
                wait_s = max(0.0, look_at - time.monotonic()) if self._watches else None
                given = self._tasks.get(timeout=wait_s)
            except queue.Empty:
                for look in self._watches:
                    _do(look)
                look_at = time.monotonic() + self._every_s
                continue
            if given is None:
                return
            _do(*given)


def _do(task: Task, otherwise: Task | None = None) -> None:
    try:
        task()
    except Exception:
        # A supervising loop: the thread lives as long as the desk.
        log.exception("A task of %s failed.", threading.current_thread().name)
        if otherwise is not None:
            otherwise()
