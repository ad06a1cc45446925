"""The TCP line to a ZVT terminal: messages out, messages in, and a wait that can be ended."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Callable

from drivers.terminal.zvt_apdu import Apdu, Assembly

_CHUNK = 4096
_CUT = struct.pack("ii", 1, 0)  # linger, for no time: the other end's buffer is thrown away
_KEEP_ALIVE = {
    socket.TCP_KEEPIDLE: 10,  # seconds of silence before the first question
    socket.TCP_KEEPINTVL: 5,  # seconds between questions
    socket.TCP_KEEPCNT: 3,  # questions without an answer until the line counts as broken
    socket.TCP_USER_TIMEOUT: 20_000,  # milliseconds that sent data may stay unconfirmed
}


class LineError(ConnectionError):
    """The line broke, or what came over it cannot be understood. It stays broken."""


class Waker:
    """Ends a wait from another thread."""

    def __init__(self) -> None:
        self._out, self._in = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._open = True
        self._lock = threading.Lock()  # a number of a closed pipe may be another file's by now

    @property
    def descriptor(self) -> int:
        """Readable once somebody woke."""
        return self._out

    def wake(self) -> None:
        """End the wait under way, or the next one."""
        with self._lock, contextlib.suppress(BlockingIOError):  # full: it wakes anyhow
            if self._open:
                os.write(self._in, b"\0")

    def rest(self) -> None:
        """Forget that somebody woke."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self._out, _CHUNK):
                pass

    def close(self) -> None:
        """Let go of both ends; again is allowed."""
        with self._lock:
            if self._open:
                self._open = False
                os.close(self._in)
                os.close(self._out)


class Line:
    """An open line.

    Args:
        address: Host and TCP port.
        connect_timeout_s: How long it may take to answer the door.
        waker: Ends a wait.

    Raises:
        OSError: Nobody answers there.
    """

    def __init__(self, address: tuple[str, int], connect_timeout_s: float, waker: Waker) -> None:
        self._waker = waker
        self._assembly = Assembly()
        self._socket = socket.create_connection(address, timeout=connect_timeout_s)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _KEEP_ALIVE.items():
            self._socket.setsockopt(socket.IPPROTO_TCP, option, value)

    @property
    def is_quiet(self) -> bool:
        """Whether it is open and nothing came that nobody asked for."""
        try:
            return not self._readable(0)
        except (OSError, ValueError):
            return False

    def send(self, apdu: Apdu) -> None:
        """Send a message.

        Raises:
            LineError: The line broke; the message may have arrived all the same.
        """
        try:
            self._socket.sendall(apdu.to_bytes())
        except OSError as error:
            raise LineError(f"The line broke while it was written to: {error}.") from error

    def receive(self, wait_s: float, ended: Callable[[], bool]) -> Apdu | None:
        """The next message; None when the time passed, or when ``ended`` says so after a wake.

        Raises:
            LineError: The line broke.
        """
        until = time.monotonic() + wait_s
        while (apdu := self._assembly.take()) is None:
            left = until - time.monotonic()
            if ended() or left <= 0:
                return None
            self._read(left)
        return apdu

    def close(self) -> None:
        """Close the line. MAY be called more than once."""
        self._socket.close()

    def abandon(self) -> None:
        """Cut the line: what the terminal did not read yet is gone, and is never carried out."""
        with contextlib.suppress(OSError):  # closed already
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CUT)
        self._socket.close()

    def _read(self, wait_s: float) -> None:
        try:
            if not self._readable(wait_s):
                return
            data = self._socket.recv(_CHUNK)
        except (OSError, ValueError) as error:
            raise LineError(f"The line broke while it was read from: {error}.") from error
        if not data:
            raise LineError("The terminal closed the line.")
        self._assembly.feed(data)

    def _readable(self, wait_s: float) -> bool:
        """Whether something came; a wake ends the wait too."""
        poll = select.poll()
        poll.register(self._socket.fileno(), select.POLLIN)
        poll.register(self._waker.descriptor, select.POLLIN)
        ready = {descriptor for descriptor, _event in poll.poll(round(wait_s * 1000))}
        if self._waker.descriptor in ready:
            self._waker.rest()
        return self._socket.fileno() in ready
