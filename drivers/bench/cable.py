"""A pseudo-terminal: the bench holds one end, a driver opens the other as a serial port."""

from __future__ import annotations

import contextlib
import os
import tty
from pathlib import Path


class Cable:
    """A serial cable. ``path`` is a link that stays the same when the cable is plugged in again.

    The bench keeps the driver's end open too, so that the line lives when no driver is there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        path.unlink(missing_ok=True)
        path.symlink_to(os.ttyname(self._slave))

    def write(self, data: bytes) -> int:
        """Send to the driver; how many bytes there was room for."""
        with contextlib.suppress(BlockingIOError):
            return os.write(self.master, data)
        return 0

    def close(self) -> None:
        """Pull the cable: the driver's end hangs up."""
        self.path.unlink(missing_ok=True)
        os.close(self.master)
        os.close(self._slave)
