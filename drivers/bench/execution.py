"""What each ESC/POS command does to the paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PIL import Image

from drivers.bench import symbols
from drivers.bench.paper import LINE_SPACING, Receipt, Roll
from drivers.printer.commands import Command

CODE_PAGES = {0: "cp437", 2: "cp850", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858"}
"""The code pages of this printer, by slot; others it draws as boxes, as printers do."""

_IGNORED = frozenset({"NUL", "CR", "FS .", "ESC =", "GS I"})
"""What changes nothing on the paper."""

BOX = "\N{WHITE SQUARE}"
CELL_WIDTH = 12
_TO_KNIFE = 4 * LINE_SPACING
_CUT_WITH_FEED = b"AaBb"
_WORDS_BELOW = 2
_RIGHT = 2


class Execution:
    """Carries out commands on a roll of paper.

    Args:
        roll: The paper.
        warn: Is told what is not understood.
        cut: Is given each receipt.
        pulse: Pulses the drawer.
    """

    def __init__(
        self,
        roll: Roll,
        *,
        warn: Callable[[str], None],
        cut: Callable[[Receipt], None],
        pulse: Callable[[], None],
    ) -> None:
        self._roll = roll
        self._warn = warn
        self._cut = cut
        self._pulse = pulse
        self._page = "cp437"
        self._symbols = symbols.Symbols(warn)

    def do(self, command: Command) -> None:
        """Carry out one command."""
        if command.name in _IGNORED:
            return
        step = self._STEPS.get(command.name)
        if step is not None:
            step(self, command.data)
        elif command.name == "unknown":
            self._warn(f"command {command.data.hex(' ')} is not known")
        else:
            self._warn(f"command {command.name} {command.data[:8].hex(' ')} is not known")

    def tear_off(self) -> None:
        """A new roll is put in: what hangs out of the printer is torn off."""
        if self._roll.rows:
            self._cut(self._roll.cut())

    def _text(self, data: bytes) -> None:
        if not self._page and not data.isascii():
            self._warn("text in a code page that this printer does not have")
        text = data.decode(self._page or "ascii", errors="replace")
        self._roll.write(text.replace("\N{REPLACEMENT CHARACTER}", BOX))

    def _reset(self, _data: bytes) -> None:
        self._roll.reset()
        self._page = "cp437"
        self._symbols = symbols.Symbols(self._warn)

    def _code_page(self, data: bytes) -> None:
        self._page = CODE_PAGES.get(data[0], "")
        if not self._page:
            self._warn(f"code page {data[0]} is not in this printer")

    def _modes(self, data: bytes) -> None:
        bits = data[0]
        self._roll.restyle(
            bold=bool(bits & 0x08),
            height=2 if bits & 0x10 else 1,
            width=2 if bits & 0x20 else 1,
            underline=bool(bits & 0x80),
        )

    def _size(self, data: bytes) -> None:
        self._roll.restyle(width=(data[0] >> 4 & 7) + 1, height=(data[0] & 7) + 1)

    def _align(self, data: bytes) -> None:
        if data[0] % 48 > _RIGHT:
            self._warn(f"alignment {data[0]} is not known")
        else:
            self._roll.align = data[0] % 48

    def _font(self, data: bytes) -> None:
        if data[0] % 48:
            self._warn(f"font {data[0]} is not in this printer")

    def _feed_lines(self, data: bytes) -> None:
        self._roll.feed(data[0] * self._roll.spacing)

    def _knife(self, data: bytes) -> None:
        self._roll.feed(_TO_KNIFE if data[:1] in _CUT_WITH_FEED else 0)
        self._cut(self._roll.cut())

    def _raster(self, data: bytes) -> None:
        wide, high = int.from_bytes(data[2:4], "little"), int.from_bytes(data[4:6], "little")
        image = Image.frombytes("1", (wide * 8, high), bytes(255 - byte for byte in data[6:]))
        across, down = 1 + (data[1] & 1), 1 + (data[1] >> 1 & 1)
        image = image.resize((image.width * across, image.height * down))
        if image.width > self._roll.columns * CELL_WIDTH:
            self._warn("a picture is wider than the paper")
        self._roll.draw(image, "picture")

    def _barcode(self, data: bytes) -> None:
        self._symbol(self._symbols.barcode(data))

    def _two_dimensional(self, data: bytes) -> None:
        self._symbol(self._symbols.two_dimensional(data))

    def _symbol(self, symbol: symbols.Symbol | None) -> None:
        if symbol is not None:
            self._roll.draw(symbol.image, symbol.words)
            if symbol.below:
                self._roll.write(symbol.below)
                self._roll.end_line()

    def _spacing(self, data: bytes) -> None:
        self._roll.spacing = data[0] if data else LINE_SPACING

    def _barcode_height(self, data: bytes) -> None:
        self._symbols.height = max(1, data[0])

    def _barcode_width(self, data: bytes) -> None:
        self._symbols.width = max(1, data[0])

    def _barcode_words(self, data: bytes) -> None:
        self._symbols.words_below = data[0] % 48 >= _WORDS_BELOW

    _STEPS: ClassVar[dict[str, Callable[[Execution, bytes], None]]] = {
        "text": _text,
        "LF": lambda self, _data: self._roll.end_line(),
        "CAN": lambda self, _data: self._roll.runs.clear(),
        "ESC @": _reset,
        "ESC t": _code_page,
        "ESC !": _modes,
        "ESC E": lambda self, data: self._roll.restyle(bold=bool(data[0] & 1)),
        "ESC G": lambda self, data: self._roll.restyle(bold=bool(data[0] & 1)),
        "ESC -": lambda self, data: self._roll.restyle(underline=data[0] % 48 > 0),
        "ESC 2": _spacing,
        "ESC 3": _spacing,
        "ESC a": _align,
        "ESC M": _font,
        "ESC d": _feed_lines,
        "ESC J": lambda self, data: self._roll.feed(data[0]),
        "ESC p": lambda self, _data: self._pulse(),
        "GS !": _size,
        "GS B": lambda self, data: self._roll.restyle(inverted=bool(data[0] & 1)),
        "GS V": _knife,
        "GS v": _raster,
        "GS h": _barcode_height,
        "GS w": _barcode_width,
        "GS H": _barcode_words,
        "GS f": lambda _self, _data: None,
        "GS k": _barcode,
        "GS (": _two_dimensional,
    }
