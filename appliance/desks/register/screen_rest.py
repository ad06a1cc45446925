"""Signing in, the finished sale, and the parked sales."""

from __future__ import annotations

from typing import Any

from kivy.lang import Builder

from appliance.desks.register import view
from appliance.desks.register.contract import Presenter
from appliance.desks.register.screen_body import FOLDER, Body, figures, show_action
from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets import grid, rows, swap  # noqa: F401 - for the kv file
from appliance.ui.widgets.code import Code
from appliance.ui.widgets.digits import Digits
from appliance.ui.widgets.empty import Empty
from appliance.ui.widgets.ground import Ground
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.line_row import LineRow
from appliance.ui.widgets.paper import Paper
from appliance.ui.widgets.person import Person
from appliance.ui.widgets.pool import Pool
from appliance.ui.widgets.roll import Roll

Builder.load_file(str(FOLDER / "screen_rest.kv"))


class SignInBody(Body):
    """Choose a name left, type a PIN right."""

    def __init__(self, presenter: Presenter, **properties: Any) -> None:
        super().__init__(presenter, **properties)
        press = presenter.press
        self._digits = Digits("pin", press, before="back", after="enter")
        self.ids.pad.add_widget(self._digits)
        self._people: Pool[Person, view.PersonTile] = Pool(
            self.ids.people.sheet, lambda: Person(touched=press), _show_person
        )

    def show(self, body: view.SignInView) -> None:
        """Show who may sign in and how far the PIN is."""
        ids = self.ids
        ids.title.text, ids.prompt.text, ids.dots.text = body.title, body.prompt, body.dots
        self._digits.enabled = body.keypad_enabled
        show_action(ids.cancel, "allow", body.cancel or view.Action("", "", enabled=False))
        self._people.fill(body.people)


def _show_person(key: Person, person: view.PersonTile) -> None:
    key.name, key.text = f"person-{person.key}", person.name
    key.style = "chosen" if person.chosen else "plain"


class DoneBody(Body):
    """The change, largest of all; the receipt and what can be done with it."""

    def __init__(self, presenter: Presenter, **properties: Any) -> None:
        super().__init__(presenter, **properties)
        press = presenter.press
        self._paper = Paper()
        self._code = Code()
        self._actions: Pool[Key, view.Action] = Pool(
            self.ids.actions,
            lambda: Key(touched=press, type_size=theme.TEXT, size_hint_y=None),
            lambda key, action: show_action(key, "done", action, "strong"),
        )
        look.bind(unit=self._scale, compact=self._scale)

    def show(self, body: view.DoneView) -> None:
        """Show what to give back and what was printed."""
        ids = self.ids
        ids.headline.text, ids.amount.text, ids.hint.text = body.headline, body.amount, body.hint
        ids.rows.show(figures(body.rows))
        if body.qr:
            self._code.text = body.qr
        else:
            self._paper.text_lines = body.paper
        ids.proof.only(self._code if body.qr else self._paper)
        self._actions.fill(body.actions)
        self._scale()

    def _scale(self, *_: object) -> None:
        for key in self._actions.widgets:
            key.height = (theme.TOUCH if look.compact else 72) * look.unit


class ParkedBody(Body, Ground):
    """The sales that wait."""

    def __init__(self, presenter: Presenter, **properties: Any) -> None:
        super().__init__(presenter, **properties)
        press = presenter.press
        self._baskets = Roll(
            lambda: LineRow(touched=press, quantity_room=0, under=theme.PAPER), _show_basket
        )
        self._empty = Empty(picture=False)
        look.bind(unit=self._scale, compact=self._scale)
        self._scale()

    def show(self, body: view.ParkedView) -> None:
        """Show the parked sales, or that there are none."""
        ids = self.ids
        ids.title.text, self._empty.text = body.title, body.empty
        show_action(ids.back, "parked", body.back)
        self._baskets.show(body.baskets)
        ids.list.only(self._baskets if body.baskets else self._empty)

    def _scale(self, *_: object) -> None:
        self._baskets.row_height = (60 if look.compact else 76) * look.unit


def _show_basket(row: LineRow, basket: view.ArticleTile) -> None:
    row.name, row.text = f"parked-{basket.article}", basket.label
    row.detail, row.amount = basket.detail, basket.price
