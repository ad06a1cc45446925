"""A pseudo-terminal: the bench holds one end, a driver opens the other as a serial port."""

from __future__ import annotations

import contextlib
import os
import select
import tty
from pathlib import Path


class Cable:
    """A serial cable. ``path`` is a link that stays the same when the cable is plugged in again.

    Args:
        path: Where the driver's end is found.
        held: The bench holds the driver's end open too, so that the line never hangs up by
            itself; without it, the bench sees whether a driver is there.
    """

    def __init__(self, path: Path, *, held: bool = True) -> None:
        self.path = path
        self.master, driver_end = os.openpty()
        tty.setraw(driver_end)
        os.set_blocking(self.master, False)
        path.unlink(missing_ok=True)
        path.symlink_to(os.ttyname(driver_end))
        self._held = driver_end if held else -1
        if not held:
            os.close(driver_end)

    @property
    def is_read(self) -> bool:
        """Somebody has the driver's end open."""
        poll = select.poll()
        poll.register(self.master, select.POLLOUT)
        return not any(event & select.POLLHUP for _master, event in poll.poll(0))

    def write(self, data: bytes) -> int:
        """Send to the driver; how many bytes there was room for."""
        with contextlib.suppress(BlockingIOError):
            return os.write(self.master, data)
        return 0

    def close(self) -> None:
        """Pull the cable: the driver's end hangs up."""
        self.path.unlink(missing_ok=True)
        os.close(self.master)
        if self._held >= 0:
            os.close(self._held)
