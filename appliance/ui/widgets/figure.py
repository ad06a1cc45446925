"""The one amount that matters on a screen, with what it is."""

from __future__ import annotations

from typing import Any, ClassVar

from kivy.properties import ColorProperty, NumericProperty, StringProperty

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.piece import Piece
from appliance.ui.widgets.words import Words


class Figure(Piece):
    """A label at the left, a large amount at the right; both stay whole as long as they can.

    Attributes:
        name: Stable name of the amount in the outline.
        type_size: Font size of the amount in units.
        label_size: That of the label.
    """

    name = StringProperty("total")
    label = StringProperty("")
    amount = StringProperty("")
    colour = ColorProperty(theme.INK)
    type_size = NumericProperty(theme.TOTAL)
    label_size = NumericProperty(theme.HEADING)

    watched: ClassVar[tuple[str, ...]] = (
        "name", "label", "amount", "colour", "type_size", "label_size",
    )  # fmt: skip

    def __init__(self, **properties: Any) -> None:
        self._label = Words(rise="bottom", lines=2, least=0.5)
        self._amount = Words(align="right", rise="bottom", bold=True, least=0.5)
        super().__init__(**properties)
        self.add_widget(self._label)
        self.add_widget(self._amount)

    def arrange(self) -> None:
        """Write and place label and amount."""
        label, amount = self._label, self._amount
        label.text, amount.text = self.label, self.amount
        label.name, amount.name = f"{self.name}-label", self.name
        label.colour = amount.colour = self.colour
        label.size_px = self.label_size * look.unit
        amount.size_px = self.type_size * look.unit
        width = min(amount.natural() + 1, self.width * 0.68)
        amount.size, amount.pos = (width, self.height), (self.right - width, self.y)
        foot = 5 * look.unit  # both stand on one line
        label.size = max(0, self.width - width - theme.GAP * look.unit), self.height - foot
        label.pos = self.x, self.y + foot
