"""A payment code, as large as there is room, and what may be said of it."""

from __future__ import annotations

from typing import Any

from kivy.lang import Builder

from appliance.desks.register import view
from appliance.desks.register.contract import Presenter
from appliance.desks.register.screen_body import FOLDER, Body, show_action
from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets import swap  # noqa: F401 - for the kv file
from appliance.ui.widgets.code import Code
from appliance.ui.widgets.empty import Empty
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.pool import Pool

Builder.load_file(str(FOLDER / "screen_qr.kv"))


class QrBody(Body):
    """The code left, the amount and what became of it right."""

    def __init__(self, presenter: Presenter, **properties: Any) -> None:
        super().__init__(presenter, **properties)
        press = presenter.press
        self._code, self._none = Code(), Empty(picture=False)
        self._actions: Pool[Key, view.Action] = Pool(
            self.ids.actions,
            lambda: Key(touched=press, type_size=theme.TEXT, size_hint_y=None),
            lambda key, action: show_action(key, "qr", action, "strong"),
        )
        look.bind(unit=self._scale, compact=self._scale)

    def show(self, body: view.QrView) -> None:
        """Show the code and how it stands."""
        ids = self.ids
        ids.title.text, ids.amount.text = body.title, body.amount
        ids.reference.text, ids.message.text = body.reference, body.message
        self._code.text, self._none.text = body.code, body.reference
        ids.code.only(self._code if body.code else self._none)
        self._actions.fill(body.actions)
        self._scale()

    def _scale(self, *_: object) -> None:
        for key in self._actions.widgets:
            key.height = (theme.TOUCH if look.compact else 72) * look.unit
