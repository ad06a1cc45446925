"""What works, in the top bar: a sign and a word, to be touched for what it means."""

from __future__ import annotations

from typing import Any, ClassVar

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
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
STACKED_TYPE, STACKED_SIGN, STACKED_BEFORE = theme.SECOND - 1, 15, 2


class Status(ButtonBehavior, Surface):
    """One item of the bar; its sign differs by form as well as by colour.

    Attributes:
        item_state: A key of `SIGNS`.
        stacked: Whether the word stands below the sign, for a bar with little room.
        calm: Whether there is no sign while all is well, as with the time.
    """

    name = StringProperty("")
    touched = ObjectProperty(None, allownone=True)
    text = StringProperty("")
    item_state = StringProperty("ok")
    stacked = BooleanProperty(False)
    calm = BooleanProperty(False)
    type_size = NumericProperty(TYPE)
    bold = BooleanProperty(False)

    watched: ClassVar[tuple[str, ...]] = (
        "text", "item_state", "state", "stacked", "calm", "type_size", "bold",
    )  # fmt: skip

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
        label = self._width()
        beside = 0 if self.stacked or not self._signed() else SIGN + BETWEEN
        before = STACKED_BEFORE if self.stacked else BEFORE
        return float(label + (beside + 2 * before) * unit + 1)

    def _width(self) -> float:
        """Give the width of the word in pixels; below its sign it may stand on two lines."""
        size, words = self._size() * look.unit, self.text.split(" ")
        halves: list[tuple[str, ...]] = [(self.text,)]
        if self.stacked:
            halves += [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
        return min(
            max(width_of(line, theme.FONT, size, self.bold) for line in lines) for lines in halves
        )

    def _size(self) -> float:
        return float(STACKED_TYPE if self.stacked else self.type_size)

    def _signed(self) -> bool:
        return not (self.calm and self.item_state == "ok")

    def arrange(self) -> None:
        """Write and place sign and word."""
        unit, style = look.unit, theme.STYLES["bar"]
        self.fill = style.down if self.state == "down" else style.fill
        sign, self._sign.colour = SIGNS[self.item_state]
        self._sign.text = sign if self._signed() else ""
        self._label.text, self._label.bold = self.text, self.bold
        self._label.size_px = self._size() * unit
        if self.stacked and self._signed():
            self._stack(unit)
        else:
            self._row(unit)
        self.report()

    def _row(self, unit: float) -> None:
        """Put the word beside the sign."""
        sign, label = self._sign, self._label
        sign.size_px, label.lines, label.align = theme.BUTTON * unit, 1, "left"
        label.rise = "middle"
        x = self.x + BEFORE * unit
        sign.size, sign.pos = (SIGN * unit, self.height), (x, self.y)
        if self._signed():
            x += (SIGN + BETWEEN) * unit
        else:
            label.align = "center"
        label.size = max(0, self.right - BEFORE * unit - x), self.height
        label.pos = x, self.y

    def _stack(self, unit: float) -> None:
        """Put the word below the sign, on two lines where one is too narrow."""
        sign, label = self._sign, self._label
        pad, high = STACKED_BEFORE * unit, 20 * unit
        sign.size_px, label.lines, label.align = STACKED_SIGN * unit, 2, "center"
        sign.size = self.width, high
        label.size = max(0, self.width - 2 * pad), self.height - high - pad
        wanted = min(label.natural_height(label.width), label.height)
        foot = self.y + (self.height - high - wanted) / 2
        label.pos, label.rise = (self.x + pad, foot - (label.height - wanted)), "top"
        sign.pos = self.x, foot + wanted
