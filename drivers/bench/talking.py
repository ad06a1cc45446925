"""A device on a cable that answers what it hears, such as a scale or a display."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from drivers.bench.cable import Cable
from drivers.bench.loop import Loop

_AT_ONCE = 4096


class TalkingPort:
    """A serial port of the bench: a cable that can be pulled and put back.

    Args:
        loop: The bench's loop.
        path: Where the driver finds its end.
        hear: Takes what came, and says what to answer.
    """

    def __init__(self, loop: Loop, path: Path, hear: Callable[[bytes], bytes]) -> None:
        self._loop = loop
        self._path = path
        self._hear = hear
        self._cable: Cable | None = None
        self.plug()

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self._cable is not None

    def plug(self) -> None:
        """Put the cable in."""
        if self._cable is None:
            self._cable = Cable(self._path)
            self._loop.watch(self._cable.master, self._read)

    def unplug(self) -> None:
        """Pull the cable."""
        if self._cable is not None:
            self._loop.unwatch(self._cable.master)
            self._cable.close()
            self._cable = None

    def _read(self) -> None:
        if self._cable is None:
            return
        with contextlib.suppress(BlockingIOError):
            answer = self._hear(os.read(self._cable.master, _AT_ONCE))
            if answer:
                self._cable.write(answer)
