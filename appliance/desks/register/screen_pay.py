"""Other ways to pay, and the wait for the card terminal."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import NumericProperty, ObjectProperty

from appliance.desks.register import view
from appliance.desks.register.contract import Presenter
from appliance.desks.register.screen_body import FOLDER, Body, figures, show_action, show_keypad
from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets import figure, grid, rows, swap  # noqa: F401 - for the kv file
from appliance.ui.widgets.ground import Ground
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.keypad import Keypad
from appliance.ui.widgets.pool import Pool

Builder.load_file(str(FOLDER / "screen_pay.kv"))

STACKED, STACKED_BELOW_KEYS = 0.75, 0.58
WAITING_S = 0.6
DOTS = ("●○○", "○●○", "○○●")
PANELS = {
    view.State.OK: (theme.GREEN, "✓"),
    view.State.LOOK: (theme.AMBER, "▲"),
    view.State.BAD: (theme.RED, "✕"),
}
"""Ground and sign for how the terminal answered."""


class TendersBody(Body):
    """What is paid left, how to pay the rest right.

    Attributes:
        share: Height of the left block where the blocks are stacked, as a share of the other's.
    """

    share = NumericProperty(STACKED)

    def __init__(self, presenter: Presenter, **properties: Any) -> None:
        super().__init__(presenter, **properties)
        self._right = TendersRight(touched=presenter.press)
        self._keypad = Keypad(presenter.press)
        press = presenter.press
        self._choices: Pool[Key, view.Action] = Pool(
            self._right.ids.choices.sheet,
            lambda: Key(touched=press, type_size=theme.FIGURE - 2, caption_below=True),
            lambda key, action: show_action(key, "tender", action),
        )

    def show(self, body: view.TendersView) -> None:
        """Show what is left to pay and the ways to do it."""
        ids = self.ids
        ids.title.text = body.title
        ids.rows.show(figures(body.rows))
        ids.remaining.label, ids.remaining.amount = body.remaining_label, body.remaining
        self._choices.fill(body.choices)
        show_action(self._right.ids.back, "tender", body.back)
        if body.keypad is not None:
            show_keypad(self._keypad, body.keypad)
        ids.right.only(self._right if body.keypad is None else self._keypad)
        self.share = STACKED if body.keypad is None else STACKED_BELOW_KEYS


class TendersRight(Ground):
    """The ways to pay and the way back."""

    touched = ObjectProperty(None)
    margin = NumericProperty(0)


class TerminalBody(Body):
    """The customer is at the terminal: the amount, what the terminal says, what one may do."""

    def __init__(self, presenter: Presenter, **properties: Any) -> None:
        super().__init__(presenter, **properties)
        press = presenter.press
        self._actions: Pool[Key, view.Action] = Pool(
            self.ids.actions,
            lambda: Key(touched=press, type_size=theme.TEXT, size_hint_y=None),
            lambda key, action: show_action(key, "terminal", action, "strong"),
        )
        self._step = 0
        self._waiting = Clock.schedule_interval(self._wait, WAITING_S)
        self._waiting.cancel()

    def show(self, body: view.TerminalView) -> None:
        """Show how far the terminal is."""
        ids = self.ids
        ids.title.text, ids.amount.text, ids.message.text = body.title, body.amount, body.message
        self._waiting.cancel()
        if body.waiting:
            ids.panel.fill = theme.BLUE
            ids.sign.text = DOTS[self._step]
            self._waiting()
        else:
            ids.panel.fill, ids.sign.text = PANELS[body.state]
        self._actions.fill(body.actions)
        for key in self._actions.widgets:
            key.height = (theme.TOUCH if look.compact else 72) * look.unit

    def _wait(self, *_: object) -> bool:
        """Show that something is going on, as long as it is shown at all."""
        self._step = (self._step + 1) % len(DOTS)
        self.ids.sign.text = DOTS[self._step]
        return self.parent is not None
