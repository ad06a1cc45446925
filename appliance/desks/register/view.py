"""What the register's screen shows, as frozen values with every string prepared.

The presenter makes these, the screen draws them. Neither knows the other's library: there is no
Kivy here and no money, so a whole cashier's day runs in tests without a window.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How well something works; the screen adds a sign to the colour."""

    OK = "ok"
    LOOK = "look"
    BAD = "bad"
    HINT = "hint"
    """Of a sentence only: nothing is the matter, but there is something worth knowing."""


@dataclass(frozen=True, slots=True)
class StatusItem:
    """One thing in the top bar that works or does not.

    Attributes:
        key: Stable name: ``printer``, ``drawer``, ``scanner``, ``sending``, ``clock`` …
        label: The words in the bar, such as "3 to send".
        state: How well it works.
        meaning: What it means, one or two sentences.
        remedy: What to do about it; empty when nothing needs doing.
    """

    key: str
    label: str
    state: State
    meaning: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class TopBar:
    """The dark bar: where, who, what works, language, time."""

    register: str
    person: str
    items: tuple[StatusItem, ...]
    language: str
    clock: str
    training: bool = False
    """Whether people learn here and nothing is sold: the bar and a frame have another colour."""


@dataclass(frozen=True, slots=True)
class Action:
    """A control with words: ``key`` is stable, ``label`` is what is shown."""

    key: str
    label: str
    caption: str = ""
    enabled: bool = True
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence with the remedy, shown where the eye is; it never covers the total."""

    text: str
    state: State
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class PersonTile:
    """A person who may sign in."""

    key: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class SignInView:
    """Choose a name, type a PIN."""

    title: str
    people: tuple[PersonTile, ...]
    dots: str
    prompt: str
    keypad_enabled: bool
    cancel: Action | None = None
    """The way back, where somebody is only asked to allow something."""
    kind: str = "sign_in"


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the basket."""

    key: int
    quantity: str
    name: str
    detail: str
    amount: str
    newest: bool
    selected: bool
    advantage: bool = False
    raised: int = 0
    """Counts up each time the quantity is raised, so that the screen flashes once."""


@dataclass(frozen=True, slots=True)
class CategoryTile:
    """A category of quick keys."""

    key: str
    label: str
    active: bool


@dataclass(frozen=True, slots=True)
class ArticleTile:
    """A quick key or a row of the search results."""

    article: str
    label: str
    price: str
    colour: str
    detail: str = ""
    """In the search results: what is offered, stock here and elsewhere with its age, cost (by role).
    It may have several lines."""


@dataclass(frozen=True, slots=True)
class MoneyKey:
    """One key of the money bar; one touch ends the sale.

    ``key`` is ``exact``, ``note-2000`` (minor units), ``card`` or ``other``.
    """

    key: str
    label: str
    caption: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A label and an amount."""

    label: str
    amount: str
    advantage: bool = False


@dataclass(frozen=True, slots=True)
class Keypad:
    """Numbers asked for: a quantity, an amount, a reference."""

    purpose: str
    title: str
    entry: str
    hint: str
    confirm: str
    cancel: str
    comma: str = ""
    """The decimal sign where one may be typed, else empty."""
    extra: str = ""
    """What a key of its own says, such as that for the packing; empty where there is none."""


@dataclass(frozen=True, slots=True)
class SaleView:
    """Basket left, things to reach for right, total and money at the bottom."""

    lines: tuple[LineView, ...]
    hint: str
    """How to begin, while the basket is empty."""
    actions: tuple[Action, ...]
    summary: tuple[Row, ...]
    total_label: str
    total: str
    search: str
    search_hint: str
    results: tuple[ArticleTile, ...]
    """What the search found; shown instead of the quick keys while ``search`` is not empty."""
    no_results: str
    categories: tuple[CategoryTile, ...]
    quick_keys: tuple[ArticleTile, ...]
    money: tuple[MoneyKey, ...]
    keypad: Keypad | None = None
    customer: Action | None = None
    """Whose sale it is, with points and price group as its caption; None for nobody's."""
    menu: Action | None = None
    """Opens all that is not done with this sale; it stands beside the search."""
    kind: str = "sale"


@dataclass(frozen=True, slots=True)
class TendersView:
    """Other ways to pay: card by hand, terminal, several in turn."""

    title: str
    rows: tuple[Row, ...]
    """The total, what was paid so far, and by what."""
    remaining_label: str
    remaining: str
    choices: tuple[Action, ...]
    back: Action
    keypad: Keypad | None = None
    kind: str = "tenders"


@dataclass(frozen=True, slots=True)
class TerminalView:
    """The customer is at the card terminal."""

    title: str
    amount: str
    message: str
    state: State
    waiting: bool
    actions: tuple[Action, ...]
    kind: str = "terminal"


@dataclass(frozen=True, slots=True)
class QrView:
    """A code that the customer's bank pays; paid when somebody says that the money came."""

    title: str
    amount: str
    code: str
    """What the code says; empty where it cannot be shown any more."""
    reference: str
    message: str
    actions: tuple[Action, ...]
    kind: str = "qr"


@dataclass(frozen=True, slots=True)
class DoneView:
    """The sale is done; the change is the largest thing on the screen."""

    headline: str
    """"Change" or "Paid" or "Give back"."""
    amount: str
    rows: tuple[Row, ...]
    paper: tuple[str, ...]
    """The receipt as lines of text of one width."""
    actions: tuple[Action, ...]
    hint: str
    qr: str = ""
    """Text of the receipt's QR code while it is shown large, else empty."""
    kind: str = "done"


@dataclass(frozen=True, slots=True)
class ParkedView:
    """The parked sales."""

    title: str
    baskets: tuple[ArticleTile, ...]
    empty: str
    back: Action
    kind: str = "parked"


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list that may be touched."""

    key: str
    label: str
    detail: str = ""
    amount: str = ""
    state: State | None = None
    """A sign and a colour where the row is good news or bad."""
    chosen: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class ListView:
    """Rows to choose from: a menu, reasons, customers, receipts, lines to bring back."""

    title: str
    rows: tuple[ListRow, ...]
    back: Action
    text: str = ""
    """A sentence under the title."""
    empty: str = ""
    """Said where there are no rows."""
    actions: tuple[Action, ...] = ()
    search: str | None = None
    """What is searched; None where nothing can be."""
    search_hint: str = ""
    kind: str = "list"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in, or to switch on and off."""

    key: str
    label: str
    value: str
    active: bool = False
    """Whether what is typed goes here."""
    is_switch: bool = False
    on: bool = False
    """Whether a switch is on."""
    refused: str = ""
    """Why it cannot be used as it is."""


@dataclass(frozen=True, slots=True)
class FormView:
    """Things to fill in: a count by coins and notes, a reason and an amount, a customer."""

    title: str
    fields: tuple[Field, ...]
    confirm: Action
    back: Action
    text: str = ""
    summary: tuple[Row, ...] = ()
    actions: tuple[Action, ...] = ()
    typing: str = ""
    """``digits``, ``amount`` or ``letters`` while a field is active, else empty."""
    comma: str = ""
    """The decimal sign where one may be typed, else empty."""
    kind: str = "form"


@dataclass(frozen=True, slots=True)
class PaperView:
    """A report or slip to read, print or leave."""

    title: str
    paper: tuple[str, ...]
    """Lines of text of one width."""
    actions: tuple[Action, ...]
    back: Action
    text: str = ""
    kind: str = "paper"


Body = (
    SignInView
    | SaleView
    | TendersView
    | TerminalView
    | QrView
    | DoneView
    | ParkedView
    | ListView
    | FormView
    | PaperView
)


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything shown at one moment."""

    top: TopBar
    body: Body
    notice: Notice | None = None
    detail: StatusItem | None = None
    """The status item whose meaning is open, if any."""
    detail_close: str = ""
    languages: tuple[Action, ...] = ()
    """The languages to choose from, while the choice is open."""
    tip: Notice | None = None
    """A hint, in the place of a notice and only while there is none."""
    sound: tuple[int, str] = (0, "")
    """Counts up with each sound to be played, and which: ``good``, ``bad``, ``done`` or
    ``attention``."""

    @property
    def said(self) -> Notice | None:
        """The one sentence that is shown: the notice, else the hint."""
        return self.notice or self.tip
