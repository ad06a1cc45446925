"""One sentence where the eye is, with what to do."""

from __future__ import annotations

from typing import Any, ClassVar

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

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
"""Units below which the key stands under the sentence where that takes less height."""
MOST_KEY = 0.4
"""Of the bar's width, for a key that stands beside the sentence."""


class Notice(Surface):
    """A bar with a sign, a sentence and perhaps one key; it is as high as its sentence needs.

    Attributes:
        height_wanted: Height in pixels, 0 while there is nothing to say.
        control: What is said when the key is touched.
        most_height: The sentence shrinks rather than pass this, in pixels.
        quiet: True keeps it from being seen; ``height_wanted`` tells all the same.
    """

    text = StringProperty("")
    item_state = StringProperty("look")
    action = StringProperty("")
    control = StringProperty("notice")
    touched = ObjectProperty(None, allownone=True)
    most_height = NumericProperty(200)
    height_wanted = NumericProperty(0)
    quiet = BooleanProperty(False)

    watched: ClassVar[tuple[str, ...]] = (
        "text", "item_state", "action", "control", "touched", "most_height", "quiet",
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
        self.opacity = 0 if self.quiet else 1
        unit = look.unit
        pad, touch, sign_width = 12 * unit, theme.TOUCH * unit, 24 * unit
        beside = sign_width + 8 * unit
        room = max(1, self.width - 2 * pad - beside)
        below, key_width, text_width = self._beside_or_below(room, pad, touch)
        needed = self._sentence.natural_height(text_width) + 2 * pad + (touch if below else 0)
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

    def _beside_or_below(self, room: float, pad: float, touch: float) -> tuple[bool, float, float]:
        """Tell whether the key stands below the sentence, how wide it is, and the sentence."""
        if not self.action:
            return False, 0.0, room
        natural = max(self._key.natural(), touch * 1.6)
        key_width = min(natural, self.width * MOST_KEY)
        text_width = max(1, room - key_width - pad)
        beside, below = False, True
        if self.width >= NARROW * look.unit or self.most_height <= 2.5 * touch:
            return beside, key_width, text_width
        if natural > key_width:
            return below, room, room
        high, low = map(self._sentence.natural_height, (text_width, room))
        if high <= low + touch:
            return beside, key_width, text_width
        return below, room, room
