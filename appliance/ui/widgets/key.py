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
    """A control with a label and, above it, a smaller caption.

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
    style = StringProperty("plain")
    enabled = BooleanProperty(True)
    type_size = NumericProperty(theme.BUTTON)
    bold = BooleanProperty(False)
    signs = BooleanProperty(False)
    lines = NumericProperty(2)
    pad = NumericProperty(8)

    watched: ClassVar[tuple[str, ...]] = (
        "text", "caption", "style", "enabled", "state", "type_size", "bold", "signs", "lines", "pad",
    )  # fmt: skip

    def __init__(self, **properties: Any) -> None:
        self.label = Words(align="center", least=0.55)
        self._above: Words | None = None
        super().__init__(**properties)
        self.add_widget(self.label)

    def on_release(self) -> None:
        """Say that the key was touched."""
        if self.enabled and self.touched is not None:
            self.touched(self.name)

    def natural(self) -> float:
        """Give the width at which the whole label stands on one line, in pixels."""
        size = self.type_size * look.unit
        widest = width_of(self.text, self._font(), size, self.bold)
        caption = width_of(self.caption, theme.FONT, theme.SECOND * look.unit, bold=False)
        return max(max(widest, caption) + 2 * self.pad * look.unit, theme.TOUCH * look.unit)

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
        """Place the label, and the caption above it."""
        pad = self.pad * look.unit
        width, room = max(0, self.width - 2 * pad), max(0, self.height - pad)
        above = self._caption(style)
        if above is None:
            self.label.size, self.label.pos = (width, room), (self.x + pad, self.y + pad / 2)
            return
        label_height = min(self.type_size * look.unit * 1.25, room * 0.6)
        caption_height = min(above.natural_height(width), room - label_height)
        low = self.y + (self.height - caption_height - label_height) / 2
        self.label.size, self.label.pos = (width, label_height), (self.x + pad, low)
        above.size, above.pos = (width, caption_height), (self.x + pad, low + label_height)

    def _caption(self, style: theme.Style) -> Words | None:
        """Give the caption's words, made when first needed."""
        if self._above is None:
            if not self.caption:
                return None
            self._above = Words(align="center", least=0.6, lines=2)
            self.add_widget(self._above)
        self._above.text, self._above.colour = self.caption, style.text
        self._above.size_px = theme.SECOND * look.unit
        return self._above if self.caption else None
