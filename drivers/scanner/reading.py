"""The reading thread that every scanner with a cable has: it never gives up looking for it."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable
from typing import Protocol

from drivers import Closing
from drivers.scanner import Deliver, Scan
from drivers.scanner.assembly import Assembler

PAUSE_S = 0.2
"""A scanner sends a code in one go; this long a silence is the end of it."""

FIRST_WAIT_S, LONGEST_WAIT_S = 0.25, 4.0
"""How long to wait before looking for an unplugged scanner again, doubled each time."""


class Source(Protocol):
    """A scanner that is plugged in. Unplugging it raises OSError."""

    def fileno(self) -> int:
        """What to wait on."""

    def read(self, assembler: Assembler) -> list[Scan]:
        """Read what has come, without waiting; the scans it completes."""

    def close(self) -> None:
        """Let go of it."""


class ReadingScanner(Closing):
    """See ``drivers.scanner.Scanner``.

    Args:
        name: How it is called.
        find: Opens the scanner; raises OSError while it is not there.
    """

    present = True

    def __init__(self, name: str, find: Callable[[], Source]) -> None:
        self.name = name
        self._find = find
        self._assembler = Assembler(name)
        self._deliver: Deliver | None = None
        self._thread: threading.Thread | None = None
        self._stop_heard, self._stop_said = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._connected = False
        self._closed = False
        self.last_error = ""
        """Why the scanner is not connected, in the system's words."""

    @property
    def connected(self) -> bool:
        """See ``drivers.scanner.Scanner``."""
        return self._connected

    def start(self, deliver: Deliver) -> None:
        """See ``drivers.scanner.Scanner``."""
        if self._thread is not None or self._closed:
            raise RuntimeError(f"The scanner {self.name} was started before. Start it once.")
        self._deliver = deliver
        self._thread = threading.Thread(target=self._run, name=f"scanner {self.name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """See ``drivers.scanner.Scanner``."""
        if self._closed:
            return
        self._closed = True
        os.write(self._stop_said, b"\0")
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        os.close(self._stop_said)
        os.close(self._stop_heard)

    def _run(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._closed:
            try:
                source = self._find()
                try:
                    self._connected = True
                    wait_s = FIRST_WAIT_S
                    self._read(source)
                finally:
                    self._connected = False
                    source.close()
            except OSError as error:
                self.last_error = str(error)
                self._say(list(self._assembler.pause()))
                self._wait(None, wait_s)
                wait_s = min(LONGEST_WAIT_S, 2 * wait_s)

    def _read(self, source: Source) -> None:
        self._assembler.forget()
        while not self._closed:
            pause_s = PAUSE_S if self._assembler.begun else None
            if self._wait(source.fileno(), pause_s):
                self._say(source.read(self._assembler))
            elif pause_s is not None:
                self._say(list(self._assembler.pause()))

    def _wait(self, descriptor: int | None, wait_s: float | None) -> bool:
        """Wait for the scanner or for ``close``; true when the scanner has something to say."""
        poll = select.poll()
        poll.register(self._stop_heard, select.POLLIN)
        if descriptor is not None:
            poll.register(descriptor, select.POLLIN)
        ready = poll.poll(None if wait_s is None else round(wait_s * 1000))
        return any(which == descriptor for which, _event in ready)

    def _say(self, scans: list[Scan]) -> None:
        if self._deliver is not None and not self._closed:
            for scan in scans:
                self._deliver(scan)
