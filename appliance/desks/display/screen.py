"""The customer's screen: an idle face, the sale, and faces with one large figure.

Nothing here can be touched. What a scanner types into this window is handed to the desk.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import ColorProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from appliance.desks.display import sizes
from appliance.desks.display.presenter import DisplayPresenter
from appliance.services.faces import CustomerLine, CustomerRow, CustomerView
from appliance.ui import theme
from appliance.ui.damage import damage
from appliance.ui.keyboard import Nowhere
from appliance.ui.theme import Colour, look
from appliance.ui.widgets import figure, rows  # noqa: F401 - for the kv file
from appliance.ui.widgets.block import Block
from appliance.ui.widgets.code import Code
from appliance.ui.widgets.ground import Ground
from appliance.ui.widgets.pool import Pool
from appliance.ui.widgets.rows import Figures
from appliance.ui.widgets.swap import Swap
from appliance.ui.widgets.words import Words

Builder.load_file(str(Path(theme.__file__).with_name("theme.kv")))
Builder.load_file(str(Path(__file__).with_name("screen.kv")))

PLAIN = (theme.PAPER, theme.INK, theme.SOFT)
GROUNDS: dict[str, tuple[Colour, Colour, Colour]] = {
    "weigh": PLAIN,
    "pay": (theme.BLUE, theme.CARD, theme.CARD),
    "code": PLAIN,
    "done": (theme.GREEN, theme.CARD, theme.CARD),
}
"""Ground, words and the shop's name of each face with one large figure."""


def build(presenter: DisplayPresenter, _play: Callable[[str], None]) -> CustomerScreen:
    """Make the screen for ``presenter``; this window makes no sound."""
    return CustomerScreen(presenter)


class CustomerScreen(Block, FloatLayout):
    """One face at a time.

    Attributes:
        typist: Where the shell sends what is typed on the window's keyboard.
        opaque: Every dot of the window stands on some ground.
    """

    opaque = True

    def __init__(self, presenter: DisplayPresenter) -> None:
        look.least = sizes.LEAST_UNIT
        super().__init__()
        self.typist = HandsOn(presenter)
        self._place = Swap()
        self._idle, self._sale, self._figure = IdleFace(), SaleFace(), FigureFace()
        self.add_widget(self._place)
        self.fbind("size", self._fit)
        presenter.watch(self.show)
        self.show(presenter.view)

    def show(self, view: CustomerView) -> None:
        """Show ``view``."""
        face = {"idle": self._idle, "sale": self._sale}.get(view.face, self._figure)
        face.show(view)
        self._place.only(face)
        damage.everything()

    def _fit(self, *_: object) -> None:
        look.fit(self.width, self.height)


class HandsOn(Nowhere):
    """What is typed into this window: scans go to the desk, all else nowhere."""

    def __init__(self, presenter: DisplayPresenter) -> None:
        self._presenter = presenter

    def scanned(self, text: str) -> None:
        """Hand it to the desk."""
        self._presenter.scanned(text)


class IdleFace(Ground):
    """The shop's name and a greeting."""

    def show(self, view: CustomerView) -> None:
        """Greet."""
        self.ids.shop.text, self.ids.headline.text = view.shop, view.headline


class SaleFace(Ground):
    """The latest lines, and the total at the bottom."""

    def __init__(self, **properties: Any) -> None:
        self._view = CustomerView()
        self._fill_soon = Clock.create_trigger(self._fill, -1)
        super().__init__(**properties)
        self._lines: Pool[SaleLine, CustomerLine] = Pool(self.ids.lines, SaleLine, _show_line)
        self.ids.lines.fbind("height", self._fill_soon)
        look.bind(unit=self._fill_soon)

    def show(self, view: CustomerView) -> None:
        """Show the sale."""
        self._view = view
        ids = self.ids
        ids.shop.text = view.shop
        ids.rows.show(_figures(view.rows))
        ids.figure.label, ids.figure.amount = view.headline, view.amount
        self._fill()

    def _fill(self, *_: object) -> None:
        """Show as many of the latest lines as there is room for, from the top."""
        box, row = self.ids.lines, sizes.ROW * look.unit
        room = max(1, int(box.height / row))
        lines = self._view.lines[-room:]
        self._lines.fill(lines)
        widest = max((each.quantity_width for each in self._lines.widgets), default=0)
        for each in self._lines.widgets:
            each.stand(widest)
        box.padding = (0, 0, 0, max(0, box.height - len(lines) * row))
        before = self._view.count - len(lines)
        self.ids.earlier.text = (
            self._view.earlier.replace("{number}", str(before)) if before > 0 else ""
        )


class SaleLine(Ground):
    """How many, of what, for how much."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(size_hint_y=None, **properties)
        self._bar = Ground(size_hint_x=None, fill=theme.CARD)
        self._row = BoxLayout()
        self._quantity = Words(colour=theme.SOFT, size_hint_x=None)
        self._name = Words(may_cut=True, lines=2, least=0.7)
        self._saved = Words(colour=theme.GREEN, align="right", size_hint_x=None)
        self._amount = Words(align="right", bold=True, size_hint_x=None)
        for part in (self._quantity, self._name, self._saved, self._amount):
            self._row.add_widget(part)
        self.add_widget(self._bar)
        self.add_widget(self._row)
        self._line = CustomerLine("", "", "")
        look.bind(unit=self._scale)

    def show(self, line: CustomerLine) -> None:
        """Show a line; the newest is tinted."""
        self._line = line
        self.fill = theme.TEAL_LIGHT if line.newest else theme.CARD
        self._bar.fill = theme.TEAL if line.newest else theme.CARD
        self._quantity.text, self._name.text = line.quantity, line.name
        self._saved.text, self._amount.text = line.saved, line.amount
        self._scale()

    def _scale(self, *_: object) -> None:
        unit = look.unit
        self.height = sizes.ROW * unit
        self._bar.width = 10 * unit
        gap = 20 * unit
        self._row.padding, self._row.spacing = (
            (sizes.EDGE * unit - self._bar.width, 0, sizes.EDGE * unit, 0),
            gap,
        )
        for words in (self._quantity, self._name, self._saved, self._amount):
            words.size_px = sizes.LINE * unit
        for words in (self._saved, self._amount):
            words.width = words.natural() + 1 if words.text else 0

    @property
    def quantity_width(self) -> float:
        """The width the quantity takes, in pixels."""
        return self._quantity.natural() + 1

    def stand(self, width: float) -> None:
        """Give the quantity as much room as the widest has, so that the names stand in a column."""
        self._quantity.width = width


def _show_line(row: SaleLine, line: CustomerLine) -> None:
    row.show(line)


class FigureFace(BoxLayout):
    """One large figure, with what it is and what to do; perhaps a code beside it.

    Attributes:
        fill: The ground.
        ink: Of the words.
        soft: Of the shop's name.
    """

    fill = ColorProperty(theme.PAPER)
    ink = ColorProperty(theme.INK)
    soft = ColorProperty(theme.SOFT)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._code = Code(radius=0, edge=0)
        look.bind(portrait=self._stand)
        self._stand()

    def show(self, view: CustomerView) -> None:
        """Show the figure."""
        ids = self.ids
        self.fill, self.ink, self.soft = GROUNDS.get(view.face, PLAIN)
        ids.shop.text, ids.message.text = view.shop, view.message
        ids.headline.text, ids.amount.text = view.headline, view.amount
        ids.rows.show(_figures(view.rows))
        self._code.text = view.qr
        if view.qr and self._code.parent is None:
            self.add_widget(self._code)
        elif not view.qr and self._code.parent is not None:
            self.remove_widget(self._code)

    def _stand(self, *_: object) -> None:
        self._code.size_hint = (1, 0.9) if look.portrait else (0.8, 1)


def _figures(told: tuple[CustomerRow, ...]) -> tuple[Figures, ...]:
    return tuple((row.label, row.amount, row.advantage) for row in told)
