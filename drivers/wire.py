"""A serial port that is opened when it is used, and opened again after it was unplugged."""

from __future__ import annotations

import os
import select
import termios
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import serial

T = TypeVar("T")

_AT_ONCE = 256
_STALE_READS = 32
"""A device that never stops sending is left to talk after so many reads; its answer is refused."""


class Wire:
    """A serial line with 8 data bits, no parity and one stop bit, and never a wait without an end.

    Args:
        port: The device file.
        baudrate: Bits per second.
        clock: Seconds that never go back.
    """

    def __init__(
        self, port: str, baudrate: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._port = port
        self._baudrate = baudrate
        self._clock = clock
        self._lock = threading.Lock()
        self._open: serial.Serial | None = None
        self._closed = False

    def send(self, data: bytes, wait_s: float, *, first: bytes = b"") -> None:
        """Send ``data``.

        Args:
            data: What to send.
            wait_s: How long to wait for room.
            first: What goes before it where the port had to be opened.

        Raises:
            OSError: The port is away, or it broke; or there was no room in time.
        """
        with self._lock:
            whole = data if self._open else first + data
            self._guarded(lambda descriptor: self._write(descriptor, whole, wait_s))

    def ask(self, question: bytes, *, end: bytes, most: int, wait_s: float) -> bytes:
        """Send ``question`` and read up to ``end``.

        What came before the question was asked is no answer to it, and is thrown away.

        Args:
            question: What to send.
            end: The last byte of an answer.
            most: Bytes an answer may have.
            wait_s: How long to wait for the whole answer.

        Returns:
            The answer with its end; or, of one that was too long or broke off, what came of it.

        Raises:
            TimeoutError: Nothing came.
            OSError: The port is away, or it broke.
        """

        def exchange(descriptor: int) -> bytes:
            _drain(descriptor)
            self._write(descriptor, question, wait_s)
            return self._read(descriptor, end, most, wait_s)

        with self._lock:
            return self._guarded(exchange)

    def close(self) -> None:
        """Let go of the port. MAY be called more than once."""
        with self._lock:
            self._closed = True
            self._let_go()

    def _guarded(self, use: Callable[[int], T]) -> T:
        """Use the port; one that broke is let go of, and looked for at the next use."""
        try:
            return use(self._descriptor())
        except TimeoutError:
            raise
        except OSError:
            self._let_go()
            raise

    def _descriptor(self) -> int:
        if self._closed:
            raise ConnectionAbortedError(f"The line {self._port} is closed.")
        if self._open is None:
            try:
                self._open = serial.Serial(self._port, self._baudrate, timeout=0, exclusive=True)
            except termios.error as error:
                raise OSError(*error.args) from error
        descriptor: int = self._open.fileno()
        return descriptor

    def _let_go(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _write(self, descriptor: int, data: bytes, wait_s: float) -> None:
        end_s = self._clock() + wait_s
        while data:
            if not _ready(descriptor, select.POLLOUT, end_s - self._clock()):
                raise TimeoutError(f"{self._port} took no more bytes.")
            data = data[os.write(descriptor, data) :]

    def _read(self, descriptor: int, end: bytes, most: int, wait_s: float) -> bytes:
        heard, end_s = b"", self._clock() + wait_s
        while len(heard) < most:
            if not _ready(descriptor, select.POLLIN, end_s - self._clock()):
                break
            heard += _take(descriptor, most - len(heard))
            answer, found, _rest = heard.partition(end)
            if found:
                return answer + found
        if not heard:
            raise TimeoutError(f"{self._port} gave no answer.")
        return heard


def _ready(descriptor: int, event: int, wait_s: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, event)
    return bool(poll.poll(max(0, round(wait_s * 1000))))


def _take(descriptor: int, most: int) -> bytes:
    data = os.read(descriptor, most)
    if not data:
        raise ConnectionResetError("The device was unplugged.")
    return data


def _drain(descriptor: int) -> None:
    """Throw away what waits to be read."""
    for _ in range(_STALE_READS):
        if not _ready(descriptor, select.POLLIN, 0):
            return
        _take(descriptor, _AT_ONCE)
