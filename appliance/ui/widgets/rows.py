"""Labels with amounts, one below the other."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, NumericProperty
from kivy.uix.boxlayout import BoxLayout

from appliance.ui import theme
from appliance.ui.widgets.pool import Pool
from appliance.ui.widgets.words import Words

Figures = tuple[str, str, bool]
"""Label, amount, and whether it is to the customer's advantage."""


class Pair(BoxLayout):
    """One label with its amount at the right."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(spacing=8, **properties)
        self.label = Words(least=0.6, lines=1)
        self.amount = Words(align="right", size_hint_x=None)
        self.add_widget(self.label)
        self.add_widget(self.amount)


class Rows(BoxLayout):
    """Several pairs; an amount is never cut, its label gives way.

    Attributes:
        colour: Of the words.
        advantage: Of what is to the customer's advantage.
        size_px: Font size in pixels.
        row_height: Height of a row in pixels.
        least: Rows there is always room for, so that nothing moves when one comes or goes.
    """

    colour = ColorProperty(theme.SOFT)
    advantage = ColorProperty(theme.GREEN)
    size_px = NumericProperty(theme.BUTTON)
    row_height = NumericProperty(24)
    least = NumericProperty(0)

    def __init__(self, **properties: Any) -> None:
        super().__init__(orientation="vertical", size_hint_y=None, **properties)
        self._pairs: Pool[Pair, Figures] = Pool(self, lambda: Pair(size_hint_y=None), self._write)
        self._rows: tuple[Figures, ...] = ()
        for changed in ("size_px", "row_height", "colour", "advantage", "width", "least"):
            self.fbind(changed, self._again)

    def show(self, rows: tuple[Figures, ...]) -> None:
        """Show ``rows``."""
        self._rows = rows
        self._grow()
        self._pairs.fill(rows)

    def _grow(self) -> None:
        free = max(0, self.least - len(self._rows)) * self.row_height
        self.padding = (0, free, 0, 0)
        self.height = len(self._rows) * self.row_height + free

    def _write(self, pair: Pair, row: Figures) -> None:
        text, amount, advantage = row
        pair.height = self.row_height
        for words, said in ((pair.label, text), (pair.amount, amount)):
            words.text, words.size_px = said, self.size_px
            words.colour = self.advantage if advantage else self.colour
        pair.amount.width = min(pair.amount.natural() + 1, self.width * 0.7)

    def _again(self, *_: object) -> None:
        self._grow()
        for pair, row in zip(self._pairs.widgets, self._rows, strict=True):
            self._write(pair, row)
