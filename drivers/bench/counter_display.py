"""The bench's customer display: two cables, one glass, and a picture of it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from drivers.bench.control import Refusal
from drivers.bench.drawing import font
from drivers.bench.glass import Cd5220End, EscposEnd, Glass
from drivers.bench.loop import Loop
from drivers.bench.talking import TalkingPort
from drivers.display import COLUMNS

ESCPOS_TTY = "display-escpos.tty"
CD5220_TTY = "display-cd5220.tty"
TEXT, PICTURE = "display.txt", "display.png"

_CELL = (28, 52)
_FRAME, _GAP = 26, 10
_CASE, _GLASS, _DARK, _LIT = (38, 40, 44), (10, 18, 20), (18, 32, 34), (118, 242, 214)


class CounterDisplay:
    """A two-line display with a cable for each language.

    Args:
        loop: The bench's loop.
        folder: Where its cables end, and where its text and its picture lie.
        pictures: Draw the picture too.
    """

    def __init__(self, loop: Loop, folder: Path, *, pictures: bool = True) -> None:
        self.glass = Glass(self._changed)
        self._folder = folder
        self._pictures = pictures
        self.ports = {
            ESCPOS_TTY: TalkingPort(loop, folder / ESCPOS_TTY, EscposEnd(self.glass).hear),
            CD5220_TTY: TalkingPort(loop, folder / CD5220_TTY, Cd5220End(self.glass).hear),
        }

    def obey(self, word: str) -> str:
        """Carry out one line of control.

        Raises:
            Refusal: It is not understood; says what is.
        """
        if word == "unplug":
            for port in self.ports.values():
                port.unplug()
            self.glass.clear()
        elif word == "plug":
            for port in self.ports.values():
                port.plug()
        else:
            raise Refusal("The display knows: unplug, plug. What it shows is in the status.")
        return f"display {word}"

    def close(self) -> None:
        """Take the cables and what was shown away."""
        for port in self.ports.values():
            port.unplug()
        for name in (TEXT, PICTURE):
            (self._folder / name).unlink(missing_ok=True)

    def _changed(self) -> None:
        lines = self.glass.lines
        if self._pictures:
            picture = self._folder / PICTURE
            draw(lines).save(unfinished := picture.with_suffix(".part"), "PNG")
            unfinished.replace(picture)
        text = self._folder / TEXT
        (unfinished := text.with_suffix(".new")).write_text("\n".join(lines) + "\n", "utf-8")
        unfinished.replace(text)


def draw(lines: tuple[str, ...]) -> Image.Image:
    """The display as the customer sees it: green light behind dark glass."""
    width, height = _CELL
    size = (2 * _FRAME + COLUMNS * width, 2 * _FRAME + len(lines) * height + _GAP)
    picture = Image.new("RGB", size, _CASE)
    pen = ImageDraw.Draw(picture)
    edge = _FRAME // 2
    pen.rounded_rectangle((edge, edge, size[0] - edge, size[1] - edge), 8, _GLASS)
    for row, line in enumerate(lines):
        top = _FRAME + row * (height + _GAP)
        for column, character in enumerate(line.ljust(COLUMNS)):
            left = _FRAME + column * width
            pen.rectangle((left + 2, top + 2, left + width - 3, top + height - 3), _DARK)
            pen.text((left + width / 2, top + height - 13), character, _LIT, font(36), anchor="ms")
    return picture
