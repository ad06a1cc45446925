"""As many widgets as there are things to show, made once and used again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from kivy.uix.widget import Widget

from appliance.ui.damage import damage

W = TypeVar("W", bound=Widget)
V = TypeVar("V")


class Pool(Generic[W, V]):
    """Keeps the children of ``box`` in step with a sequence of values.

    A value that is the same as before costs one comparison; a new value sets the texts of the
    widget that stands in its place. Nothing is built anew while the number stays the same.

    Args:
        box: Holds the widgets, in the order of the values.
        make: Makes one widget.
        show: Has a widget show a value.
    """

    def __init__(self, box: Widget, make: Callable[[], W], show: Callable[[W, V], None]) -> None:
        self.widgets: list[W] = []
        self._box = box
        self._make = make
        self._show = show
        self._spare: list[W] = []
        self._values: list[V] = []

    def fill(self, values: Sequence[V]) -> None:
        """Show ``values``."""
        if len(self.widgets) != len(values):
            damage.report(self._box)
        while len(self.widgets) > len(values):
            self._spare.append(self.widgets.pop())
            self._box.remove_widget(self._spare[-1])
            self._values.pop()
        for place, value in enumerate(values):
            if place == len(self.widgets):
                widget = self._spare.pop() if self._spare else self._make()
                self._show(widget, value)
                self.widgets.append(widget)
                self._values.append(value)
                self._box.add_widget(widget)
            elif self._values[place] != value:
                self._values[place] = value
                self._show(self.widgets[place], value)

    def forget(self) -> None:
        """Take all widgets as spare; the box was cleared by its owner."""
        self._spare += self.widgets
        self.widgets.clear()
        self._values.clear()
