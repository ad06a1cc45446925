"""The dark bar: where, who, what works, language, time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kivy.clock import Clock

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.block import Parts
from appliance.ui.widgets.ground import Ground
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.pool import Pool
from appliance.ui.widgets.status import Status
from appliance.ui.widgets.strip import Strip
from appliance.ui.widgets.words import Words

BRAND = "Balie"
NAMED = 120
"""Units that who is where keeps at least."""
Item = tuple[str, str, str]
"""Name, words and state of something that works or does not."""


class TopBar(Ground):
    """Names: ``lock`` for the person, ``status-…`` for the items, ``language``.

    Where there is little room, the words stand below their signs, and on a narrow screen in a row
    of their own; nothing that works or does not is ever left out.
    """

    def __init__(self, press: Callable[[str], None], **properties: Any) -> None:
        super().__init__(fill=theme.INK, size_hint_y=None, orientation="vertical", **properties)
        self._press = press
        self._marked = False
        self._brand = Words(text=BRAND, bold=True, colour=theme.CARD)
        self._register = Words(colour=theme.CARD)
        self._person = Key(name="lock", touched=press, style="bar", radius=8, lines=1, pad=10)
        self._person.label.may_cut = True
        self._language = Key(name="language", touched=press, style="bar", radius=8, lines=1, pad=10)
        self._clock = Status(touched=press, calm=True, bold=True, type_size=theme.BUTTON)
        self._left, self._works = Strip(size_hint_x=None), Strip(align="right")
        self._last = Strip(align="right", size_hint_x=None)
        self._items: Pool[Status, Item] = Pool(self._works, self._make, self._show)
        for widget in (self._brand, self._register):
            self._left.add_widget(widget)
        for widget in (self._language, self._clock):
            self._last.add_widget(widget)
        self._row = Parts()
        self._row.add_widget(self._left)
        self._row.add_widget(self._works)
        self._row.add_widget(self._last)
        self.add_widget(self._row)
        self._arrange_soon = Clock.create_trigger(self._arrange, -1)
        self.fbind("size", self._arrange_soon)
        look.bind(unit=self._arrange_soon, compact=self._arrange_soon, portrait=self._arrange_soon)

    def show(
        self,
        register: str,
        person: str,
        items: Sequence[Item],
        language: str,
        clock: Item,
        *,
        marked: bool = False,
    ) -> None:
        """Show who is where and what works; ``marked`` where this is no counter that sells."""
        self.fill = theme.MARK if marked else theme.INK
        self._register.bold = self._marked = marked
        self._register.text = register
        self._show(self._clock, clock)
        self._language.text = language
        if self._person.text != person:
            self._person.text = person
            if person and self._person.parent is None:
                self._left.add_widget(self._person)
            elif not person and self._person.parent is not None:
                self._left.remove_widget(self._person)
        self._items.fill(items)
        self._arrange_soon()

    def _make(self) -> Status:
        return Status(touched=self._press)

    def _show(self, status: Status, item: Item) -> None:
        status.name, status.text, status.item_state = item

    def _arrange(self, *_: object) -> None:
        unit = look.unit
        apart = look.portrait
        self._put_apart(apart=apart)
        self.height = (2 if apart else 1) * theme.TOUCH * unit
        self._row.padding = ((8 if look.compact else 20) * unit, 0, 8 * unit, 0)
        self._row.spacing = 8 * unit
        for words in (self._brand, self._register):
            words.size_px = theme.BUTTON * unit
        for key in (self._person, self._language):
            key.type_size = theme.BUTTON
        self._left.gap = (10 if look.compact else 16) * unit
        self._works.gap = self._last.gap = (2 if look.compact else 8) * unit
        self._works.least = self._last.least = theme.TOUCH * unit
        self._last.width = self._last.wanted()
        self._share(apart=apart)

    def _share(self, *, apart: bool) -> None:
        """Share the width: what works may not be cut, who is where gives way."""
        unit = look.unit
        room = self.width - 28 * unit - 2 * self._row.spacing - self._last.width
        if apart:
            self._write_stacked(stacked=False)
            if self._works.wanted() > self.width - 16 * unit:
                self._write_stacked(stacked=True)
            self._brand.text = BRAND if not (look.compact or self._marked) else ""
            self._left.width = room
            return
        self._write_stacked(stacked=False)
        named = self._register.natural() + self._person.natural() + 2 * self._left.gap
        self._brand.text = BRAND if not self._marked else ""
        for brand, stacked in ((self._brand.text, False), ("", False), ("", True)):
            self._brand.text = brand
            self._write_stacked(stacked=stacked)
            left = named + (self._brand.natural() + self._left.gap if brand else 0)
            if left + self._works.wanted() <= room:
                break
        self._left.width = min(self._left.wanted(), max(room - self._works.wanted(), NAMED * unit))

    def _write_stacked(self, *, stacked: bool) -> None:
        for status in self._items.widgets:
            status.stacked = stacked
        self._works.again()

    def _put_apart(self, *, apart: bool) -> None:
        """Give what works a row of its own, or put it back between the others."""
        if apart == (self._works.parent is self):
            return
        self._works.parent.remove_widget(self._works)
        if apart:
            self.add_widget(self._works)
        else:
            self._row.add_widget(self._works, 1)
        self._works.align = "spread" if apart else "right"
