"""The bench's control: one line in, one line back, over a UNIX socket in its folder."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from drivers.bench.loop import Loop

_LONGEST_LINE = 65_536


class Refusal(Exception):  # noqa: N818  # the bench refuses; it does not fail
    """A control line was not obeyed; the message says what would be."""


class ControlSocket:
    """Listens for control lines.

    Args:
        loop: The bench's loop.
        path: Where the socket lies.
        obey: Carries out a line; may raise ``Refusal``.

    Raises:
        OSError: Somebody listens there already.
    """

    def __init__(self, loop: Loop, path: Path, obey: Callable[[str], str]) -> None:
        self._loop = loop
        self._path = path
        self._obey = obey
        if _answered(path):
            raise OSError(
                errno.EADDRINUSE, f"A bench runs in {path.parent}. Stop it or choose another folder"
            )
        self._path.unlink(missing_ok=True)
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with short_path(path) as name:
            self._listening.bind(name)
        self._listening.listen(16)
        self._listening.setblocking(False)
        loop.watch(self._listening.fileno(), self._accept)

    def close(self) -> None:
        """Stop listening."""
        self._loop.unwatch(self._listening.fileno())
        self._listening.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            caller, _address = self._listening.accept()
            caller.setblocking(False)
            _Call(self._loop, caller, self._obey)


class _Call:
    """One caller: a line, an answer, good-bye."""

    def __init__(self, loop: Loop, caller: socket.socket, obey: Callable[[str], str]) -> None:
        self._loop = loop
        self._caller = caller
        self._obey = obey
        self._heard = b""
        loop.watch(caller.fileno(), self._read)

    def _read(self) -> None:
        try:
            data = self._caller.recv(_LONGEST_LINE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._heard += data
        if data and b"\n" not in self._heard and len(self._heard) < _LONGEST_LINE:
            return
        self._loop.unwatch(self._caller.fileno())
        with self._caller, contextlib.suppress(OSError):
            self._caller.sendall(self._answer().encode() + b"\n")

    def _answer(self) -> str:
        line, end, _rest = self._heard.partition(b"\n")
        if not end:
            return "error The line was cut off. Send it again, with a line end."
        try:
            return f"ok {self._obey(line.decode(errors='replace'))}"
        except Refusal as refusal:
            return f"error {refusal}"


def _answered(path: Path) -> bool:
    """Somebody listens at ``path``; a socket that a killed bench left behind is nobody."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller, short_path(path) as name:
        return caller.connect_ex(name) == 0


@contextlib.contextmanager
def short_path(path: Path) -> Iterator[str]:
    """A short name for ``path``: a UNIX socket's may have 107 bytes, and folders lie deep."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
