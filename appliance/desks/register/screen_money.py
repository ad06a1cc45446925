"""The money bar: one touch ends the sale."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty

from appliance.desks.register import view
from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.block import Block, Handed
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.pool import Pool

STYLES = {"exact": "main", "card": "card", "other": "plain"}
WIDTHS = {"exact": 1.85, "note": 1.0, "card": 1.45, "other": 1.15}
LONG_WIDTHS = {"exact": 1.5, "note": 1.2, "card": 1.15, "other": 1.0}
"""Shares of the bar; fixed, so that no key moves while amounts grow."""
LONG = 7
"""Notes with more characters than this belong to a currency of large figures."""
NOTES = 3
"""Places for notes, kept free while there are fewer."""
NO_BREAK = "\u00a0"

Shown = tuple[view.MoneyKey | None, dict[str, float]]
"""A key, or None for a place that is kept free, and the shares of the bar."""


class MoneyBar(Block, Handed):
    """Exact cash, the next sensible notes, card, other: each always in its own place.

    Attributes:
        touched: Called with ``money-<key>``.
    """

    touched = ObjectProperty(None)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._keys: Pool[Key, Shown] = Pool(
            self, lambda: Key(touched=self.touched, pad=6, bold=True), _show
        )
        look.bind(compact=self._scale)

    def show(self, money: tuple[view.MoneyKey, ...]) -> None:
        """Show the keys."""
        notes = [each for each in money if _kind(each) == "note"]
        long = max((len(note.label) for note in notes), default=0) > LONG
        places: list[view.MoneyKey | None] = list(money)
        after = places.index(notes[-1]) + 1 if notes else 1  # behind exact cash
        places[after:after] = [None] * (NOTES - len(notes))
        self._keys.fill(tuple((place, LONG_WIDTHS if long else WIDTHS) for place in places))

    def _scale(self, *_: object) -> None:
        for key in self._keys.widgets:
            key.type_size = _type_size()


def _kind(money: view.MoneyKey) -> str:
    return money.key.split("-", 1)[0]


def _type_size() -> int:
    return theme.TEXT if look.compact else theme.FIGURE


def _show(key: Key, shown: Shown) -> None:
    money, widths = shown
    kind = "note" if money is None else _kind(money)
    key.opacity = 0 if money is None else 1
    key.size_hint_x = widths.get(kind, 1)
    key.style, key.type_size = STYLES.get(kind, "money"), _type_size()
    key.enabled = money is not None and money.enabled
    key.name = "" if money is None else f"money-{money.key}"
    key.caption = "" if money is None else money.caption
    # A long amount may stand below its symbol.
    key.text = "" if money is None else money.label.replace(NO_BREAK, " ")
