"""A number asked for: what it is, what was typed, twelve keys, yes and no."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import ObjectProperty

from appliance.ui.widgets import block, key, surface, words  # noqa: F401 - the kv file names them
from appliance.ui.widgets.digits import Digits
from appliance.ui.widgets.ground import Ground

Builder.load_file(str(Path(__file__).with_name("keypad.kv")))


class Keypad(Ground):
    """Names: ``pad-0`` … ``pad-9``, ``pad-comma``, ``pad-back``, ``pad-confirm``, ``pad-cancel``, ``pad-extra``."""

    touched = ObjectProperty(None, allownone=True)

    def __init__(self, press: Callable[[str], None], **properties: Any) -> None:
        super().__init__(touched=press, **properties)
        self._digits = Digits("pad", press)
        self.ids.place.add_widget(self._digits)
        self._extra = key.Key(name="pad-extra", touched=press, size_hint_x=0.6)

    def show(
        self,
        *,
        title: str,
        entry: str,
        hint: str,
        confirm: str,
        cancel: str,
        comma: str,
        extra: str = "",
    ) -> None:
        """Show the question and what was typed so far."""
        ids = self.ids
        ids.title.text, ids.entry.text, ids.hint.text = title, entry, hint
        ids.confirm.text, ids.cancel.text = confirm, cancel
        self._extra.text = extra
        if bool(extra) != (self._extra.parent is not None):
            answers = ids.answers
            answers.add_widget(self._extra, 1) if extra else answers.remove_widget(self._extra)
        digits = self._digits
        digits.before, digits.before_text = ("comma", comma) if comma else ("", "")
