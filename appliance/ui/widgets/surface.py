"""A ground with rounded corners and a hairline."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import BorderImage, Color
from kivy.properties import ColorProperty, NumericProperty

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.patch import Box, patch
from appliance.ui.widgets.piece import Piece


class Surface(Piece):
    """A box on which other widgets stand; sizes in units of the look.

    Attributes:
        fill: Colour of the ground; what stands on it is measured against this colour.
        line: Colour of the edge.
        edge: Thickness of the edge.
        radius: Radius of the corners.
        inset: How far inside its box it is drawn; what is left belongs to a finger all the same.
        band: Colour of a thicker edge at the bottom, with ``band_height``.
    """

    fill = ColorProperty(theme.CARD)
    line = ColorProperty(theme.LINE)
    edge = NumericProperty(theme.HAIR)
    radius = NumericProperty(theme.RADIUS)
    inset = NumericProperty(0)
    band = ColorProperty(theme.LINE)
    band_height = NumericProperty(0)

    def __init__(self, **properties: Any) -> None:
        self._paint_soon = Clock.create_trigger(self._paint, -1)
        super().__init__(**properties)
        with self.canvas.before:
            Color(1, 1, 1, 1)
            self._image = BorderImage(auto_scale="off")
        for changed in ("fill", "line", "edge", "radius", "band", "band_height"):
            self.fbind(changed, self._paint_soon)
        for changed in ("pos", "size", "inset"):
            self.fbind(changed, self._stretch)
        self._paint_soon()

    def _rescale(self, *_: object) -> None:
        super()._rescale()
        self._paint_soon()

    def _paint(self, *_: object) -> None:
        unit = look.unit
        box = Box(
            fill=tuple(self.fill),
            line=tuple(self.line),
            line_px=max(1.0, self.edge * unit) if self.edge else 0.0,
            radius_px=self.radius * unit,
            band=tuple(self.band),
            band_px=self.band_height * unit,
        )
        texture, corner = patch(box)
        self._image.texture = texture
        self._image.border = (corner, corner, corner, corner)
        self._stretch()

    def _stretch(self, *_: object) -> None:
        # Kivy's right and top are stale while pos and size are being told.
        inset = self.inset * look.unit
        left, low = round(self.x + inset), round(self.y + inset)
        right, high = round(self.x + self.width - inset), round(self.y + self.height - inset)
        self._image.pos = (left, low)
        self._image.size = (right - left, high - low)
        self.report()
