"""Letters on the screen, for a counter without a keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.key import Key

QWERTY = ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm")
AZERTY = ("1234567890", "azertyuiop", "qsdfghjklm", "wxcvbné")
LAYOUTS = {"fr": AZERTY}
"""Rows of characters by language; the others type on QWERTY."""


class Letters(BoxLayout):
    """Ten keys a row, each as wide as its share of the row so that no gap is dead.

    ``touched`` is called with ``letter-<character>``, ``letter-space``, ``letter-back`` or
    ``letter-close``.
    """

    language = StringProperty("")

    def __init__(self, press: Callable[[str], None], **properties: Any) -> None:
        super().__init__(orientation="vertical", **properties)
        self._press = press
        self.fbind("language", self._build)
        look.bind(unit=self._space)
        self._build()

    def _build(self, *_: object) -> None:
        self.clear_widgets()
        rows = LAYOUTS.get(self.language, QWERTY)
        for characters in rows:
            row = BoxLayout()
            for character in characters:
                row.add_widget(self._key(character, character.upper()))
            if characters is rows[-1]:
                row.add_widget(self._key("space", "␣"))
                row.add_widget(self._key("back", "⌫"))
                row.add_widget(self._key("close", "▼"))
            self.add_widget(row)
        self._space()

    def _key(self, name: str, text: str) -> Key:
        signs = len(name) > 1
        style = "quiet" if signs else "plain"
        return Key(
            name=f"letter-{name}", text=text, touched=self._press, style=style, signs=signs, pad=2
        )

    def _space(self, *_: object) -> None:
        gap = 6 * look.unit
        self.spacing = gap
        for row in self.children:
            row.spacing = gap
            for key in row.children:
                key.type_size = theme.TEXT
