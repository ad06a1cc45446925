"""The search field: it shows what is looked for; touching it opens the letters.

No field of Kivy's own is used anywhere: leaving one stops the window's text input for good
(kivy issue 8136), and with it a scanner that types.
"""

from __future__ import annotations

from typing import Any, ClassVar

from kivy.graphics import Color, Line, Rectangle
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.surface import Surface
from appliance.ui.widgets.words import Words


class Field(ButtonBehavior, Surface):
    """Text that was typed, or a hint, with a cross to clear it.

    Attributes:
        active: True while the letters are open; the edge is then strong.
        press: Called with the name of the field, or ``<name>-clear`` for the cross.
    """

    name = StringProperty("search")
    touched = ObjectProperty(None, allownone=True)
    text = StringProperty("")
    hint = StringProperty("")
    active = BooleanProperty(False)

    watched: ClassVar[tuple[str, ...]] = ("name", "touched", "text", "hint", "active")

    def __init__(self, **properties: Any) -> None:
        self._words = Words(least=0.6)
        self._cross = Key(text="✕", signs=True, edge=0, radius=8, lines=1, inset=4)
        super().__init__(**properties)
        self.add_widget(self._words)
        with self.canvas:
            Color(*theme.SOFT)
            self._glass = Line(width=1.4)
            self._handle = Line(width=1.8)
            Color(*theme.TEAL)
            self._caret = Rectangle(size=(0, 0))

    def on_release(self) -> None:
        """Say that the field was touched."""
        if self.touched is not None:
            self.touched(self.name)

    def arrange(self) -> None:
        """Write and place the text, the glass, the cross and the caret."""
        self.line = theme.TEAL if self.active else theme.LINE
        self.edge = 2.5 if self.active else theme.HAIR
        self._words.text = self.text or self.hint
        self._words.colour = theme.INK if self.text else theme.SOFT
        self._words.size_px = (theme.TEXT - 1) * look.unit
        self._cross.name, self._cross.touched = f"{self.name}-clear", self.touched
        wanted = bool(self.text or self.active)
        if wanted and self._cross.parent is None:
            self.add_widget(self._cross)
        elif not wanted and self._cross.parent is not None:
            self.remove_widget(self._cross)
        self._place()
        self.report()

    def _place(self) -> None:
        unit, height = look.unit, self.height
        pad = 16 * unit
        radius, middle = 7 * unit, self.center_y + 1.5 * unit
        centre = self.x + pad + radius
        self._glass.circle = (centre, middle, radius)
        reach = radius * 0.72
        end = reach + 6 * unit
        self._handle.points = (centre + reach, middle - reach, centre + end, middle - end)
        words_x = centre + radius + 14 * unit
        cross = height if self._cross.parent is not None else pad
        self._words.size = max(0, self.right - cross - words_x), height
        self._words.pos = words_x, self.y
        self._cross.size, self._cross.pos = (height, height), (self.right - height, self.y)
        typed = min(self._words.natural(), self._words.width) if self.text else 0
        self._caret.size = (2 * unit, 24 * unit) if self.active else (0, 0)
        self._caret.pos = words_x + typed + 1, self.center_y - 12 * unit
