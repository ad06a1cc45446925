"""Draws the door: what to do, who this device is, what came of the code; or the code being typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from appliance.desks.door.presenter import DoorPresenter, Typing, View
from appliance.ui import theme
from appliance.ui.damage import damage
from appliance.ui.theme import look
from appliance.ui.widgets.block import Block, Parts
from appliance.ui.widgets.ground import Ground
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.words import Words

WIDTH = 760
"""The widest the text gets, in units."""
_LAST_ROW = "zxcvbnm.:"
_LETTERS = {
    "fr": ("1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn-.:"),
}
_USUAL = ("1234567890", "qwertyuiop", "asdfghjkl-", _LAST_ROW)
"""What an address and a code are written with; the last row ends with the key that takes back."""
_COLOURS = {
    "wait": (theme.PAPER, theme.INK),
    "busy": (theme.BLUE_LIGHT, theme.BLUE),
    "bad": (theme.RED_LIGHT, theme.RED),
    "good": (theme.TEAL_LIGHT, theme.GREEN),
}


def build(presenter: DoorPresenter, play: Callable[[str], None]) -> DoorScreen:
    """Make the screen for ``presenter``."""
    presenter.play = play
    return DoorScreen(presenter)


class Typist:
    """What is typed on the window's keyboard goes into the code, what it scans to the presenter."""

    def __init__(self, presenter: DoorPresenter) -> None:
        self._presenter = presenter

    def typed(self, text: str) -> None:
        """Write letters."""
        self._presenter.typed(text)

    def rubbed_out(self, count: int = 1) -> None:
        """Take letters back."""
        for _ in range(count):
            self._presenter.rubbed_out()

    def entered(self) -> None:
        """Ask."""
        self._presenter.press("ask")

    def escaped(self) -> None:
        """Go back to the scanner."""
        self._presenter.press("back")

    def scanned(self, text: str) -> None:
        """Take a code that came as fast as a scanner types."""
        self._presenter.scanned(text, "keyboard")


class DoorScreen(Block, FloatLayout):
    """The screen of a device that waits to be let in.

    Attributes:
        typist: Where the shell sends what is typed on the window's keyboard.
        opaque: Every dot of the window stands on some ground.
    """

    opaque = True

    def __init__(self, presenter: DoorPresenter) -> None:
        super().__init__()
        self.typist = Typist(presenter)
        self._press = presenter.press
        self._view = presenter.view
        self._heading = Words(bold=True, size_hint_y=None)
        self._steps = [Words(lines=2, size_hint_y=None) for _ in self._view.steps]
        self._scanner = Words(lines=2, colour=theme.SOFT, size_hint_y=None)
        self._said = Words(bold=True, lines=3, rise="bottom", size_hint_y=None)
        self._remedy = Words(lines=4, rise="top", size_hint_y=None)
        self._message = Ground(orientation="vertical", size_hint_y=None)
        self._whose = Words(colour=theme.SOFT, size_hint_y=None)
        self._fingerprint = Words(name="fingerprint", font=theme.MONO, size_hint_y=None, least=0.5)
        self._type = self._key("type", style="plain")
        self._languages = Parts(size_hint_y=None)
        self._language_keys = {
            code: self._key(f"language-{code}") for code, _ in self._view.languages
        }
        self._place_key, self._code_key = self._key("place"), self._key("code")
        self._ask, self._back = self._key("ask", style="main"), self._key("back", style="plain")
        self._way_on = Parts(size_hint_y=None)
        self._letters = Parts(orientation="vertical", size_hint_y=None)
        self._letter_keys = self._make_letters()
        for key in self._language_keys.values():
            self._languages.add_widget(key)
        for part in (self._said, self._remedy):
            self._message.add_widget(part)
        for part in (self._back, self._ask):
            self._way_on.add_widget(part)
        self._ground = Ground(orientation="vertical", fill=theme.PAPER)
        self._column = Parts(orientation="vertical", size_hint=(None, None))
        self.add_widget(self._ground)
        self.add_widget(self._column)
        for changed in ("pos", "size"):
            self.fbind(changed, self._place)
        look.bind(unit=self._place)
        presenter.watch(self.show)
        self.show(self._view)

    def show(self, view: View) -> None:
        """Show what the presenter says."""
        self._view = view
        self._heading.text = view.heading
        for number, (words, step) in enumerate(zip(self._steps, view.steps, strict=True), 1):
            words.text = f"{number}.  {step}"
        self._scanner.text = view.scanner
        self._said.text, self._remedy.text = view.said, view.remedy
        self._message.fill, self._said.colour = _COLOURS[view.kind]
        self._whose.text, self._fingerprint.text = view.fingerprint_label, view.fingerprint
        self._type.text = view.type_key
        for code, name in view.languages:
            key = self._language_keys[code]
            key.text, key.style = name, "chosen" if code == view.language else "plain"
        if view.typing is not None:
            self._show_typing(view.typing, view.language)
        self._stack(self._parts(view))
        self._place()
        damage.everything()

    def _parts(self, view: View) -> list[Widget]:
        """What stands on the screen now, from above."""
        message = [] if view.kind == "wait" else [self._message]
        if view.typing is not None:
            fields = [self._place_key, self._code_key]
            return [*fields, *message, self._letters, self._way_on]
        steps = [*self._steps, self._scanner] if view.kind == "wait" else message
        keys = [] if view.kind in {"busy", "good"} else [self._type]
        return [
            self._heading, *steps, self._whose, self._fingerprint, *keys, self._languages,
        ]  # fmt: skip

    def _stack(self, parts: list[Widget]) -> None:
        if parts != self._column.children[::-1]:
            self._column.clear_widgets()
            for part in parts:
                self._column.add_widget(part)

    def _show_typing(self, typing: Typing, language: str) -> None:
        for key, label, text in (
            (self._place_key, typing.place_label, typing.place),
            (self._code_key, typing.code_label, typing.code),
        ):
            key.caption, key.text = label, text or "…"
            key.style = "money" if key.name == typing.active else "plain"
        self._ask.text, self._back.text, self._ask.enabled = typing.ask, typing.back, typing.may_ask
        letters = "".join(_LETTERS.get(language, _USUAL))
        for key, letter in zip(self._letter_keys, letters, strict=True):
            key.name, key.text = f"letter-{letter}", letter.upper()

    def _make_letters(self) -> list[Key]:
        made = []
        for row in _USUAL:
            keys = Parts()
            for _ in row:
                made.append(self._key("", type_size=theme.TEXT, pad=4, inset=2))
                keys.add_widget(made[-1])
            if row is _LAST_ROW:
                keys.add_widget(self._key("letter-back", text="⌫", signs=True, pad=4, inset=2))
            self._letters.add_widget(keys)
        return made

    def _key(self, name: str, **properties: Any) -> Key:
        return Key(name=name, touched=self._press, lines=1, **properties)

    def _place(self, *_: Any) -> None:
        """Stack the parts, each as high as what it says, in the middle."""
        unit, gap = look.unit, theme.GAP * look.unit
        # Ten letters abreast, each as wide as a finger, take all of a narrow screen.
        width = min(WIDTH * unit, self.width - (gap / 2 if self._view.typing else 4 * gap))
        self._measure(width, unit, gap)
        self._column.spacing = gap / 2 if self._view.typing else gap
        parts = self._column.children
        height = sum(part.height for part in parts)
        height += self._column.spacing * max(0, len(parts) - 1)
        self._column.size = (width, height)
        self._column.pos = (
            self.x + (self.width - width) / 2,
            self.y + max(gap / 2, (self.height - height) / 2),
        )

    def _measure(self, width: float, unit: float, gap: float) -> None:
        inside = width - 3 * gap
        for words, size in (
            (self._heading, theme.HEADING),
            *((step, theme.TEXT) for step in self._steps),
            (self._scanner, theme.SECOND),
            (self._whose, theme.SECOND),
            (self._fingerprint, theme.HEADING),
        ):
            words.size_px = size * unit
            words.height = words.natural_height(width) + gap / 4
        small = self._view.typing is not None
        for words, size in (
            (self._said, theme.BUTTON if small else theme.TEXT),
            (self._remedy, theme.SECOND if small else theme.TEXT),
        ):
            words.size_px = size * unit
            words.height = words.natural_height(inside) + gap / 4
            words.size_hint_y = None
        self._message.padding = (1.5 * gap, gap / 2 if small else gap)
        self._message.height = (
            self._said.height + self._remedy.height + 2 * self._message.padding[1]
        )
        touch = theme.TOUCH * unit
        self._type.size_hint = (None, None)
        self._type.size = (max(self._type.natural(), 240 * unit), touch)
        self._languages.height, self._languages.spacing = touch, gap
        for key in (self._place_key, self._code_key):
            key.size_hint_y, key.height = None, touch
        self._way_on.height, self._way_on.spacing = touch, gap
        self._letters.height = self._letters_height(unit, gap)

    def _letters_height(self, unit: float, gap: float) -> float:
        """Give the letters what the rest leaves, at most a finger's height each row."""
        rows = len(_USUAL)
        taken = 3 * theme.TOUCH * unit + 5 * gap
        if self._view.kind != "wait":
            taken += self._message.height
        return float(max(rows * 36 * unit, min(rows * theme.TOUCH * unit, self.height - taken)))
