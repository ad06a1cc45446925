"""Draws why the desk does not open: a card in the middle, languages below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.uix.floatlayout import FloatLayout

from appliance.desks.closed.presenter import AGAIN, CHECK, ClosedPresenter, View
from appliance.ui import theme
from appliance.ui.damage import damage
from appliance.ui.keyboard import Nowhere
from appliance.ui.theme import look
from appliance.ui.widgets.block import Block, Parts
from appliance.ui.widgets.ground import Ground
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.words import Words

WIDTH = 760
"""The widest the text gets, in units."""


def build(presenter: ClosedPresenter, play: Callable[[str], None]) -> ClosedScreen:
    """Make the screen for ``presenter``; it sounds once, so that somebody looks."""
    play("bad")
    return ClosedScreen(presenter)


class EnterAlone(Nowhere):
    """What is typed goes to the one key: Enter tries again. Nothing can be sold now."""

    def __init__(self, press: Callable[[str], None]) -> None:
        self._press = press

    def entered(self) -> None:
        """Try again."""
        self._press(AGAIN)


class ClosedScreen(Block, FloatLayout):
    """The screen of a desk that does not open.

    Attributes:
        typist: Where the shell sends what is typed on the window's keyboard.
        opaque: Every dot of the window stands on some ground.
    """

    opaque = True

    def __init__(self, presenter: ClosedPresenter) -> None:
        super().__init__()
        self.typist = EnterAlone(presenter.press)
        self._name = Words(colour=theme.SOFT, size_hint_y=None)
        self._heading = Words(bold=True, colour=theme.RED, lines=2, size_hint_y=None)
        self._meaning = Words(lines=5, rise="top", size_hint_y=None)
        self._remedy = Words(lines=4, rise="top", bold=True, size_hint_y=None)
        self._detail = Words(lines=3, rise="top", colour=theme.SOFT, may_cut=True, size_hint_y=None)
        self._again = Key(name=AGAIN, touched=presenter.press, style="main")
        self._check = Key(name=CHECK, touched=presenter.press)
        self._doing = Parts(size_hint_y=None)
        self._doing.add_widget(self._again)
        self._doing.add_widget(self._check)
        self._languages = Parts(size_hint_y=None)
        self._keys: dict[str, Key] = {}
        for code, name in presenter.view.languages:
            key = Key(name=f"language-{code}", text=name, touched=presenter.press, lines=1)
            self._keys[code] = key
            self._languages.add_widget(key)
        self._ground = Ground(orientation="vertical", fill=theme.PAPER)
        self._column = Parts(orientation="vertical", size_hint=(None, None))
        for part in (
            self._name,
            self._heading,
            self._meaning,
            self._remedy,
            self._doing,
            self._detail,
            self._languages,
        ):
            self._column.add_widget(part)
        self.add_widget(self._ground)
        self.add_widget(self._column)
        for changed in ("pos", "size"):
            self.fbind(changed, self._place)
        look.bind(unit=self._place)
        presenter.watch(self.show)
        self.show(presenter.view)

    def show(self, view: View) -> None:
        """Show what the presenter says."""
        self._name.text, self._heading.text = view.name, view.heading
        self._meaning.text, self._remedy.text = view.meaning, view.remedy
        self._detail.text = view.detail
        self._again.text, self._check.text = view.again, view.check
        for code, key in self._keys.items():
            key.style = "chosen" if code == view.language else "plain"
        self._place()
        damage.everything()

    def _place(self, *_: Any) -> None:
        """Stack the parts, each as high as what it says, in the middle."""
        unit, gap = look.unit, theme.GAP * look.unit
        width = min(WIDTH * unit, self.width - 4 * gap)
        for words, size in (
            (self._name, theme.SECOND),
            (self._heading, theme.HEADING),
            (self._meaning, theme.TEXT),
            (self._remedy, theme.TEXT),
            (self._detail, theme.SECOND),
        ):
            words.size_px = size * unit
            words.height = words.natural_height(width) + gap / 2
        self._doing.height, self._doing.spacing = 1.1 * theme.TOUCH * unit, gap
        self._languages.height, self._languages.spacing = theme.TOUCH * unit, gap
        self._column.spacing = gap
        parts = self._column.children
        height = sum(part.height for part in parts) + gap * (len(parts) - 1)
        self._column.size = (width, height)
        self._column.pos = (
            self.x + (self.width - width) / 2,
            self.y + max(gap, (self.height - height) / 2),
        )
