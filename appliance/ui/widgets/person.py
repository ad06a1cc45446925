"""A person who may sign in: an initial in a circle, and the name."""

from __future__ import annotations

from typing import Any

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.surface import Surface
from appliance.ui.widgets.words import Words

CIRCLE = 48


class Person(Key):
    """A key with the first letter of its text in a circle above or beside it."""

    def __init__(self, **properties: Any) -> None:
        self._circle = Surface(edge=0, radius=CIRCLE / 2, fill=theme.TEAL_LIGHT)
        self._initial = Words(align="center", bold=True, colour=theme.TEAL)
        self._circle.add_widget(self._initial)
        super().__init__(type_size=theme.BUTTON + 1, lines=3, **properties)
        self.label.may_cut = True
        self.add_widget(self._circle)

    def place_words(self, _style: theme.Style) -> None:
        """Place the circle above the name, or beside it where there is little height."""
        unit, label = look.unit, self.label
        self._initial.text, self._initial.size_px = self.text[:1], theme.FIGURE * unit
        side, pad = CIRCLE * unit, 12 * unit
        self._circle.size = self._initial.size = side, side
        if self.height > side + 60 * unit:
            label.align = "center"
            self._circle.pos = self.center_x - side / 2, self.top - side - 18 * unit
            label.size = max(0, self.width - 2 * pad), self.height - side - 34 * unit
            label.pos = self.x + pad, self.y + 8 * unit
        else:
            label.align = "left"
            self._circle.pos = self.x + pad, self.center_y - side / 2
            left = self.x + 2 * pad + side
            label.size = max(0, self.right - pad - left), self.height - pad
            label.pos = left, self.y + pad / 2
        self._initial.pos = self._circle.pos
