"""A frame along the edges of the window, over everything, that takes no touch."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Rectangle

from appliance.ui import theme
from appliance.ui.damage import damage
from appliance.ui.theme import look
from appliance.ui.widgets.patch import plain

WIDE = 6
"""Units; less than any body's margin, so it never covers anything."""


class Frame:
    """Drawn over a widget, as large as that.

    Args:
        widget: The window's own widget.
    """

    def __init__(self, widget: Any) -> None:
        self._widget = widget
        with widget.canvas.after:
            self._tint = Color(*theme.CLEAR)
            self._sides = [Rectangle(texture=plain()) for _ in range(4)]
        for changed in ("pos", "size"):
            widget.fbind(changed, self._stretch)
        look.bind(unit=self._stretch)

    def show(self, *, shown: bool) -> None:
        """Draw it, or draw it no more."""
        colour = theme.MARK if shown else theme.CLEAR
        if tuple(self._tint.rgba) != colour:
            self._tint.rgba = colour
            self._stretch()

    def _stretch(self, *_: object) -> None:
        widget, wide = self._widget, round(WIDE * look.unit)
        left, low, across, up = widget.x, widget.y, widget.width, widget.height
        boxes = [
            (left, low, across, wide),
            (left, low + up - wide, across, wide),
            (left, low, wide, up),
            (left + across - wide, low, wide, up),
        ]
        for side, (x, y, width, height) in zip(self._sides, boxes, strict=True):
            side.pos, side.size = (x, y), (width, height)
        damage.everything()
