"""A key: something to touch, with words on it."""

from __future__ import annotations

from typing import Any, ClassVar

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.surface import Surface
from appliance.ui.widgets.words import Words, width_of


class Key(ButtonBehavior, Surface):
    """A control with a label and, above or below it, a smaller caption.

    Attributes:
        name: Stable name, given to ``touched`` when the key is let go.
        touched: Called with ``name``.
        style: A key of `theme.STYLES`.
        enabled: False shows the key as off and keeps it from being touched.
        type_size: Font size of the label in units.
        signs: True for a label that is a sign of `theme.SIGNS`.
        lines: The most lines of the label.
        pad: Units between the words and the edge.
    """

    name = StringProperty("")
    touched = ObjectProperty(None, allownone=True)
    text = StringProperty("")
    caption = StringProperty("")
    caption_below = BooleanProperty(False)
    style = StringProperty("plain")
    enabled = BooleanProperty(True)
    type_size = NumericProperty(theme.BUTTON)
    bold = BooleanProperty(False)
    signs = BooleanProperty(False)
    lines = NumericProperty(2)
    pad = NumericProperty(8)

    watched: ClassVar[tuple[str, ...]] = (
        "text", "caption", "caption_below", "style", "enabled", "state", "type_size", "bold", "signs", "lines", "pad",
    )  # fmt: skip

    def __init__(self, **properties: Any) -> None:
        self.label = Words(align="center", least=0.55)
        self._caption: Words | None = None
        super().__init__(**properties)
        self.add_widget(self.label)

    def on_release(self) -> None:
        """Say that the key was touched."""
        if self.enabled and self.touched is not None:
            self.touched(self.name)

    def natural(self) -> float:
        """Give the width at which the whole label stands on one line, in pixels."""
        size, pad = self.type_size * look.unit, 2 * self.pad * look.unit
        widest = width_of(self.text, self._font(), size, self.bold)
        caption = width_of(self.caption, theme.FONT, theme.SECOND * look.unit, bold=False)
        return float(max(max(widest, caption) + pad, theme.TOUCH * look.unit))

    def _font(self) -> str:
        return theme.SIGNS if self.signs else theme.FONT

    def arrange(self) -> None:
        """Dress the key and place its words."""
        style = theme.STYLES[self.style if self.enabled else "off"]
        self.fill = style.down if self.state == "down" and self.enabled else style.fill
        self.line = style.line
        label = self.label
        label.font, label.text, label.bold = self._font(), self.text, self.bold
        label.lines, label.size_px = self.lines, self.type_size * look.unit
        label.colour = style.text
        self.place_words(style)

    def place_words(self, style: theme.Style) -> None:
        """Place the label, and the caption above or below it."""
        pad, label = self.pad * look.unit, self.label
        width, room = max(0, self.width - 2 * pad), max(0, self.height - pad)
        x, middle = self.x + pad, self.y + self.height / 2
        caption = self._captioned(style)
        if caption is None:
            label.size, label.pos = (width, room), (x, middle - room / 2)
            return
        room = max(0, self.height - pad / 2)
        first = min(self.type_size * look.unit * 1.25, room * 0.6)
        second = caption.natural_height(width)
        if first + second > room:
            first = max(room * 0.4, room - second)
            second = min(second, room - first)
        low = middle - (first + second) / 2
        label.size, caption.size = (width, first), (width, second)
        if self.caption_below:
            label.pos, caption.pos = (x, low + second), (x, low)
        else:
            label.pos, caption.pos = (x, low), (x, low + first)

    def _captioned(self, style: theme.Style) -> Words | None:
        """Give the caption's words, made when first needed, or None without a caption."""
        if self._caption is None:
            if not self.caption:
                return None
            self._caption = Words(align="center", least=0.6, lines=2)
            self.add_widget(self._caption)
        self._caption.text, self._caption.colour = self.caption, style.text
        self._caption.size_px = theme.SECOND * look.unit
        return self._caption if self.caption else None
