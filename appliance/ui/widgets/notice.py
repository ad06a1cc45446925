"""One sentence where the eye is, with what to do."""

from __future__ import annotations

from typing import Any, ClassVar

from kivy.properties import NumericProperty, ObjectProperty, StringProperty

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.surface import Surface
from appliance.ui.widgets.words import Words

TONES = {
    "ok": (theme.TEAL_LIGHT, theme.TEAL, "✓"),
    "look": (theme.AMBER_LIGHT, theme.AMBER, "▲"),
    "bad": (theme.RED_LIGHT, theme.RED, "✕"),
    "hint": (theme.PAPER, theme.SOFT, "→"),
}
"""Ground, words and sign for each state."""
NARROW = 430
"""Units below which the key stands under the sentence instead of beside it."""


class Notice(Surface):
    """A bar with a sign, a sentence and perhaps one key; it is as high as its sentence needs.

    Attributes:
        height_wanted: Height in pixels, 0 while there is nothing to say.
        control: What is said when the key is touched.
        most_height: The sentence shrinks rather than pass this, in pixels.
    """

    text = StringProperty("")
    item_state = StringProperty("look")
    action = StringProperty("")
    control = StringProperty("notice")
    touched = ObjectProperty(None, allownone=True)
    most_height = NumericProperty(200)
    height_wanted = NumericProperty(0)

    watched: ClassVar[tuple[str, ...]] = (
        "text", "item_state", "action", "control", "touched", "most_height",
    )  # fmt: skip

    def __init__(self, **properties: Any) -> None:
        self._sign = Words(font=theme.SIGNS, align="center")
        self._sentence = Words(lines=6, least=0.75, name="notice-text")
        self._key = Key(name="notice", style="strong")
        super().__init__(size_hint_y=None, height=0, **properties)

    def arrange(self) -> None:
        """Write the sentence and take the height it needs."""
        unit = look.unit
        self.fill, self.line, sign = TONES[self.item_state]
        self._sign.text, self._sign.colour = sign, self.line
        self._sign.size_px = theme.TEXT * unit
        self._sentence.text, self._sentence.colour = self.text, theme.INK
        self._sentence.size_px = theme.BUTTON * unit
        self._key.text, self._key.touched = self.action, self.touched
        self._key.name = self.control
        wanted = [self._sign, self._sentence] if self.text else []
        if self.text and self.action:
            wanted.append(self._key)
        if self.children[::-1] != wanted:
            self.clear_widgets()
            for widget in wanted:
                self.add_widget(widget)
        self._place()

    def _place(self) -> None:
        if not self.text:
            self.height_wanted = 0
            self.opacity = 0
            return
        self.opacity = 1
        unit = look.unit
        pad, touch, sign_width = 12 * unit, theme.TOUCH * unit, 24 * unit
        beside = sign_width + 8 * unit
        key_width, below = 0.0, False
        if self.action:
            below = self.width < NARROW * unit and self.most_height > 2.5 * touch
            key_width = min(max(self._key.natural(), touch * 1.6), self.width * 0.4)
        if below:
            key_width = self.width - 2 * pad - beside
        text_width = max(1, self.width - 2 * pad - beside)
        text_width -= key_width + pad if key_width and not below else 0
        needed = self._sentence.natural_height(text_width) + 2 * pad
        if below:
            needed += touch
        self.height_wanted = min(max(needed, touch + (pad if key_width else 0)), self.most_height)
        self.height = self.height_wanted
        inner = self.height - pad - (touch if below else 0)
        low = self.y + pad / 2 + (touch if below else 0)
        self._sign.size, self._sign.pos = (sign_width, inner), (self.x + pad, low)
        self._sentence.size = text_width, inner
        self._sentence.pos = self.x + pad + beside, low
        self._key.size = key_width, touch
        self._key.pos = (
            self.right - pad - key_width,
            self.y + pad / 2 if below else self.center_y - touch / 2,
        )
