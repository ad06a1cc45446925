"""Twelve keys for numbers, in the order of a card terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.key import Key

RUB_OUT = "⌫"
ENTER = "✓"


class Digits(GridLayout):
    """Keys ``<prefix>-0`` … ``<prefix>-9``, one before the nought and one after it.

    Attributes:
        before: Name of the key before the nought, without prefix: ``comma``, ``back`` or empty for none.
        before_text: What stands on it.
        after: Name of the key after it: ``back`` or ``enter``.
        enabled: False while nothing may be typed.
    """

    before = StringProperty("")
    before_text = StringProperty("")
    after = StringProperty("back")
    enabled = BooleanProperty(True)
    type_size = NumericProperty(theme.HEADING)

    def __init__(self, prefix: str, press: Callable[[str], None], **properties: Any) -> None:
        super().__init__(cols=3, **properties)
        self._prefix = prefix
        self._press = press
        self._keys = [self._key(name) for name in "123456789"]
        self._before, self._nought, self._after = Key(), self._key("0"), self._key("")
        self._keys += [self._before, self._nought, self._after]
        for key in self._keys:
            self.add_widget(key)
        for changed in ("before", "before_text", "after", "enabled", "type_size"):
            self.fbind(changed, self._write)
        look.bind(unit=self._write)
        self._write()

    def _key(self, digit: str) -> Key:
        return Key(name=f"{self._prefix}-{digit}", text=digit, touched=self._press, lines=1)

    def _write(self, *_: object) -> None:
        self.spacing = theme.GAP * look.unit
        self._side(self._before, self.before, self.before_text)
        self._side(self._after, self.after, "")
        for key in self._keys:
            key.enabled = self.enabled
            key.type_size = self.type_size

    def _side(self, key: Key, which: str, text: str) -> None:
        sign = {"back": RUB_OUT, "enter": ENTER}.get(which, "")
        key.opacity = 1 if which else 0
        key.name = f"{self._prefix}-{which}" if which else ""
        key.touched = self._press if which else None
        key.text, key.signs = (sign, True) if sign else (text, False)
        key.style = "main" if which == "enter" else "plain"
