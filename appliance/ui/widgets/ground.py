"""A box of widgets on a plain ground."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.properties import ColorProperty
from kivy.uix.boxlayout import BoxLayout

from appliance.ui import theme
from appliance.ui.damage import damage
from appliance.ui.widgets.block import Block
from appliance.ui.widgets.patch import plain


class Ground(Block, BoxLayout):
    """A row or column of widgets on the colour ``fill``."""

    fill = ColorProperty(theme.CARD)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        with self.canvas.before:
            self._tint = Color(*self.fill)
            self._box = Rectangle(texture=plain())
        self.fbind("fill", self._recolour)
        self.fbind("pos", self._stretch)
        self.fbind("size", self._stretch)
        self._stretch()

    def _recolour(self, *_: object) -> None:
        self._tint.rgba = self.fill
        damage.report(self)

    def _stretch(self, *_: object) -> None:
        left, low = round(self.x), round(self.y)
        self._box.pos = (left, low)
        self._box.size = (round(self.x + self.width) - left, round(self.y + self.height) - low)
        damage.report(self)
