"""The sale: basket left, things to reach for right, total and money at the bottom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from appliance.desks.register import (
    screen_money,  # noqa: F401 - for the kv file
    view,
)
from appliance.desks.register.contract import Presenter
from appliance.desks.register.screen_body import FOLDER, Body, figures, show_action, show_keypad
from appliance.ui import theme
from appliance.ui.damage import damage
from appliance.ui.theme import look
from appliance.ui.widgets import field, figure, rows, swap  # noqa: F401 - for the kv file
from appliance.ui.widgets.block import Parts
from appliance.ui.widgets.empty import Empty
from appliance.ui.widgets.grid import Grid
from appliance.ui.widgets.ground import Ground
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.keypad import Keypad
from appliance.ui.widgets.letters import Letters
from appliance.ui.widgets.line_row import LineRow
from appliance.ui.widgets.pills import Pills
from appliance.ui.widgets.pool import Pool
from appliance.ui.widgets.roll import Roll
from appliance.ui.widgets.tile import Tile

Builder.load_file(str(FOLDER / "screen_sale.kv"))


STACKED, STACKED_BELOW_KEYS = 1.1, 0.58
"""How high the basket is beside the things to reach for, where they are stacked: usually, and
while letters or a keypad need room."""
MOST_DETAIL = 4
"""Lines below the name of what was found: offers and code, stock here and in other places."""
LEAST_MENU = 1.7
"""Width of the key beside the search, in its height."""


class SaleBody(Body):
    """The basket and its total stay; the other column shows keys, results or a keypad.

    Attributes:
        share: Height of the basket's block where the blocks are stacked, as a share of the other's.
    """

    share = NumericProperty(STACKED)

    def __init__(self, presenter: Presenter, **properties: Any) -> None:
        super().__init__(presenter, **properties)
        press, ids = presenter.press, self.ids
        self._view: view.SaleView | None = None
        self._lines = Roll(lambda: LineRow(touched=press), _show_line)
        self._empty = Empty()
        self._actions: Pool[Key, view.Action] = Pool(
            ids.actions,
            lambda: Key(touched=press, caption_below=True),
            lambda key, action: show_action(key, "action", action),
        )
        self._who = Key(touched=press, type_size=theme.TEXT, lines=1, caption_below=True)
        self._reach = SaleRight(presenter)
        self._keypad: Keypad | None = None
        self._reach.fbind("typing", self._share)
        self._notice.fbind("height_wanted", self._give_way)
        for part in self.ids.column.children:
            part.fbind("height", self._give_way)
        look.bind(unit=self._scale, compact=self._scale)
        self._scale()

    def show(self, body: view.SaleView) -> None:
        """Show the sale; only what differs is touched."""
        old, self._view = self._view, body
        if old is None or body.lines != old.lines:
            self._show_lines(body)
            self._reach.close_letters()
        if old is None or body.actions != old.actions:
            self._actions.fill(body.actions)
            self._scale()
        if old is None or body.customer != old.customer:
            self._show_customer(body.customer)
        ids = self.ids
        ids.summary.show(figures(body.summary))
        ids.total.label, ids.total.amount = body.total_label, body.total
        self._empty.text = body.hint
        self._reach.language = self.language
        self._reach.show(body)
        ids.right.only(self._asked(body.keypad))
        self._share()

    def note(self, notice: view.Notice | None) -> None:
        """Say a sentence, or be quiet."""
        super().note(notice)
        self._give_way()

    def _give_way(self, *_: object) -> None:
        """A hint stands below the lines: where they need the room themselves it is not said."""
        notice, ids = self._notice, self.ids
        taken = sum(
            part.height for part in ids.column.children if part not in (ids.basket, ids.notice)
        )
        lines = len(self._view.lines) if self._view is not None else 0
        needed = lines * self._lines.row_height + notice.height_wanted + theme.GAP * look.unit
        crowded = lines > 0 and needed > ids.column.height - taken
        notice.quiet = notice.item_state == view.State.HINT.value and crowded

    def _share(self, *_: object) -> None:
        needs_keys = self._reach.typing or (
            self._view is not None and self._view.keypad is not None
        )
        self.share = STACKED_BELOW_KEYS if needs_keys else STACKED

    def _asked(self, asked: view.Keypad | None) -> Any:
        if asked is None:
            return self._reach
        if self._keypad is None:
            self._keypad = Keypad(self.touched)
        show_keypad(self._keypad, asked)
        return self._keypad

    def _show_customer(self, customer: view.Action | None) -> None:
        """Show over the lines whose sale it is; a touch offers what can be done for them."""
        if customer is not None:
            show_action(self._who, "action", customer, "money")
        self.ids.who.only(None if customer is None else self._who)
        self._scale()

    def _show_lines(self, body: view.SaleView) -> None:
        self.ids.basket.only(self._lines if body.lines else self._empty)
        places = [place for place, line in enumerate(body.lines) if line.newest]
        self._lines.show(body.lines, places[-1] if places else None)
        self._give_way()

    def _scale(self, *_: object) -> None:
        unit = look.unit
        shown = self._view is not None and self._view.customer is not None
        self.ids.over.height = (theme.TOUCH + theme.GAP) * unit if shown else 0
        self._lines.row_height = (58 if look.compact else 70) * unit
        box = self.ids.actions
        count = len(self._actions.widgets)
        box.cols = min(count, 4) or 1 if count <= 4 or not look.compact else 3  # noqa: PLR2004
        high = -(-count // box.cols)
        gap, touch = theme.GAP * unit, theme.TOUCH * unit
        box.spacing = (6 if look.compact else theme.GAP) * unit
        for key in self._actions.widgets:
            key.pad = 3 if look.compact else 8
        box.height = high * touch + (high + 1) * gap if high else 0


def _show_line(row: LineRow, line: view.LineView) -> None:
    """Have a row show a line, and flash when it is the same line with more of it."""
    name = f"line-{line.key}"
    same, before = row.name == name, row.raised
    row.name, row.quantity, row.text = name, line.quantity, line.name
    row.detail, row.amount, row.advantage = line.detail, line.amount, line.advantage
    row.newest, row.selected, row.raised = line.newest, line.selected, line.raised
    if not same:
        row.calm()
    elif line.raised > before:
        row.flash()


class SaleRight(Ground):
    """Search field, categories and quick keys or what was found, and the money bar.

    Attributes:
        language: Chooses the order of the letters.
        typing: True while the letters are open; a small screen then has no room for money.
    """

    touched = ObjectProperty(None)
    margin = NumericProperty(0)
    language = StringProperty("")
    typing = BooleanProperty(False)

    def __init__(self, presenter: Presenter, **properties: Any) -> None:
        super().__init__(touched=self.search_touched, **properties)
        self._presenter = presenter
        self._view: view.SaleView | None = None
        self._keys = QuickKeys(presenter.press)
        self._found = Found(presenter.press, self.search_touched)
        self._menu = Key(touched=presenter.press)
        self._menu.fbind("text", self._widen)
        look.bind(unit=self._widen)
        self.ids.money.touched = presenter.press

    def show(self, body: view.SaleView) -> None:
        """Show the right column of the sale."""
        self._view = body
        search = self.ids.search
        search.text, search.hint, search.active = body.search, body.search_hint, self.typing
        self.ids.menu.only(None if body.menu is None else self._menu)
        if body.menu is not None:
            show_action(self._menu, "action", body.menu)
        if body.search or self.typing:
            self._found.show(body, letters=self.typing, language=self.language)
            self.ids.middle.only(self._found)
        else:
            self._keys.show(body)
            self.ids.middle.only(self._keys)
        self.ids.money.show(body.money)

    def _widen(self, *_: object) -> None:
        self.ids.menu.width = max(self._menu.natural(), LEAST_MENU * theme.TOUCH * look.unit)

    def search_touched(self, name: str) -> None:
        """Open, close or use the letters; what was typed goes to the presenter."""
        text = self._view.search if self._view is not None else ""
        typed = name.removeprefix("letter-")
        if name == "search":
            self.typing = True
        elif name in ("search-clear", "letter-close"):
            self.typing = False
        if name == "search-clear":
            self._presenter.searched("")
        elif typed == "back":
            self._presenter.searched(text[:-1])
        elif typed == "space":
            self._presenter.searched(f"{text} ")
        elif typed != name and len(typed) == 1:
            self._presenter.searched(text + typed)
        if self._view is not None:
            self.show(self._view)

    def close_letters(self) -> None:
        """Shut the letters: something else is being done."""
        self.typing = False


class QuickKeys(Parts):
    """The categories and the keys of the active one."""

    def __init__(self, press: Callable[[str], None], **properties: Any) -> None:
        super().__init__(orientation="vertical", **properties)
        self._pills = Pills(press, size_hint_y=None)
        self._grid = Grid()
        self.add_widget(self._pills)
        self.add_widget(self._grid)
        self._tiles: Pool[Tile, view.ArticleTile] = Pool(
            self._grid.sheet, lambda: Tile(touched=press), _show_tile
        )
        self._shown: tuple[Any, ...] = ()
        look.bind(unit=self._scale, compact=self._scale)
        self._scale()

    def show(self, body: view.SaleView) -> None:
        """Show the keys; a scan changes none, and then nothing is done."""
        wanted = (body.categories, body.quick_keys)
        if wanted == self._shown:
            return
        self._shown = wanted
        self._pills.show(
            [(f"category-{one.key}", one.label, one.active) for one in body.categories]
        )
        self._tiles.fill(body.quick_keys)

    def _scale(self, *_: object) -> None:
        unit = look.unit
        self.spacing = self._grid.gap = (8 if look.compact else theme.GAP) * unit
        self._pills.height = theme.TOUCH * unit
        self._grid.least_width = (108 if look.compact else 124) * unit
        self._grid.least_height = 84 * unit
        self._grid.most_height = 112 * unit


def _show_tile(tile: Tile, article: view.ArticleTile) -> None:
    tile.name, tile.text, tile.price = f"key-{article.article}", article.label, article.price
    tile.tint = theme.tint(article.colour)


class Found(BoxLayout):
    """What the search found, and the letters while they are open."""

    def __init__(
        self, press: Callable[[str], None], touched: Callable[[str], None], **properties: Any
    ) -> None:
        super().__init__(orientation="vertical", **properties)
        self._results = Roll(
            lambda: LineRow(
                touched=press, quantity_room=0, under=theme.PAPER, detail_lines=MOST_DETAIL
            ),
            _show_result,
        )
        self._ruler = LineRow(quantity_room=0, detail_lines=MOST_DETAIL)
        self._shown: tuple[view.ArticleTile, ...] = ()
        self._none = Empty(picture=False)
        self._letters = Letters(touched, size_hint_y=None)
        look.bind(unit=self._scale)
        self.fbind("width", self._scale)
        self._scale()

    def show(self, body: view.SaleView, *, letters: bool, language: str) -> None:
        """Show the results, or that there are none."""
        self._letters.language = language
        self._none.text = body.no_results if body.search else body.search_hint
        if body.results != self._shown:
            self._shown = body.results
            self._scale()
        self._results.show(body.results)
        wanted: list[Any] = [self._results if body.results else self._none]
        if letters:
            wanted.append(self._letters)
        if self.children[::-1] != wanted:
            self.clear_widgets()
            damage.report(self)
            for widget in wanted:
                self.add_widget(widget)

    def _scale(self, *_: object) -> None:
        self.spacing = theme.GAP * look.unit
        usual = (56 if look.compact else 64) * look.unit
        self._results.row_height = usual + max(map(self._growth, self._shown), default=0)
        self._letters.height = 4 * (theme.TOUCH + 4) * look.unit

    def _growth(self, article: view.ArticleTile) -> float:
        """Measure how much higher a row must be that shows all of the article."""
        _show_result(self._ruler, article)
        return self._ruler.growth(self.width)


def _show_result(row: LineRow, article: view.ArticleTile) -> None:
    row.name, row.text = f"result-{article.article}", article.label
    row.detail, row.amount = article.detail, article.price
