"""Tiles side by side, as many columns as there is room for."""

from __future__ import annotations

from math import ceil
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.widget import Widget

from appliance.ui.widgets.scroller import Scroller


class Grid(Scroller):
    """Tiles of one size; they share the room, and scroll when there are too many.

    Put the tiles into ``sheet``. All sizes in pixels.
    """

    least_width = NumericProperty(124)
    least_height = NumericProperty(84)
    most_height = NumericProperty(110)
    gap = NumericProperty(10)
    filling = BooleanProperty(False)
    """Whether few tiles are made as wide as there is room."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._arrange_soon = Clock.create_trigger(self._arrange, -1)
        self.sheet = Widget(size_hint=(1, None))
        self.add_widget(self.sheet)
        for changed in ("size", "filling", "least_width", "least_height", "most_height", "gap"):
            self.fbind(changed, self._arrange_soon)
        self.sheet.fbind("width", self._arrange_soon)
        self.sheet.fbind("children", self._arrange_soon)

    def _arrange(self, *_: object) -> None:
        tiles = self.sheet.children[::-1]
        if not tiles:
            self.sheet.height = 0
            return
        gap = self.gap
        columns = max(1, int((self.width + gap) / (self.least_width + gap)))
        if self.filling:
            columns = min(columns, len(tiles))
        rows = ceil(len(tiles) / columns)
        overfull = rows * (self.least_height + gap) - gap > self.height + 1
        room = self.width - (gap if overfull else 0)  # the bar stands beside the tiles
        width = (room - gap * (columns - 1)) / columns
        height = (self.height - gap * (rows - 1)) / rows
        height = min(max(height, self.least_height), self.most_height)
        self.sheet.height = rows * height + gap * (rows - 1)
        self.do_scroll_y = overfull
        for place, tile in enumerate(tiles):
            row, column = divmod(place, columns)
            tile.size = (width, height)
            tile.pos = (column * (width + gap), self.sheet.height - (row + 1) * height - row * gap)
