"""A card over the screen that a touch beside it closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.surface import Surface


class Card(BoxLayout, Surface):
    """A white box of widgets."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(orientation="vertical", edge=theme.HAIR, line=theme.INK, **properties)


class Scrim(FloatLayout):
    """Holds one card below the top bar, at the right; all touches stop here.

    Args:
        close: Called when something beside the card is touched.
    """

    modal = True
    """What lies below cannot be touched."""

    def __init__(self, close: Callable[[], None], **properties: Any) -> None:
        super().__init__(**properties)
        self._close = close
        self.card = Card(size_hint=(None, None))
        self.add_widget(self.card)

    def on_touch_down(self, touch: Any) -> bool:
        """Close on a touch beside the card."""
        if not self.card.collide_point(*touch.pos):
            self._close()
        else:
            super().on_touch_down(touch)
        return True

    def place(self, width: float, height: float, top: float) -> None:
        """Give the card its size in pixels and hang it ``top`` pixels below the upper edge."""
        gap = theme.GAP * look.unit
        self.card.padding = 2 * gap
        self.card.spacing = gap
        self.card.size = (min(width, self.width - 2 * gap), min(height, self.height - top - gap))
        self.card.pos = (
            self.x + self.width - self.card.width - gap,
            self.y + self.height - top - self.card.height,
        )
