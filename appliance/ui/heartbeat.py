"""Tells systemd that the desk is alive: only when a frame was really shown.

A desk that hangs, or whose screen no longer takes pictures, stops beating and is started again. A
still screen would show no frame for hours, so each beat asks for one first. The protocol is
sd_notify(3): a datagram to the socket in ``NOTIFY_SOCKET``; ``WATCHDOG_USEC`` says within which
time systemd wants to hear something.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping
from typing import Any

log = logging.getLogger(__name__)

BEATS = 3
"""Beats within the time that systemd waits: one late frame is no reason to start again."""
SELDOM_S = 10.0
"""It beats at least so often, however patient systemd is: ``balie health`` counts beats."""


def notifier(environment: Mapping[str, str] = os.environ) -> Callable[[str], None] | None:
    """Return what tells systemd a state, or None where nobody listens."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return None
    if address.startswith("@"):  # the abstract name space
        address = "\0" + address[1:]

    def tell(state: str) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            try:
                line.sendto(state.encode(), address)
            except OSError as error:
                log.warning("systemd could not be told %s: %s", state, error)

    return tell


def period_s(environment: Mapping[str, str] = os.environ) -> float | None:
    """Return the seconds between two beats, or None where no watchdog waits for this process."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    try:
        within_us = int(environment["WATCHDOG_USEC"])
    except (KeyError, ValueError):
        return None
    return min(within_us / 1_000_000 / BEATS, SELDOM_S)


class Heartbeat:
    """Says ``READY=1`` after the first frame, and ``WATCHDOG=1`` after a frame for each beat.

    Args:
        window: Kivy's window; it tells of each frame shown by ``on_flip``.
        tell: Takes a state.
    """

    def __init__(self, window: Any, tell: Callable[[str], None]) -> None:
        self._window = window
        self._tell = tell
        self._awaited = ["READY=1", "WATCHDOG=1"]
        window.bind(on_flip=self._shown)

    def beat(self, *_: object) -> None:
        """Ask for a frame; when it has been shown, systemd hears of it."""
        if "WATCHDOG=1" not in self._awaited:
            self._awaited.append("WATCHDOG=1")
        self._window.canvas.ask_update()

    def _shown(self, *_: object) -> None:
        while self._awaited:
            self._tell(self._awaited.pop(0))
