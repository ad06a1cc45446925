"""What an ESC/POS printer sends back, sorted.

Four kinds of answers come over one line, each marked by fixed bits of its first byte (Epson,
ESC/POS command reference): an answer to DLE EOT, an automatic status of four bytes (GS a), the
answer to GS r, and longer answers that begin with 37h and end with NUL. Only the answers to what
was asked are used; a printer may be set to send the others too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drivers.printer import Paper, PrinterStatus

ASK_STATE, ASK_CAUSE, ASK_ERROR, ASK_PAPER = (b"\x10\x04%c" % n for n in (1, 2, 3, 4))
"""DLE EOT n, answered at once, even while the printer is printing or stopped."""

ASK_DONE = b"\x1dr\x01"
"""GS r 1, answered only when everything before it has been printed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a DLE EOT; which one it answers must be known from what was asked."""

    value: int


@dataclass(frozen=True, slots=True)
class Done:
    """The answer to a GS r 1: everything before it is on paper."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """The answer to DLE DC4 8: what was not printed is thrown away."""


Reply = Answer | Done | Cleared


class Replies:
    """Sorts the bytes of one connection."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Reply]:
        """The replies that ``data`` completes; what no printer sends is passed over."""
        self._rest += data
        while self._rest:
            reply, length = _first(self._rest)
            if length == 0:
                return
            self._rest = self._rest[length:]
            if reply is not None:
                yield reply


def status(
    state: int | None, cause: int | None, error: int | None, paper: int | None, drawer_sensor: str
) -> PrinterStatus:
    """The four answers to DLE EOT 1 to 4 as one status; None for one that did not come."""
    return PrinterStatus(
        online=None if state is None else not state & 0x08,
        cover_open=None if cause is None else bool(cause & 0x04),
        fault=None if error is None else bool(error & 0x68),
        paper=None if paper is None else _paper(out=paper & 0x60, near_end=paper & 0x0C),
        drawer_open=None if state is None else _drawer(state & 0x04, drawer_sensor),
    )


def _first(data: bytes) -> tuple[Reply | None, int]:
    """The reply that ``data`` begins with and its length; 0 while its end has not come."""
    first = data[0]
    if first == _BLOCK:
        end = data.find(b"\0")
        if end < 0:
            return None, len(data) if len(data) > _LONGEST_BLOCK else 0
        return Cleared() if data[1:2] == _CLEARED else None, end + 1
    if first & _MARK == _AUTOMATIC:
        return None, _AUTOMATIC_LENGTH if len(data) >= _AUTOMATIC_LENGTH else 0
    if first & _MARK == _ANSWER:
        return Answer(first), 1
    if first & 0x90 == 0:
        return Done(), 1
    return None, 1


def _paper(*, out: int, near_end: int) -> Paper:
    return Paper.OUT if out else Paper.NEAR_END if near_end else Paper.OK


def _drawer(level: int, sensor: str) -> bool | None:
    return None if sensor == "none" else bool(level) == (sensor == "high")


_MARK = 0x93
_ANSWER = 0x12
_AUTOMATIC = 0x10
_AUTOMATIC_LENGTH = 4
_BLOCK = 0x37
_CLEARED = b"\x25"
_LONGEST_BLOCK = 80
