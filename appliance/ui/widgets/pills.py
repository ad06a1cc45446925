"""Categories: rounded keys in a row that can be pushed sideways."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kivy.clock import Clock

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.pool import Pool
from appliance.ui.widgets.scroller import Scroller
from appliance.ui.widgets.strip import Strip

Pill = tuple[str, str, bool]
"""Name, label, and whether it is the active one."""


class Pills(Scroller):
    """A row of pills; the active one is dark and kept in view."""

    def __init__(self, press: Callable[[str], None], **properties: Any) -> None:
        super().__init__(
            do_scroll_x=True,
            do_scroll_y=False,
            bar_width=0,
            **properties,
        )
        self._press = press
        self._strip = Strip(size_hint=(None, 1))
        self.add_widget(self._strip)
        self._pills: Pool[Key, Pill] = Pool(self._strip, self._make, self._show)
        self._active: Key | None = None
        self._measure_soon = Clock.create_trigger(self._measure, -1)
        self.fbind("size", self._measure_soon)
        look.bind(unit=self._measure_soon)

    def show(self, pills: Sequence[Pill]) -> None:
        """Show ``pills``."""
        self._pills.fill(pills)
        self._active = next(
            (key for key, pill in zip(self._pills.widgets, pills, strict=True) if pill[2]), None
        )
        self._measure_soon()

    def _make(self) -> Key:
        return Key(touched=self._press, lines=1, pad=20, type_size=theme.BUTTON + 1)

    def _show(self, key: Key, pill: Pill) -> None:
        key.name, key.text, active = pill
        key.style = "chosen" if active else "plain"

    def _measure(self, *_: object) -> None:
        strip = self._strip
        strip.gap, strip.least = theme.GAP * look.unit, 1.2 * theme.TOUCH * look.unit
        for key in self._pills.widgets:
            key.radius = self.height / look.unit / 2
        strip.width = max(strip.wanted(), 1)
        self.do_scroll_x = strip.width > self.width
        hidden = strip.width - self.width
        if hidden <= 0 or self._active is None:
            self.scroll_x = 0
            return
        strip.do_layout()
        left = min(max(self.scroll_x * hidden, self._active.right - self.width), self._active.x)
        self.scroll_x = min(1, max(0, left / hidden))
