"""A quick key: an article to be touched, with its price and the colour of its category."""

from __future__ import annotations

from typing import Any, ClassVar

from kivy.properties import ColorProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.surface import Surface
from appliance.ui.widgets.words import Words

PAD = 12
BAND = 5


class Tile(ButtonBehavior, Surface):
    """An article: the name above, the price below, a band of colour at the foot."""

    name = StringProperty("")
    touched = ObjectProperty(None, allownone=True)
    text = StringProperty("")
    price = StringProperty("")
    tint = ColorProperty(theme.LINE)

    watched: ClassVar[tuple[str, ...]] = ("text", "price", "tint", "state")

    def __init__(self, **properties: Any) -> None:
        self._label = Words(rise="top", lines=3, may_cut=True)
        self._price = Words(rise="bottom", colour=theme.SOFT)
        super().__init__(band_height=BAND, **properties)
        self.add_widget(self._label)
        self.add_widget(self._price)

    def on_release(self) -> None:
        """Say which article was touched."""
        if self.touched is not None:
            self.touched(self.name)

    def arrange(self) -> None:
        """Write and place name and price."""
        style, unit = theme.STYLES["plain"], look.unit
        self.fill = style.down if self.state == "down" else style.fill
        self.band = self.tint
        self._label.text, self._price.text = self.text, self.price
        self._label.size_px = (theme.BUTTON + 1) * unit
        self._price.size_px = theme.SECOND * unit
        pad = PAD * unit
        width = max(0, self.width - 2 * pad)
        price_height = theme.SECOND * unit * 1.3
        low = self.y + (BAND + 6) * unit
        self._price.size, self._price.pos = (width, price_height), (self.x + pad, low)
        low += price_height
        self._label.size = width, max(0, self.top - pad * 0.75 - low)
        self._label.pos = self.x + pad, low
