"""An empty place that says how to begin."""

from __future__ import annotations

from typing import Any, ClassVar

from kivy.graphics import Color, Rectangle
from kivy.properties import StringProperty

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.piece import Piece
from appliance.ui.widgets.words import Words

BARS = (3, 1, 1, 2, 1, 3, 1, 2, 2, 1, 1, 3, 1, 1, 2, 1, 3)
"""Widths of the bars and gaps of a barcode, drawn as a hint."""


LEAST_HEIGHT = 200
"""Units of height in which sentence and barcode both have room."""


class Empty(Piece):
    """A sentence in the middle, below a barcode when something is to be scanned."""

    text = StringProperty("")

    watched: ClassVar[tuple[str, ...]] = ("text",)

    def __init__(self, *, picture: bool = True, **properties: Any) -> None:
        self._words = Words(align="center", lines=4, colour=theme.SOFT, least=0.6)
        self._bars: list[Any] = []
        super().__init__(**properties)
        self.add_widget(self._words)
        with self.canvas:
            Color(*theme.LINE)
            if picture:
                self._bars = [Rectangle() for _ in BARS[::2]]

    def arrange(self) -> None:
        """Write and place the sentence and the bars."""
        unit, words = look.unit, self._words
        words.text, words.size_px = self.text, theme.TEXT * unit
        bar_height = min(72 * unit, self.height * 0.3) if self._bars else 0
        if self.height < LEAST_HEIGHT * unit:
            bar_height = 0  # the sentence needs the room
        words.width = min(self.width * 0.8, 420 * unit)
        words.height = min(self.height - bar_height, 5 * theme.TEXT * unit)
        middle = self.center_y - (bar_height + 16 * unit) / 2 if bar_height else self.center_y
        words.center_x, words.center_y = self.center_x, middle
        module = 4 * unit
        x = self.center_x - sum(BARS) * module / 2
        low = words.center_y + min(words.height, 2.6 * theme.TEXT * unit) / 2 + 10 * unit
        for place, bar in enumerate(self._bars):
            bar.pos, bar.size = (
                (round(x), round(low)),
                (round(BARS[2 * place] * module), bar_height),
            )
            x += sum(BARS[2 * place : 2 * place + 2]) * module
        self.report()
