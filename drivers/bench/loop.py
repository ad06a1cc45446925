"""One thread that waits for many descriptors: the bench's only loop."""

from __future__ import annotations

import os
import selectors
from collections.abc import Callable


class Loop:
    """Calls back when a descriptor can be read, until it is stopped."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake_out, self._wake_in = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._selector.register(self._wake_out, selectors.EVENT_READ, None)

    def watch(self, descriptor: int, on_readable: Callable[[], None]) -> None:
        """Call ``on_readable`` whenever ``descriptor`` can be read."""
        self._selector.register(descriptor, selectors.EVENT_READ, on_readable)

    def unwatch(self, descriptor: int) -> None:
        """Call back no more; a descriptor that is not watched is no error."""
        if descriptor in self._selector.get_map():
            self._selector.unregister(descriptor)

    def run(self) -> None:
        """Run until ``stop``."""
        while True:
            for key, _events in self._selector.select():
                if key.data is None:
                    return
                if key.fd in self._selector.get_map():
                    key.data()

    def stop(self) -> None:
        """End ``run``; MAY be called from any thread and from a signal handler."""
        os.write(self._wake_in, b"\0")

    def close(self) -> None:
        """Let go of everything; only after ``run`` has ended."""
        self._selector.close()
        os.close(self._wake_out)
        os.close(self._wake_in)
