"""The line to a printer: bytes out, bytes in, and never a wait without an end."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from typing import Protocol

CHUNK = 1024
"""At most so many bytes go out at once, so that a printer that stops is noticed early."""


class Link(Protocol):
    """An open line to a printer. A line that broke raises OSError, and stays broken."""

    def write(self, data: bytes, wait_s: float) -> int:
        """Hand over what fits now, waiting at most ``wait_s`` for room; 0 when none came."""

    def read(self, wait_s: float) -> bytes:
        """What has come, waiting at most ``wait_s``; empty when nothing came."""

    def close(self) -> None:
        """Close the line. MAY be called more than once."""


class DescriptorLink:
    """A line over a non-blocking file descriptor: a socket, a serial port or a device file.

    Args:
        descriptor: What to read and write. It MUST be non-blocking.
        close: Closes it.
        readable: False for a device that can only be written.
    """

    def __init__(
        self, descriptor: int, close: Callable[[], None], *, readable: bool = True
    ) -> None:
        self._descriptor = descriptor
        self._close: Callable[[], None] | None = close
        self._readable = readable

    def write(self, data: bytes, wait_s: float) -> int:
        """See ``Link``."""
        if not self._ready(select.POLLOUT, wait_s):
            return 0
        try:
            return os.write(self._descriptor, data[:CHUNK])
        except BlockingIOError:
            return 0

    def read(self, wait_s: float) -> bytes:
        """See ``Link``."""
        if not self._readable or not self._ready(select.POLLIN, wait_s):
            return b""
        try:
            data = os.read(self._descriptor, CHUNK)
        except BlockingIOError:
            return b""
        if not data:
            raise ConnectionResetError("The printer closed the connection.")
        return data

    def close(self) -> None:
        """See ``Link``."""
        if self._close is not None:
            close, self._close = self._close, None
            close()

    def _ready(self, event: int, wait_s: float) -> bool:
        if self._close is None:
            raise ConnectionAbortedError("The line to the printer is closed.")
        poll = select.poll()
        poll.register(self._descriptor, event)
        return bool(poll.poll(round(wait_s * 1000)))
