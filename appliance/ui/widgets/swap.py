"""A place where one of several widgets stands."""

from __future__ import annotations

from typing import Any

from kivy.uix.widget import Widget

from appliance.ui.damage import damage
from appliance.ui.widgets.block import Block


class Swap(Block, Widget):
    """Shows one widget at a time, as large as the place; the others are kept by their maker."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.fbind("pos", self._stretch)
        self.fbind("size", self._stretch)

    def only(self, widget: Widget | None) -> None:
        """Show ``widget`` and nothing else, or nothing at all."""
        if self.children == ([] if widget is None else [widget]):
            return
        self.clear_widgets()
        damage.report(self)
        if widget is not None:
            self.add_widget(widget)
            self._stretch()

    def _stretch(self, *_: object) -> None:
        for child in self.children:
            child.pos, child.size = self.pos, self.size
