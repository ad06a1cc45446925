"""What all bodies of the register's screen share: margins, the notice, the keypad."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import NumericProperty, ObjectProperty, StringProperty

from appliance.desks.register import view
from appliance.desks.register.contract import Presenter
from appliance.ui import theme
from appliance.ui.theme import look
from appliance.ui.widgets.block import Block, Handed
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.keypad import Keypad
from appliance.ui.widgets.notice import Notice
from appliance.ui.widgets.rows import Figures

FOLDER = Path(__file__).parent
MOST_NOTICE = 0.36
"""Share of the window's height that a sentence may take."""

Builder.load_file(str(Path(theme.__file__).with_name("theme.kv")))
Builder.load_file(str(FOLDER / "screen.kv"))


class Body(Block, Handed):
    """Everything below the top bar.

    The kv rule of each body has a box ``notice``: the place where a sentence stands without
    covering the total. It is as high as the sentence needs and the blocks around it keep still.

    Attributes:
        press: Called with the name of the control that was touched.
        language: Code of the language, such as ``fr``.
        reserved: Units kept free for the notice even while there is none.
        margin: Inner margin of the columns in pixels.
        left_width: Width of the left column in pixels.
    """

    touched = ObjectProperty(None)
    language = StringProperty("")
    reserved = NumericProperty(0)
    margin = NumericProperty(0)
    left_width = NumericProperty(0)

    def __init__(self, presenter: Presenter, **properties: Any) -> None:
        self.presenter = presenter
        super().__init__(touched=presenter.press, **properties)
        self._notice = Notice(touched=presenter.press)
        self.ids.notice.add_widget(self._notice)
        self._notice.fbind("height_wanted", self._make_room)
        self._notice.fbind("quiet", self._make_room)
        self.fbind("reserved", self._make_room)
        self._make_room()

    def show(self, body: Any) -> None:
        """Show a new view of this body's kind."""
        raise NotImplementedError

    def note(self, notice: view.Notice | None) -> None:
        """Say a sentence, or be quiet."""
        bar = self._notice
        bar.most_height = (self.reserved or MOST_NOTICE * look.tall) * look.unit
        if notice is None:
            bar.text = bar.action = ""
            return
        bar.text, bar.item_state = notice.text, notice.state.value
        bar.action = notice.action.label if notice.action is not None else ""
        bar.control = "tip" if notice.state is view.State.HINT else "notice"

    def _make_room(self, *_: object) -> None:
        box, height = self.ids.notice, self._notice.height_wanted
        if self.reserved:
            box.height = self.reserved * look.unit
            return
        if self._notice.quiet:
            height = 0
        gap = theme.GAP * look.unit if height else 0
        box.padding = (box.padding[0], 0, box.padding[2], gap)
        box.height = height + gap


def figures(rows: tuple[view.Row, ...]) -> tuple[Figures, ...]:
    """Give rows in the way the widget takes them."""
    return tuple((row.label, row.amount, row.advantage) for row in rows)


def show_action(key: Key, prefix: str, action: view.Action, style: str = "plain") -> None:
    """Have a key show an action; what takes something away is red."""
    key.name = f"{prefix}-{action.key}"
    key.text, key.caption = action.label, action.caption
    key.enabled = action.enabled
    key.style = "danger" if action.danger else style


def show_keypad(keypad: Keypad, asked: view.Keypad) -> None:
    """Have the keypad ask."""
    keypad.show(
        title=asked.title,
        entry=asked.entry,
        hint=asked.hint,
        confirm=asked.confirm,
        cancel=asked.cancel,
        comma=asked.comma,
        extra=asked.extra,
    )
