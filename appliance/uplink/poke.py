"""The poke: the desk tells the uplink that there is something to send, without waiting for it."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from typing import Self


class PokeTakenError(RuntimeError):
    """Another uplink of this device is running already."""


class Poke:
    """Pokes the uplink; called after each commit. It never waits and never fails.

    When nobody listens, nothing is lost: the uplink looks by itself every second.
    """

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)

    def __call__(self) -> None:
        """Poke."""
        with contextlib.suppress(OSError):
            self._socket.sendto(b"", self._path)

    def close(self) -> None:
        """Close the socket; doing it twice is allowed."""
        self._socket.close()


class Bell:
    """The uplink's end of the poke."""

    def __init__(self, path: Path) -> None:
        """Listen at a path.

        Raises:
            PokeTakenError: if another uplink listens there.
            OSError: if the socket cannot be made.
        """
        if _is_heard(path):
            raise PokeTakenError(f"another uplink listens at {path}; let only one run")
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            path.unlink(missing_ok=True)
            self._socket.bind(str(path))
            path.chmod(0o660)
        except BaseException:
            self._socket.close()
            raise

    def fileno(self) -> int:
        """Tell the descriptor to wait on."""
        return self._socket.fileno()

    def rang(self) -> bool:
        """Take all pokes that came; tell whether there was any."""
        any_came = False
        with contextlib.suppress(BlockingIOError):
            while True:
                self._socket.recv(1)
                any_came = True
        return any_came

    def close(self) -> None:
        """Stop listening; doing it twice is allowed."""
        if self._socket.fileno() >= 0:
            self._socket.close()
            with contextlib.suppress(OSError):
                self._path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _is_heard(path: Path) -> bool:
    """Tell whether a living process listens at a path."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
