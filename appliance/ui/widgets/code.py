"""A QR code, large enough for a customer's telephone."""

from __future__ import annotations

from typing import Any, ClassVar

import segno
from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import StringProperty

from appliance.ui import theme
from appliance.ui.widgets.surface import Surface

QUIET = 4
"""White modules around the code, as ISO/IEC 18004 asks."""


class Code(Surface):
    """Draws ``text`` as a QR code on white, every module a whole number of pixels."""

    text = StringProperty("")

    watched: ClassVar[tuple[str, ...]] = ("text",)

    def __init__(self, **properties: Any) -> None:
        self._drawn, self._modules = "", 0
        super().__init__(fill=theme.CARD, **properties)
        with self.canvas:
            Color(1, 1, 1, 1)
            self._box = Rectangle(size=(0, 0))

    def arrange(self) -> None:
        """Draw the code as large as there is room."""
        if self.text != self._drawn:
            self._drawn = self.text
            self._draw()
        self.report()
        if not self._modules:
            return
        side = max(1, int(min(self.width, self.height) * 0.96) // self._modules) * self._modules
        self._box.size = (side, side)
        self._box.pos = (round(self.center_x - side / 2), round(self.center_y - side / 2))

    def _draw(self) -> None:
        if not self.text:
            self._modules, self._box.size = 0, (0, 0)
            return
        rows = tuple(segno.make_qr(self.text, error="m").matrix_iter(border=QUIET))
        self._modules = len(rows)
        texture = Texture.create(size=(self._modules, self._modules), colorfmt="luminance")
        texture.mag_filter = texture.min_filter = "nearest"
        pixels = bytes(0 if module else 255 for row in reversed(rows) for module in row)
        texture.blit_buffer(pixels, colorfmt="luminance", bufferfmt="ubyte")
        self._box.texture = texture
