"""A text that always fits its box."""

from __future__ import annotations

from functools import lru_cache
from math import inf
from typing import Any

from kivy.clock import Clock
from kivy.core.text import Label as Painter
from kivy.graphics import Color, Rectangle
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.widget import Widget

from appliance.ui import theme
from appliance.ui.damage import Box, damage, window_box
from appliance.ui.fit import Fitted, fit


@lru_cache(maxsize=256)
def _painter(font: str, size: int, bold: bool) -> Painter:  # noqa: FBT001 - one key of a cache
    painter = Painter(font_name=font, font_size=size, bold=bold)
    painter.resolve_font_name()
    return painter


@lru_cache(maxsize=4096)
def width_of(text: str, font: str, size: float, bold: bool) -> float:  # noqa: FBT001
    """Give the width of one line in pixels."""
    return float(_painter(font, int(size), bold).get_extents(text)[0])


@lru_cache(maxsize=256)
def line_height_of(font: str, size: float) -> float:
    """Give the height of a line in pixels."""
    return float(_painter(font, int(size), bold=False).get_extents("Ag")[1])


class Words(Widget):
    """Text in a box, on at most ``lines`` lines.

    Kivy's own label wraps or shortens; this one keeps the size, then wraps, then shrinks to
    ``least`` of it, and only then cuts, by the rule of `appliance.ui.fit`.

    Attributes:
        name: Stable name in the outline, empty for most texts.
        size_px: Font size in pixels.
        may_cut: True for names from outside, which may be longer than any box.
        drawn: What was drawn, with its lines and size.
    """

    name = StringProperty("")
    text = StringProperty("")
    font = StringProperty(theme.FONT)
    size_px = NumericProperty(theme.TEXT)
    bold = BooleanProperty(False)
    colour = ColorProperty(theme.INK)
    align = OptionProperty("left", options=["left", "center", "right"])
    rise = OptionProperty("middle", options=["top", "middle", "bottom"])
    lines = NumericProperty(1)
    least = NumericProperty(0.7)
    may_cut = BooleanProperty(False)

    def __init__(self, **properties: Any) -> None:
        self.drawn = Fitted((), 0, whole=True)
        self.seen_at: Box | None = None
        self._shown: tuple[Any, ...] = ()
        self._draw_soon = Clock.create_trigger(self._draw, -1)
        super().__init__(**properties)
        with self.canvas:
            self._tint = Color(*self.colour)
            self._box = Rectangle(size=(0, 0))
        for changed in ("text", "font", "size_px", "bold", "size", "lines", "least", "align"):
            self.fbind(changed, self._draw_soon)
        for changed in ("pos", "rise"):
            self.fbind(changed, self._place)
        self.fbind("colour", self._recolour)
        self.fbind("parent", self._report)
        self._draw_soon()

    def natural(self) -> float:
        """Give the width the whole text would take on one line, in pixels."""
        return width_of(self.text, self.font, self.size_px, self.bold)

    def natural_height(self, width: float) -> float:
        """Give the height the whole text needs when it is ``width`` pixels wide."""
        needed = self._fit(width, inf, 99)
        return len(needed.lines) * line_height_of(self.font, needed.size)

    def wanted_height(self, width: float, *_changed: object) -> float:
        """Give the height of a text of at most ``lines`` lines, for a rule that names what counts.

        Args:
            width: Of the box in pixels.
            _changed: What else the height hangs on, so that Kivy's rule looks again.
        """
        if not self.text:
            return 0.0
        high = line_height_of(self.font, self.size_px)
        return min(self.natural_height(width), int(self.lines) * high) + 2

    def _fit(self, width: float, height: float, lines: int) -> Fitted:
        return fit(
            self.text,
            lambda piece, size: width_of(piece, self.font, size, self.bold),
            width=width,
            height=height,
            size=self.size_px,
            lines=lines,
            least=max(self.least, min(1.0, theme.SMALLEST * theme.look.unit / self.size_px)),
            line_height=lambda size: line_height_of(self.font, size),
        )

    def _recolour(self, *_: object) -> None:
        self._tint.rgba = self.colour
        self._report()

    def _draw(self, *_: object) -> None:
        self.drawn = drawn = self._fit(self.width, self.height, int(self.lines))
        shown = (drawn.lines, drawn.size, self.font, self.bold, self.align)
        if shown != self._shown:
            self._shown = shown
            self._paint(drawn)
            self._report()
        self._place()

    def _paint(self, drawn: Fitted) -> None:
        text = "\n".join(drawn.lines)
        if not text.strip():
            self._box.texture = None
            self._box.size = (0, 0)
            return
        painter = Painter(
            text=text,
            font_name=self.font,
            font_size=drawn.size,
            bold=self.bold,
            halign=self.align,
            color=(1, 1, 1, 1),
        )
        painter.refresh()
        painter.texture.mag_filter = painter.texture.min_filter = "nearest"  # drawn on whole pixels
        self._box.texture = painter.texture
        self._box.size = painter.texture.size

    def _place(self, *_: object) -> None:
        width, height = self._box.size
        x, y = self.x, self.y
        if self.align == "center":
            x += (self.width - width) / 2
        elif self.align == "right":
            x += self.width - width
        if self.rise == "middle":
            y += (self.height - height) / 2
        elif self.rise == "top":
            y += self.height - height
        place = (round(x), round(y))
        if place != self._box.pos:
            self._box.pos = place
            self._report()

    def _report(self, *_: object) -> None:
        """Report where the letters were and where they are; the box around them is mostly empty."""
        damage.add(self.seen_at)
        self.seen_at = window_box(self, *self._box.pos, *self._box.size)
        damage.add(self.seen_at)
