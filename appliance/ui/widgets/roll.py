"""A long list of which only the rows in view exist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from appliance.ui.damage import damage
from appliance.ui.widgets.scroller import Scroller


class Roll(Scroller):
    """Rows of one height that scroll.

    A basket of three hundred lines costs what ten cost, and a further line is one row's texts.

    Args:
        make: Makes a row.
        show: Has a row show a thing; called only for a thing the row does not show yet.

    Attributes:
        row_height: Height of a row in pixels.
    """

    row_height = NumericProperty(64)

    hanging = True

    def __init__(
        self, make: Callable[[], Any], show: Callable[[Any, Any], None], **properties: Any
    ) -> None:
        self._make = make
        self._show = show
        self._shown: dict[Any, Any] = {}
        self._things: Sequence[Any] = ()
        self._rows: list[Any] = []
        self._in_view: int | None = None
        super().__init__(**properties)
        self._sheet = Widget(size_hint=(1, None))
        self.add_widget(self._sheet)
        for changed in ("size", "row_height"):
            self.fbind(changed, self._measure)
        self.fbind("scroll_y", self._place)
        self._sheet.fbind("width", self._place)

    def show(self, things: Sequence[Any], in_view: int | None = None) -> None:
        """Show ``things``; the one at ``in_view`` is scrolled to when it is not in sight."""
        self._things = things
        self._in_view = in_view
        self._measure()

    def _measure(self, *_: object) -> None:
        height = len(self._things) * self.row_height
        self.do_scroll_y = height > self.height
        if self._sheet.height != height:
            self._keep_place(height)
        if self._in_view is not None:
            self._scroll_to(self._in_view)
        self._place()

    def _keep_place(self, height: float) -> None:
        """Change the height of the sheet without moving what is in view."""
        above = self._above()
        self._sheet.height = height
        hidden = height - self.height
        self.scroll_y = 1 - min(1.0, above / hidden) if hidden > 0 else 1.0

    def _above(self) -> float:
        """Tell how much is hidden above, in pixels."""
        return float((1 - self.scroll_y) * max(0.0, self._sheet.height - self.height))

    def _scroll_to(self, place: int) -> None:
        hidden = self._sheet.height - self.height
        if hidden <= 0:
            self.scroll_y = 1.0
            return
        above = self._above()
        top = place * self.row_height
        above = min(max(above, top + self.row_height - self.height), top)
        self.scroll_y = 1 - min(1.0, max(0.0, above / hidden))

    def _place(self, *_: object) -> None:
        """Put a row at every place in view; a place keeps its row while it stays in view."""
        count, row_height = len(self._things), self.row_height
        wanted = min(count, ceil(self.height / row_height) + 1)
        while len(self._rows) < wanted:
            self._rows.append(self._make())
        above = self._above()
        first = max(0, min(int(above / row_height), count - wanted))
        used = set()
        for place in range(first, first + wanted):
            row = self._rows[place % len(self._rows)]
            used.add(row)
            row.size = (self._sheet.width, row_height)
            row.pos = (0, -(place + 1) * row_height)
            thing = self._things[place]
            if self._shown.get(row) != thing:
                self._shown[row] = thing
                self._show(row, thing)
            if row.parent is None:
                self._sheet.add_widget(row)
        for row in self._rows:
            if row not in used and row.parent is not None:
                self._shown.pop(row, None)
                self._sheet.remove_widget(row)
                damage.report(self)
