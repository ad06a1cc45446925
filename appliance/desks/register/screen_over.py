"""The card over the screen: what a status means, which languages there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appliance.desks.register import view
from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.notice import TONES
from appliance.ui.widgets.scrim import Scrim
from appliance.ui.widgets.words import Words

WIDTH = 440
"""Of the card, in units."""


class Over(Scrim):
    """A card that explains or offers; a touch beside it closes it."""

    def __init__(self, press: Callable[[str], None], **properties: Any) -> None:
        super().__init__(self._shut, **properties)
        self._press = press
        self._closing = "status-close"
        self._heading = Words(bold=True, lines=2, size_hint_y=None)
        self._meaning = Words(lines=8, rise="top", size_hint_y=None)
        self._remedy = Words(lines=8, rise="top", bold=True, size_hint_y=None)
        self._close_key = Key(name="status-close", touched=press, size_hint_y=None)
        self._languages: list[Key] = []
        for changed in ("pos", "size"):
            self.fbind(changed, self.place_again)
        look.bind(unit=self.place_again)

    def explain(self, item: view.StatusItem, close: str) -> None:
        """Say what a status means and what to do about it."""
        _, colour, _ = TONES[item.state.value]
        self._closing = "status-close"
        self._heading.text = item.label
        self._heading.colour = colour if item.state is not view.State.OK else theme.INK
        self._meaning.text, self._remedy.text = item.meaning, item.remedy
        self._close_key.text = close
        self._fill(
            [
                self._heading,
                self._meaning,
                *([self._remedy] if item.remedy else []),
                self._close_key,
            ]
        )

    def offer(self, languages: tuple[view.Action, ...]) -> None:
        """Offer languages; the one in use cannot be chosen again."""
        self._closing = "language"
        while len(self._languages) < len(languages):
            self._languages.append(
                Key(touched=self._press, size_hint_y=None, type_size=theme.TEXT, lines=1)
            )
        keys = self._languages[: len(languages)]
        for key, language in zip(keys, languages, strict=True):
            key.name, key.text = f"language-{language.key}", language.label
            key.enabled, key.style = True, "plain" if language.enabled else "chosen"
        self._fill(list(keys))

    def _fill(self, widgets: list[Any]) -> None:
        self.card.clear_widgets()
        for widget in widgets:
            self.card.add_widget(widget)
        self.place_again()

    def place_again(self, *_: object) -> None:
        """Make the card as high as what stands in it."""
        unit, gap = look.unit, theme.GAP * look.unit
        inner = WIDTH * unit - 4 * gap
        for words, size in (
            (self._heading, theme.FIGURE),
            (self._meaning, theme.BUTTON),
            (self._remedy, theme.BUTTON),
        ):
            words.size_px = size * unit
            words.height = words.natural_height(inner) + gap / 2 if words.text else 0
        for key in (self._close_key, *self._languages):
            key.height = 1.1 * theme.TOUCH * unit
        heights = [child.height for child in self.card.children]
        height = sum(heights) + gap * max(0, len(heights) - 1) + 4 * gap
        self.place(WIDTH * unit, height, theme.TOUCH * unit + gap)

    def _shut(self) -> None:
        self._press(self._closing)
