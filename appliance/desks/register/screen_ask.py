"""What many pages share: a list to choose from, a form to fill in, a paper to read."""

from __future__ import annotations

from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty

from appliance.desks.register import view
from appliance.desks.register.contract import Presenter
from appliance.desks.register.screen_body import FOLDER, Body, figures, show_action
from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets import grid, paper, rows, swap  # noqa: F401 - for the kv file
from appliance.ui.widgets.block import Handed
from appliance.ui.widgets.digits import Digits
from appliance.ui.widgets.empty import Empty
from appliance.ui.widgets.field import Field
from appliance.ui.widgets.ground import Ground
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.letters import Letters
from appliance.ui.widgets.line_row import LineRow
from appliance.ui.widgets.pool import Pool
from appliance.ui.widgets.roll import Roll

Builder.load_file(str(FOLDER / "screen_ask.kv"))

LETTERS_UNITS = 4 * (theme.TOUCH + 4)
ON = "✓"
BAR = 72
FEW_FIELDS = 4
"""More fields than this are a count: short labels, short values."""


class ListBody(Body, Ground):
    """Rows to choose from, with a search where there are many.

    Attributes:
        side: Units left free at both sides.
    """

    side = NumericProperty(40)

    def __init__(self, presenter: Presenter, **properties: Any) -> None:
        super().__init__(presenter, **properties)
        press = presenter.press
        self._view: view.ListView | None = None
        self._typing = False
        self._rows = Roll(lambda: LineRow(touched=press, quantity_room=0, under=theme.PAPER), _row)
        self._empty = Empty(picture=False)
        self._search = Field(touched=self._sought)
        self._letters = Letters(self._sought)
        self._actions: Pool[Key, view.Action] = Pool(
            self.ids.actions,
            lambda: Key(touched=press, type_size=theme.BUTTON),
            lambda key, action: show_action(key, "list-do", action, "strong"),
        )
        look.bind(unit=self._scale, compact=self._scale)
        self._scale()

    def show(self, body: view.ListView) -> None:
        """Show the rows, or that there are none."""
        ids = self.ids
        if self._view is None or self._view.title != body.title:
            self._typing = body.search is not None
        self._view = body
        ids.title.text, ids.said.text, self._empty.text = body.title, body.text, body.empty
        show_action(ids.back, "list", body.back)
        self._rows.show(body.rows)
        ids.list.only(self._rows if body.rows else self._empty)
        self._actions.fill(body.actions)
        self._search.text, self._search.hint = body.search or "", body.search_hint
        self._search.active = self._typing
        self._letters.language = self.language
        _only(ids.seek, self._search if body.search is not None else None)
        _only(ids.letters, self._letters if self._typing else None)
        self._scale()

    def _sought(self, name: str) -> None:
        """The search or a letter was touched."""
        if self._view is None:
            return
        text, letter = self._view.search or "", name.removeprefix("letter-")
        if name == "search":
            self._typing = not self._typing
        elif name in ("search-clear", "letter-close"):
            self._typing = False
        if name == "search-clear":
            self.presenter.searched("")
        elif letter == "back":
            self.presenter.searched(text[:-1])
        elif letter == "space":
            self.presenter.searched(f"{text} ")
        elif letter != name and len(letter) == 1:
            self.presenter.searched(text + letter)
        self.show(self._view)

    def _scale(self, *_: object) -> None:
        self._rows.row_height = (60 if look.compact else 72) * look.unit
        for box, height in ((self.ids.seek, theme.TOUCH), (self.ids.letters, LETTERS_UNITS)):
            box.height = height * look.unit if box.children else 0


def _row(row: LineRow, one: view.ListRow) -> None:
    row.name, row.text, row.enabled = f"list-{one.key}", one.label, one.enabled
    row.detail, row.amount = one.detail, one.amount
    row.selected, row.advantage = one.chosen, one.state is view.State.OK


class FormBody(Body):
    """Fields left, the keys to fill them in right; letters need the whole width below.

    Attributes:
        stacked: Whether the keys stand below the fields.
        lettered: Whether the keys are letters.
        inline: Whether the heading stands between the ways out: letters leave a wide screen little
            height.
        bar_height: Units of the row with the ways out.
    """

    stacked = BooleanProperty(False)
    lettered = BooleanProperty(False)
    inline = BooleanProperty(False)
    bar_height = NumericProperty(BAR)

    def __init__(self, presenter: Presenter, **properties: Any) -> None:
        super().__init__(presenter, **properties)
        press = presenter.press
        self._digits = Digits("form-type", press)
        self._letters = Letters(self._lettered)
        self._keys = FormKeys(touched=press)
        self._fields: Pool[Key, view.Field] = Pool(
            self.ids.fields.sheet,
            lambda: Key(touched=press, type_size=theme.TEXT, lines=1),
            _show_field,
        )
        self._actions: Pool[Key, view.Action] = Pool(
            self._keys.ids.actions,
            lambda: Key(touched=press, type_size=theme.BUTTON),
            lambda key, action: show_action(key, "form", action),
        )
        look.bind(unit=self._scale, compact=self._scale)
        self._scale()

    def show(self, body: view.FormView) -> None:
        """Show the fields and the keys that go with the active one."""
        ids = self.ids
        ids.title.text, ids.said.text = body.title, body.text
        self._fields.fill(body.fields)
        self._scale()
        ids.summary.show(figures(body.summary))
        show_action(self._keys.ids.back, "form", body.back)
        show_action(self._keys.ids.confirm, "form", body.confirm, "main")
        self._actions.fill(body.actions)
        digits = self._digits
        digits.before, digits.before_text = ("comma", body.comma) if body.comma else ("", "")
        self._letters.language = self.language
        keys = {"letters": self._letters, "": None}.get(body.typing, digits)
        self._put(lettered=keys is self._letters)
        ids.board.only(keys)

    def _put(self, *, lettered: bool) -> None:
        """Put the ways out below the fields, or with the heading between them above the letters."""
        ids, keys, title = self.ids, self._keys, self.ids.title
        self.lettered, self.inline = lettered, lettered and not look.portrait
        if keys.parent is (ids.above if self.inline else ids.below):
            return
        ids.above.only(None)
        ids.below.only(None)
        keys.ids.between.clear_widgets()
        if self.inline:
            keys.ids.between.add_widget(title)
            ids.above.only(keys)
        else:
            ids.above.only(title)
            ids.below.only(keys)

    def _scale(self, *_: object) -> None:
        """Give few fields much room and many fields little, so that a count is seen whole."""
        unit, many = look.unit, len(self._fields.widgets) > FEW_FIELDS
        fields = self.ids.fields
        self.bar_height = 58 if look.compact else BAR
        fields.least_width = ((130 if look.compact else 150) if many else 210) * unit
        fields.least_height = (theme.TOUCH + 4 if look.compact else 74) * unit
        fields.most_height = (66 if look.compact else 84) * unit
        for key in self._fields.widgets:
            key.type_size = theme.TEXT if many else theme.FIGURE

    def _lettered(self, name: str) -> None:
        letter = name.removeprefix("letter-")
        if letter == "back":
            self.presenter.press("form-erase")
        elif letter == "close":
            self.presenter.press("form-next")
        else:
            self.presenter.press(f"form-type-{' ' if letter == 'space' else letter}")


class FormKeys(Handed):
    """The ways out of a form: back, what else it offers, and on."""

    touched = ObjectProperty(None)


def _show_field(key: Key, field: view.Field) -> None:
    """Write the label above what was filled in; what is wrong takes the label's place."""
    key.name, key.caption = f"field-{field.key}", field.refused or field.label
    key.text = (ON if field.on else "–") if field.is_switch else (field.value or " ")
    key.signs = field.is_switch
    key.style = "money" if field.active else "plain"
    if field.refused:
        key.style = "danger"
    elif field.on:
        key.style = "chosen"


class PaperBody(Body):
    """A report or slip, with what can be done with it."""

    def __init__(self, presenter: Presenter, **properties: Any) -> None:
        super().__init__(presenter, **properties)
        press = presenter.press
        self._actions: Pool[Key, view.Action] = Pool(
            self.ids.actions,
            lambda: Key(touched=press, type_size=theme.TEXT, size_hint_y=None),
            lambda key, action: show_action(key, "paper", action, "strong"),
        )
        look.bind(unit=self._scale, compact=self._scale)

    def show(self, body: view.PaperView) -> None:
        """Show the paper."""
        ids = self.ids
        ids.title.text, ids.said.text, ids.paper.text_lines = body.title, body.text, body.paper
        self._actions.fill(body.actions)
        show_action(ids.back, "paper", body.back)
        self._scale()

    def _scale(self, *_: object) -> None:
        for key in self._actions.widgets:
            key.height = (theme.TOUCH if look.compact else 72) * look.unit


def _only(box: Any, widget: Any) -> None:
    """Have a box hold one widget, or none."""
    if box.children == ([] if widget is None else [widget]):
        return
    box.clear_widgets()
    if widget is not None:
        box.add_widget(widget)
