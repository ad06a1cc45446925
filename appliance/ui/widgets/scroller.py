"""A view that scrolls the way all lists here do: calmly, and on whole pixels."""

from __future__ import annotations

from typing import Any

from kivy.effects.scroll import ScrollEffect
from kivy.uix.scrollview import ScrollView

from appliance.ui import theme


class Scroller(ScrollView):
    """Scrolls one way, stops at the ends, shows a thin bar; letters stay sharp."""

    def __init__(self, **properties: Any) -> None:
        looks = {
            "effect_cls": ScrollEffect,
            "scroll_type": ["content"],
            "bar_width": 4,
            "bar_color": theme.SOFT,
            "bar_inactive_color": theme.LINE,
            "do_scroll_x": False,
        }
        super().__init__(**(looks | properties))

    def update_from_scroll(self, *_: object) -> None:
        """Place what is shown; half a pixel would blur every word in it."""
        super().update_from_scroll()
        x, y = self.g_translate.xy
        self.g_translate.xy = round(x), round(y)
