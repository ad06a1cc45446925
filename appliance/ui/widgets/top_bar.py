"""The dark bar: where, who, what works, language, time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kivy.clock import Clock

from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.ground import Ground
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.pool import Pool
from appliance.ui.widgets.status import Status
from appliance.ui.widgets.strip import Strip
from appliance.ui.widgets.words import Words

BRAND = "Balie"
SQUEEZE = 0.8
Item = tuple[str, str, str]
"""Name, words and state of something that works or does not."""


class TopBar(Ground):
    """Names: ``lock`` for the person, ``status-…`` for the items, ``language``."""

    def __init__(self, press: Callable[[str], None], **properties: Any) -> None:
        super().__init__(fill=theme.INK, size_hint_y=None, **properties)
        self._press = press
        self._marked = False
        self._brand = Words(text=BRAND, bold=True, colour=theme.CARD)
        self._register = Words(colour=theme.CARD)
        self._person = Key(name="lock", touched=press, style="bar", radius=8, lines=1, pad=10)
        self._language = Key(name="language", touched=press, style="bar", radius=8, lines=1, pad=10)
        self._clock = Words(bold=True, colour=theme.CARD)
        self._left, self._right = Strip(size_hint_x=None), Strip(align="right")
        self._items: Pool[Status, Item] = Pool(self._right, self._make, self._show)
        for widget in (self._brand, self._register):
            self._left.add_widget(widget)
        self.add_widget(self._left)
        self.add_widget(self._right)
        self._arrange_soon = Clock.create_trigger(self._arrange, -1)
        self.fbind("size", self._arrange_soon)
        look.bind(unit=self._arrange_soon)

    def show(
        self,
        register: str,
        person: str,
        items: Sequence[Item],
        language: str,
        clock: str,
        *,
        marked: bool = False,
    ) -> None:
        """Show who is where and what works; ``marked`` where this is no counter that sells."""
        self.fill = theme.MARK if marked else theme.INK
        self._register.bold = self._marked = marked
        self._register.text, self._clock.text = register, clock
        self._language.text = language
        if self._person.text != person:
            self._person.text = person
            if person and self._person.parent is None:
                self._left.add_widget(self._person)
            elif not person and self._person.parent is not None:
                self._left.remove_widget(self._person)
        names = [item[0] for item in items]
        if [status.name for status in self._items.widgets] != names:
            self._right.clear_widgets()
            self._items.forget()
        self._items.fill(items)
        for last in (self._language, self._clock):
            if last.parent is None:
                self._right.add_widget(last)
        self._arrange_soon()

    def _make(self) -> Status:
        return Status(touched=self._press)

    def _show(self, status: Status, item: Item) -> None:
        status.name, status.text, status.item_state = item

    def _arrange(self, *_: object) -> None:
        unit = look.unit
        self.height = theme.TOUCH * unit
        self.padding = (20 * unit, 0, 16 * unit, 0)
        self.spacing = 8 * unit
        for words in (self._brand, self._register, self._clock):
            words.size_px = theme.BUTTON * unit
        for key in (self._person, self._language):
            key.type_size = theme.BUTTON
        self._left.gap = (10 if look.compact else 16) * unit
        self._right.gap = (2 if look.compact else 8) * unit
        self._right.least = theme.TOUCH * unit
        room = self.width - self.padding[0] - self.padding[2] - self.spacing
        needed = self._register.natural() + self._person.natural() + self._right.wanted()
        self._brand.text = BRAND if needed + 90 * unit < room and not self._marked else ""
        self._left.width = min(self._left.wanted(), room * 0.4)
        room -= self._left.width
        for squeeze in (1.0, SQUEEZE):
            for status in self._items.widgets:
                status.squeeze = squeeze
            if self._right.wanted() <= room:
                break
