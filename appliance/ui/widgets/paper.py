"""A receipt as it comes out of the printer."""

from __future__ import annotations

from typing import Any, ClassVar

from kivy.properties import ListProperty

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.scroller import Scroller
from appliance.ui.widgets.surface import Surface
from appliance.ui.widgets.words import Words, line_height_of, width_of


class Paper(Surface):
    """Lines of one width in a mono font, as large as the paper is wide; long ones scroll."""

    text_lines = ListProperty()

    watched: ClassVar[tuple[str, ...]] = ("text_lines",)

    def __init__(self, **properties: Any) -> None:
        self._words = Words(
            font=theme.MONO, rise="top", lines=2000, least=1, size_hint=(None, None), name="paper"
        )
        self._scroll = Scroller()
        super().__init__(radius=4, **properties)
        self._scroll.add_widget(self._words)
        self.add_widget(self._scroll)

    def arrange(self) -> None:
        """Write the lines as large as the paper is wide."""
        pad = (14 if look.compact else 22) * look.unit
        width = max(1, self.width - 2 * pad)
        columns = max((len(line) for line in self.text_lines), default=0) or 1
        size = int((theme.SECOND + 1) * look.unit)
        while size > 6 and width_of("0" * columns, theme.MONO, size, bold=False) > width:  # noqa: PLR2004 - the smallest type worth drawing
            size -= 1
        words = self._words
        words.size_px = size
        words.text = "\n".join(self.text_lines)
        words.width = width_of("0" * columns, theme.MONO, size, bold=False) + 1
        words.height = len(self.text_lines) * line_height_of(theme.MONO, size)
        self._scroll.size = words.width + 12 * look.unit, self.height - 2 * pad
        self._scroll.pos = round(self.center_x - words.width / 2), self.y + pad
        self._scroll.do_scroll_y = words.height > self._scroll.height
        self._scroll.scroll_y = 1
