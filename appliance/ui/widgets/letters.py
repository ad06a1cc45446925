"""Letters on the screen, for a counter without a keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from appliance.ui import theme
from appliance.ui.widgets.key import Key

QWERTY = ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm")
AZERTY = ("1234567890", "azertyuiop", "qsdfghjklm", "wxcvbné")
LAYOUTS = {"fr": AZERTY}
"""Rows of characters by language; the others type on QWERTY."""


class Letters(BoxLayout):
    """Ten keys a row; they are drawn apart, but there is no dead gap between them.

    ``touched`` is called with ``letter-<character>``, ``letter-space``, ``letter-back`` or
    ``letter-close``.
    """

    language = StringProperty("")

    def __init__(self, press: Callable[[str], None], **properties: Any) -> None:
        super().__init__(orientation="vertical", **properties)
        self._press = press
        self.fbind("language", self._build)
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

    def _key(self, name: str, text: str) -> Key:
        signs = len(name) > 1
        style = "quiet" if signs else "plain"
        return Key(
            name=f"letter-{name}",
            text=text,
            touched=self._press,
            signs=signs,
            type_size=theme.FIGURE if signs else theme.TEXT,
            lines=1,
            pad=4,
            inset=3,
        )
