"""One line of a basket: how many, what, how much."""

from __future__ import annotations

from typing import Any, ClassVar

from kivy.clock import Clock
from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.patch import plain
from appliance.ui.widgets.piece import Piece
from appliance.ui.widgets.words import Words

FLASH_S = 0.35
MARK = 6


class LineRow(ButtonBehavior, Piece):
    """A line; the newest is tinted, the selected one has a mark and stronger words.

    Attributes:
        under: Colour of the list's own ground; a row of that colour draws none.
        detail_lines: The most lines of the detail; see `growth`.
        quantity_room: Units left for the quantity, 0 where there is none.
        enabled: False writes the name softly and keeps the row from being touched.
        raised: Counts up when the quantity was raised; the row then flashes once, in two steps,
            for a running animation would delay the next scan.
    """

    name = StringProperty("")
    touched = ObjectProperty(None, allownone=True)
    fill = ColorProperty(theme.CARD)
    under = ColorProperty(theme.CARD)
    quantity = StringProperty("")
    text = StringProperty("")
    detail = StringProperty("")
    detail_lines = NumericProperty(1)
    amount = StringProperty("")
    newest = BooleanProperty(False)
    selected = BooleanProperty(False)
    advantage = BooleanProperty(False)
    enabled = BooleanProperty(True)
    raised = NumericProperty(0)
    quantity_room = NumericProperty(60)

    watched: ClassVar[tuple[str, ...]] = (
        "quantity", "text", "detail", "amount", "advantage", "newest", "selected", "state",
        "quantity_room", "enabled", "detail_lines",
    )  # fmt: skip

    def __init__(self, **properties: Any) -> None:
        self._quantity = Words(colour=theme.SOFT, least=0.5)
        self._label = Words(least=0.8, may_cut=True)
        self._detail = Words(least=0.8, may_cut=True)
        self._amount = Words(align="right", bold=True)
        self._flashing = False
        self._calm_down = Clock.create_trigger(self.calm, FLASH_S)
        super().__init__(**properties)
        self._dressed = InstructionGroup()  # on the canvas only where there is something to see
        self._ground, self._box = Color(), Rectangle(texture=plain())
        self._mark, self._bar = Color(), Rectangle(texture=plain())
        for instruction in (self._ground, self._box, self._mark, self._bar):
            self._dressed.add(instruction)
        with self.canvas.before:
            Color(*theme.LINE)
            self._hair = Rectangle(texture=plain())
        for words in (self._quantity, self._label, self._detail, self._amount):
            self.add_widget(words)

    def on_release(self) -> None:
        """Say which line was touched."""
        if self.enabled and self.touched is not None:
            self.touched(self.name)

    def flash(self) -> None:
        """Light up once."""
        self._calm_down.cancel()
        self._flashing = True
        self._calm_down()
        self.arrange_soon()

    def calm(self, *_: object) -> None:
        """Stop flashing, after a while or because the row shows another line now."""
        self._calm_down.cancel()
        if self._flashing:
            self._flashing = False
            self.arrange_soon()

    def arrange(self) -> None:
        """Dress the row, write and place its words."""
        self._dress()
        self._write()
        second = theme.INK if self._flashing else theme.SOFT
        self._quantity.colour = second
        self._label.colour = theme.INK if self.enabled else theme.SOFT
        self._detail.colour = theme.GREEN if self.advantage and not self._flashing else second
        self._place_words()
        self.report()

    def growth(self, width: float) -> float:
        """Give the pixels it must be higher than a row of one line of detail to show all of it.

        Args:
            width: Of the row in pixels.
        """
        self._write()
        return self._second(self._name_width(width)) - self._line()

    def _write(self) -> None:
        self._quantity.text, self._label.text = self.quantity, self.text
        self._detail.text, self._amount.text = self.detail, self.amount
        for words in (self._quantity, self._label, self._amount):
            words.size_px = theme.TEXT * look.unit
        self._detail.size_px, self._detail.lines = theme.SECOND * look.unit, self.detail_lines

    def _dress(self) -> None:
        fill, mark = theme.CARD, theme.CLEAR
        if self.selected:
            fill, mark = theme.BLUE_LIGHT, theme.BLUE
        elif self.newest:
            fill, mark = theme.TEAL_LIGHT, theme.TEAL
        if self._flashing:
            fill = theme.TEAL_FLASH
        if self.state == "down":
            fill = theme.STYLES["plain"].down
        self.fill = self._ground.rgba = fill
        self._mark.rgba = mark
        unit = look.unit
        left, low = round(self.x), round(self.y)
        width, height = round(self.right) - left, round(self.top) - low
        self._box.pos, self._box.size = (left, low), (width, height)
        self._bar.pos, self._bar.size = (left, low), (round(MARK * unit), height)
        before, dressed = self.canvas.before, self._dressed
        seen = mark != theme.CLEAR or self.fill != self.under
        if seen and dressed not in before.children:
            before.insert(0, dressed)
        elif not seen and dressed in before.children:
            before.remove(dressed)
        self._hair.pos, self._hair.size = (left, low), (width, 1)

    def _place_words(self) -> None:
        unit, pad = look.unit, self._pad()
        quantity_width, amount_width = self._quantity_width(), self._amount_width(self.width)
        name_x = self.x + pad + quantity_width
        name_width = self._name_width(self.width)
        first, second = theme.TEXT * unit * 1.2, self._second(name_width)
        block = first + (second if self.detail else 0)
        base = self.y + (self.height - block) / 2
        self._detail.size, self._detail.pos = (name_width, second), (name_x, base)
        self._label.size = name_width, first
        self._label.pos = name_x, base + (second if self.detail else 0)
        self._quantity.size = max(0, quantity_width - 8 * unit), self.height
        self._quantity.pos = self.x + pad, self.y
        self._amount.size = amount_width, self.height
        self._amount.pos = self.right - pad - amount_width, self.y

    def _pad(self) -> float:
        return float((12 if look.compact else 18) * look.unit)

    def _quantity_width(self) -> float:
        return float(min(self.quantity_room, 50 if look.compact else 99) * look.unit)

    def _amount_width(self, width: float) -> float:
        return float(min(self._amount.natural() + 1, width * 0.4))

    def _name_width(self, width: float) -> float:
        beside = 2 * self._pad() + self._quantity_width() + self._amount_width(width)
        return max(0.0, float(width - beside - 8 * look.unit))

    def _second(self, name_width: float) -> float:
        """Give the height of the detail; one of a single line shrinks rather than wraps."""
        one = self._line()
        if self.detail_lines == 1:
            return one
        whole = self._detail.natural_height(name_width)
        return float(max(one, min(whole, self.detail_lines * one)))

    def _line(self) -> float:
        """Give the height of one line of detail."""
        return float(theme.SECOND * look.unit * 1.25)
