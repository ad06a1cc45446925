"""What works, in the top bar: a sign and a word, to be touched for what it means."""

from __future__ import annotations

from typing import Any, ClassVar

from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.surface import Surface
from appliance.ui.widgets.words import Words, width_of

SIGNS = {
    "ok": ("●", theme.ON_INK_OK),
    "look": ("▲", theme.ON_INK_LOOK),
    "bad": ("✕", theme.ON_INK_BAD),
}
SIGN, BEFORE, BETWEEN = 18, 7, 6
TYPE = theme.BUTTON - 1


class Status(ButtonBehavior, Surface):
    """One item of the bar; its sign differs by form as well as by colour.

    Attributes:
        item_state: A key of `SIGNS`.
        squeeze: Share of the usual size of type, for a bar with little room.
    """

    name = StringProperty("")
    touched = ObjectProperty(None, allownone=True)
    text = StringProperty("")
    item_state = StringProperty("ok")
    squeeze = NumericProperty(1.0)

    watched: ClassVar[tuple[str, ...]] = ("text", "item_state", "state", "squeeze")

    def __init__(self, **properties: Any) -> None:
        self._sign = Words(font=theme.SIGNS, align="center")
        self._label = Words(colour=theme.CARD, least=0.8)
        super().__init__(edge=0, fill=theme.INK, radius=8, **properties)
        self.add_widget(self._sign)
        self.add_widget(self._label)

    def on_release(self) -> None:
        """Say which item was touched."""
        if self.touched is not None:
            self.touched(self.name)

    def natural(self) -> float:
        """Give the width of sign and word in pixels."""
        unit = look.unit
        label = width_of(self.text, theme.FONT, TYPE * unit * self.squeeze, bold=False)
        return float(label + (SIGN + 2 * BEFORE + BETWEEN) * unit + 1)

    def arrange(self) -> None:
        """Write and place sign and word."""
        unit, style = look.unit, theme.STYLES["bar"]
        self.fill = style.down if self.state == "down" else style.fill
        self._sign.text, self._sign.colour = SIGNS[self.item_state]
        self._label.text = self.text
        self._sign.size_px = theme.BUTTON * unit
        self._label.size_px = TYPE * unit * self.squeeze
        x = self.x + BEFORE * unit
        self._sign.size, self._sign.pos = (SIGN * unit, self.height), (x, self.y)
        x += (SIGN + BETWEEN) * unit
        self._label.size = max(0, self.right - BEFORE * unit - x), self.height
        self._label.pos = x, self.y
