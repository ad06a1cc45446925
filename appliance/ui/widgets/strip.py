"""Things in a row, each as wide as its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.clock import Clock
from kivy.properties import NumericProperty, OptionProperty
from kivy.uix.layout import Layout


def shares(wanted: Sequence[float], room: float, least: float) -> list[float]:
    """Share ``room`` among things that want so much: the widest give way first.

    >>> shares([100, 300, 80], 400, 50)
    [100, 220, 80]
    """
    wide = [max(least, want) for want in wanted]
    if sum(wide) <= room:
        return wide
    low, high = least, max(wide)
    for _ in range(24):
        middle = (low + high) / 2
        if sum(min(width, middle) for width in wide) <= room:
            low = middle
        else:
            high = middle
    return [min(width, round(low, 3)) for width in wide]


class Strip(Layout):
    """A row of widgets that have ``natural()``, their own width in pixels.

    Attributes:
        gap: Pixels between two.
        least: Smallest width of one.
        align: Where they stand when there is room to spare, or ``spread`` to share it.
    """

    gap = NumericProperty(10)
    least = NumericProperty(0)
    align = OptionProperty("left", options=["left", "right", "spread"])

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._again = Clock.create_trigger(self.do_layout, -1)
        for changed in ("pos", "size", "gap", "least", "align", "children"):
            self.fbind(changed, self._again)

    def add_widget(self, widget: Any, *args: Any, **more: Any) -> None:
        """Add a widget; a change of its words changes the row."""
        widget.fbind("text", self._again)
        super().add_widget(widget, *args, **more)

    def remove_widget(self, widget: Any, *args: Any, **more: Any) -> None:
        """Take a widget out."""
        widget.funbind("text", self._again)
        super().remove_widget(widget, *args, **more)

    def again(self) -> None:
        """Share the room anew before the next frame: something else than words has changed."""
        self._again()

    def wanted(self) -> float:
        """Give the width at which nothing has to give way, in pixels."""
        gaps = self.gap * max(0, len(self.children) - 1)
        return float(sum(max(self.least, child.natural()) for child in self.children) + gaps)

    def do_layout(self, *_: object) -> None:
        """Place the widgets."""
        children = self.children[::-1]
        if not children:
            return
        room = self.width - self.gap * (len(children) - 1)
        widths = shares([child.natural() for child in children], room, self.least)
        x, spare = self.x, max(0.0, room - sum(widths))
        if self.align == "right":
            x += spare
        elif self.align == "spread":
            widths = [width + spare / len(children) for width in widths]
        for child, width in zip(children, widths, strict=True):
            child.size, child.pos = (width, self.height), (x, self.y)
            x += width + self.gap
