"""The glass of the bench's customer display, and the two languages it understands."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from drivers.display import COLUMNS
from drivers.display.escpos import CODE_PAGES

LINES = 2
_ESC, _US, _CLEAR, _RETURN = 0x1B, 0x1F, 0x0C, 0x0D
_ARGUMENTS = {
    _ESC: {b"@": 0, b"t": 1, b"R": 1},
    _US: {b"\x01": 0, b"\x02": 0, b"\x03": 0, b"$": 2, b"C": 1, b"X": 1, b"E": 1},
}
"""How many bytes follow a command."""

_PAGES = {bytes([number]): page for number, page in CODE_PAGES.values()}


class Glass:
    """What the customer sees.

    Attributes:
        rows: The two lines, each as wide as the glass.
        warnings: What came that no such display understands.
    """

    def __init__(self, changed: Callable[[], object] = lambda: None) -> None:
        self._changed = changed
        self.rows = [[" "] * COLUMNS for _ in range(LINES)]
        self.warnings: list[str] = []

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines as text, without the spaces at their ends."""
        return tuple("".join(row).rstrip() for row in self.rows)

    def clear(self) -> None:
        """Show nothing."""
        for row in self.rows:
            row[:] = " " * COLUMNS
        self._changed()

    def write(self, line: int, column: int, text: str) -> None:
        """Light some characters up."""
        for place, character in enumerate(text[: COLUMNS - column]):
            self.rows[line][column + place] = character
        self._changed()

    def warn(self, data: bytes) -> None:
        """Note what was not understood."""
        self.warnings.append(f"The display does not know {data!r}.")


class EscposEnd:
    """Understands Epson's display commands. It begins with CP437, as it comes from the maker."""

    def __init__(self, glass: Glass) -> None:
        self._glass = glass
        self._heard = b""
        self._page = "cp437"
        self._column = self._line = 0

    def hear(self, data: bytes) -> bytes:
        """Obey what came; a display never answers."""
        self._heard += data
        while self._heard:
            taken = self._take()
            if not taken:
                break
            self._heard = self._heard[taken:]
        return b""

    def _take(self) -> int:
        """Obey the first command; how many bytes it had, 0 while its end has not come."""
        first, name = self._heard[0], self._heard[1:2]
        if first == _CLEAR:
            self._start_anew()
        elif first >= ord(" "):
            return self._text()
        elif first in _ARGUMENTS:
            if not name:
                return 0
            if name in _ARGUMENTS[first]:
                length = 2 + _ARGUMENTS[first][name]
                if len(self._heard) < length:
                    return 0
                self._obey(first, name, self._heard[2:length])
                return length
            self._glass.warn(self._heard[:2])
            return 2
        else:
            self._glass.warn(self._heard[:1])
        return 1

    def _text(self) -> int:
        """Show characters up to the end of the line; the cursor goes on on the other one."""
        room = COLUMNS - self._column
        text = self._heard[:room]
        length = next((at for at, byte in enumerate(text) if byte < ord(" ")), len(text))
        shown = codecs.decode(text[:length], self._page, "replace")
        self._glass.write(self._line, self._column, shown)
        self._column += length
        if self._column == COLUMNS:
            self._column, self._line = 0, (self._line + 1) % LINES
        return length

    def _obey(self, first: int, name: bytes, arguments: bytes) -> None:
        if (first, name) == (_ESC, b"@"):
            self._page = "cp437"
            self._start_anew()
        elif (first, name) == (_ESC, b"t"):
            if arguments in _PAGES:
                self._page = _PAGES[arguments]
            else:
                self._glass.warn(self._heard[:3])
        elif (first, name) == (_US, b"$"):
            column, line = arguments[0] - 1, arguments[1] - 1
            if 0 <= column < COLUMNS and 0 <= line < LINES:
                self._column, self._line = column, line
            else:
                self._glass.warn(self._heard[:4])

    def _start_anew(self) -> None:
        self._column = self._line = 0
        self._glass.clear()


class Cd5220End:
    """Understands CD5220, with its switch at CP437."""

    _SHOW = (b"\x1bQA", b"\x1bQB")

    def __init__(self, glass: Glass) -> None:
        self._glass = glass
        self._heard = b""

    def hear(self, data: bytes) -> bytes:
        """Obey what came; a display never answers."""
        self._heard += data
        while self._heard:
            if self._heard[0] == _CLEAR:
                self._glass.clear()
                self._heard = self._heard[1:]
                continue
            end = self._heard.find(_RETURN)
            if end < 0:
                break
            self._show(self._heard[:end])
            self._heard = self._heard[end + 1 :]
        return b""

    def _show(self, command: bytes) -> None:
        for line, name in enumerate(self._SHOW):
            if command.startswith(name):
                text = codecs.decode(command.removeprefix(name), "cp437")
                self._glass.write(line, 0, text[:COLUMNS].ljust(COLUMNS))
                return
        self._glass.warn(command)
