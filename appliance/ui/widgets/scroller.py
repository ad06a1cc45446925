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
            "do_scroll_x": False,
        }
        self._stood: tuple[object, ...] = ()
        super().__init__(**(looks | properties))

    def update_from_scroll(self, *_: object) -> None:
        """Place what is shown, on whole pixels: half a pixel would blur every word in it.

        Kivy's own way is not used: it fades the bar, which draws the screen for half a second
        after every scan and leaves a callback behind each time.
        """
        if not self.children:
            return
        shown = self.children[0]
        if shown.size_hint_x is not None:
            shown.width = self.width * shown.size_hint_x
        if shown.size_hint_y is not None:
            shown.height = self.height * shown.size_hint_y
        shown.pos = 0, 0
        x = self.x - self.scroll_x * max(0, shown.width - self.width)
        y = self.y + self.height - shown.height
        y += (1 - self.scroll_y) * max(0, shown.height - self.height)
        if self.hanging:
            y += shown.height
        self.g_translate.xy = round(x), round(y)
        stands = (round(x), round(y), *self.pos, *self.size, self.vbar if self.do_scroll_y else 0)
        if stands != self._stood:
            self._stood = stands
            damage.report(self)
