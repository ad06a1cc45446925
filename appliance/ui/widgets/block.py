"""Containers whose parts can be passed over while others are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kivy.graphics import Canvas
from kivy.uix.boxlayout import BoxLayout

from appliance.ui.theme import look


class Block:
    """To be inherited before a layout: its canvas goes over its parts one by one.

    Kivy makes one list of all that stands on a canvas and goes over it whole. Without that list
    `appliance.ui.damage.Redraw` may pass over a part that stands beside what is to be drawn.
    """

    canvas: Any

    def __init__(self, **properties: Any) -> None:
        self.canvas = Canvas(nocompiler=True)
        super().__init__(**properties)


class Handed(BoxLayout):
    """A row that turns its order round for a left-handed cashier; a column stays as it is."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        look.bind(left_handed=self._turn)

    def _turn(self, *_: object) -> None:
        self._trigger_layout()

    def _iterate_layout(self, sizes: Any) -> Iterator[tuple[int, float, float, float, float]]:
        """Give the place of each child as Kivy does, seen in a mirror where that is wanted."""
        turned = look.left_handed and self.orientation == "horizontal"
        for place, x, y, width, height in super()._iterate_layout(sizes):
            left = 2 * self.x + self.width - x - width if turned else x
            yield place, left, y, width, height


class Parts(Block, BoxLayout):
    """A row or column whose widgets can be passed over one by one."""
