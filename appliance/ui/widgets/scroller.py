"""A view that scrolls the way all lists here do: calmly, and on whole pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.effects.scroll import ScrollEffect
from kivy.lang import Builder
from kivy.uix.scrollview import ScrollView

from appliance.ui import theme
from appliance.ui.damage import damage


Builder.load_file(str(Path(__file__).with_name("scroller.kv")))


class Scroller(ScrollView):
    """Scrolls one way, stops at the ends, shows a thin bar; letters stay sharp.

    It must not stand inside another one or anything else that moves what it shows.

    Attributes:
        hanging: True when places inside are counted down from the upper edge of what is shown, so
            that nothing has to be placed anew when something is added at the end.
    """

    hanging = False

    def __init__(self, **properties: Any) -> None:
        looks = {
            "effect_cls": ScrollEffect,
            "scroll_type": ["content"],
            "bar_width": 4,
            "bar_color": theme.BAR,
            "bar_inactive_color": theme.BAR,  # a bar that fades would draw the screen for a second
            "do_scroll_x": False,
        }
        self._stood: tuple[object, ...] = ()
        super().__init__(**(looks | properties))

    def update_from_scroll(self, *_: object) -> None:
        """Place what is shown; half a pixel would blur every word in it."""
        super().update_from_scroll()
        x, y = self.g_translate.xy
        if self.hanging and self.children:
            y += self.children[0].height
        self.g_translate.xy = round(x), round(y)
        stands = (*self.g_translate.xy, *self.pos, *self.size, self.vbar if self.do_scroll_y else 0)
        if stands != self._stood:
            self._stood = stands
            damage.report(self)
