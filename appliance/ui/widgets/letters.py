"""Letters on the screen, for a counter without a keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from appliance.ui import theme
from appliance.ui.widgets.key import Key

QWERTY = "1234567890" + "qwertyuiop" + "asdfghjkl-" + "zxcvbnm"
AZERTY = "1234567890" + "azertyuiop" + "qsdfghjklm" + "wxcvbné"
LAYOUTS = {"fr": AZERTY}
"""Characters in rows of ten by language; the others type on QWERTY."""
SIGNS = {"space": "␣", "back": "⌫", "close": "▼"}
ROW = 10


class Letters(BoxLayout):
    """Ten keys a row; they are drawn apart, but there is no dead gap between them.

    ``touched`` is called with ``letter-<character>``, ``letter-space``, ``letter-back`` or
    ``letter-close``.
    """

    language = StringProperty("")

    def __init__(self, touched: Callable[[str], None], **properties: Any) -> None:
        super().__init__(orientation="vertical", **properties)
        self._letters = [
            Key(touched=touched, type_size=theme.TEXT, lines=1, pad=4, inset=3) for _ in QWERTY
        ]
        signs = [
            Key(
                name=f"letter-{name}",
                text=sign,
                signs=True,
                touched=touched,
                type_size=theme.FIGURE,
                lines=1,
                pad=4,
                inset=3,
            )
            for name, sign in SIGNS.items()
        ]
        keys = [*self._letters, *signs]
        for begin in range(0, len(keys), ROW):
            row = BoxLayout()
            for key in keys[begin : begin + ROW]:
                row.add_widget(key)
            self.add_widget(row)
        self.fbind("language", self._write)
        self._write()

    def _write(self, *_: object) -> None:
        """Write the letters in the order of the language; the keys stay."""
        for key, letter in zip(self._letters, LAYOUTS.get(self.language, QWERTY), strict=True):
            key.name, key.text = f"letter-{letter}", letter.upper()
