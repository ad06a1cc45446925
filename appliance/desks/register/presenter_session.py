"""What the register's pages share: the services, the language, the notice, the way to each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from appliance.desks.register.view import Action, Body, Notice, State
from appliance.doctor.attending import Attending
from appliance.domain.article import Article, Unit
from appliance.domain.market import Market
from appliance.domain.money import format_minor
from appliance.services.cards import Cards
from appliance.services.catalogue import Catalogue
from appliance.services.counter_settings import CounterSettings
from appliance.services.customers import Customers
from appliance.services.display import CustomerDisplay
from appliance.services.hints import Hints
from appliance.services.ledger import Ledger
from appliance.services.newcomers import Newcomers
from appliance.services.ports import Clock, Directory, Journal, Post, StoreError
from appliance.services.printing import Printing
from appliance.services.refunds import Refunds
from appliance.services.register import Register
from appliance.services.returns import Returns
from appliance.services.scales import Scales
from appliance.services.second_screen import SecondScreen
from appliance.services.sending import SendingWatch
from appliance.services.shift import Shifts
from appliance.services.sounds import Sounds
from appliance.services.staff import Staff
from appliance.services.till import Till
from appliance.services.updating import Updating
from appliance.services.words import Words
from drivers.scanner import Scanner

if TYPE_CHECKING:  # the pages need the session, the session only shows the way to them
    from appliance.desks.register.presenter_pages import Pages

NOTICE_S = 12.0
"""Seconds. A notice about something that passed goes by itself."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything the register desk works with; build.py plugs it in.

    Attributes:
        name: The register's part of receipt numbers, which is how people call the counter.
        market: Currency, taxes, receipt rules.
        register: Sells.
        returns: Finds sales of before by their receipts.
        refunds: Says how their money may go back.
        ledger: Finds what is left on cards, and what customers owe.
        catalogue: Finds articles.
        customers: Finds customers, and writes down what they say.
        directory: What the back office says.
        journal: Records what is not a sale.
        staff: Signs in.
        printing: Prints.
        till: Opens the drawer.
        shifts: The drawer's money.
        cards: Asks the card terminal.
        scanners: To tell whether they are plugged in.
        scales: Weighs.
        display: What the customer reads on two lines.
        second_screen: What the customer sees in a window of its own.
        sounds: How loud the counter is.
        hints: Which hints a person still needs.
        newcomers: What was plugged in and has no driver.
        sending: What has not left the building.
        updating: What is going on with a new version.
        counter_settings: Whether what the back office tells of the counter waits to be taken.
        doctor: Says how the device is.
        shelf_trouble: Why the desk's notes cannot be written, or empty.
        clock: The shop's time.
        monotonic: Seconds of a clock that never jumps.
        post: Has a call made on the screen's thread.
        paper_language: The language of receipts.
        training: Whether people learn here and nothing is sold.
    """

    name: str
    market: Market
    register: Register
    returns: Returns
    refunds: Refunds
    ledger: Ledger
    catalogue: Catalogue
    customers: Customers
    directory: Directory
    journal: Journal
    staff: Staff
    printing: Printing
    till: Till
    shifts: Shifts
    cards: Cards
    scanners: Sequence[Scanner]
    scales: Scales
    display: CustomerDisplay
    second_screen: SecondScreen
    sounds: Sounds
    hints: Hints
    newcomers: Newcomers
    sending: SendingWatch
    updating: Updating
    counter_settings: CounterSettings
    doctor: Attending
    shelf_trouble: Callable[[], str]
    clock: Clock
    monotonic: Callable[[], float]
    post: Post
    paper_language: str
    training: bool = False


class Page(Protocol):
    """One screen's behaviour."""

    def view(self) -> Body:
        """Prepare what is shown."""

    def press(self, control: str) -> bool:
        """Do what a control asks; say whether there is such a control."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice and what its action does.

    Attributes:
        notice: What is shown.
        do: What a touch does, beside taking it away.
        cause: What it is about, so that it can go when that is over.
        until_s: When it goes by itself; None to stay.
    """

    notice: Notice
    do: Callable[[], object] | None
    cause: str
    until_s: float | None


class Session:
    """The state that outlives a page.

    Attributes:
        parts: The services.
        words: The screen's language.
        paper_words: The receipts' language.
        page: What is shown now.
        pages: All of them.
        told: The notice, if any.
        sound: How many sounds were asked for, and the last one.
        qr_to_pay: What the customer's telephone reads to pay, while the customer is asked to; the
            second screen shows it as a QR code.
        clock_jumped: Whether the shop's clock was set while the desk ran.
        changed: Has the screen drawn anew.
        release_scans: Hands over the scans that waited while a sale was recorded.
        turn: Turns the counter into one to learn at, allowed by somebody, or back into one that
            sells; None where that cannot be.
    """

    pages: Pages
    page: Page

    def __init__(self, parts: Parts, language: str, changed: Callable[[], None]) -> None:
        self.parts = parts
        self.words = Words(language)
        self.paper_words = Words(parts.paper_language)
        self.told: Told | None = None
        self.sound: tuple[int, str] = (0, "")
        self.qr_to_pay = ""
        self.clock_jumped = False
        self._settings: dict[str, Any] = {}
        self.changed = changed
        self.release_scans: Callable[[], None] = lambda: None
        self.turn: Callable[[str], object] | None = None

    def speak(self, language: str) -> None:
        """Switch the screen's language."""
        self.words = Words(language)
        self.changed()

    def show(self, page: Page) -> None:
        """Show another page; what was said about the one before goes with it."""
        if page is not self.page:
            self.forget_passing()
        self.page = page
        self.changed()

    def tell(
        self,
        text: str,
        state: State = State.LOOK,
        *,
        action: str = "",
        do: Callable[[], object] | None = None,
        cause: str = "",
    ) -> None:
        """Show a notice.

        Args:
            text: One sentence with the remedy.
            state: How grave.
            action: What a touch does, in words.
            do: What it does.
            cause: What it is about; a notice with a cause stays until that is over.
        """
        offered = Action("notice", action) if action else None
        until = None if cause else self.parts.monotonic() + NOTICE_S
        self.told = Told(Notice(text, state, offered), do, cause, until)
        self.changed()

    def refuse(
        self,
        text: str,
        *,
        action: str = "",
        do: Callable[[], object] | None = None,
        cause: str = "",
    ) -> None:
        """Show and sound that something was not done; see `tell`."""
        self.play("bad")
        self.tell(text, State.BAD, action=action, do=do, cause=cause)

    def accept(self, sound: str = "good") -> None:
        """Sound that something was taken, or is done, and take the notice away."""
        self.play(sound)
        self.told = None

    def play(self, sound: str) -> None:
        """Have a sound played: ``good``, ``bad``, ``done`` or ``attention``."""
        self.sound = (self.sound[0] + 1, sound)

    def forget_passing(self) -> None:
        """Take a notice away that is about something that passed."""
        if self.told is not None and not self.told.cause:
            self.told = None

    def over(self, cause: str) -> None:
        """Take a notice away because its cause has gone."""
        if self.told is not None and self.told.cause == cause:
            self.told = None
            self.changed()

    def setting(self, key: str, default: Any) -> Any:
        """Return a setting of the back office; the last known one while it cannot be read."""
        with suppress(StoreError):
            self._settings[key] = self.parts.directory.setting(key, default)
        return self._settings.get(key, default)

    def money(self, amount_minor: int) -> str:
        """Write an amount as this language does, without the currency."""
        return format_minor(amount_minor, self.parts.market.decimals, self.words.language)

    def money_with_symbol(self, amount_minor: int, *, short: bool = False) -> str:
        """Write an amount with the currency's sign.

        Args:
            amount_minor: The amount.
            short: Leave out decimals that are all zero, as on the keys for notes.
        """
        market = self.parts.market
        decimals, unit = market.decimals, 10**market.decimals
        if short and amount_minor % unit == 0:
            amount_minor, decimals = amount_minor // unit, 0
        return format_minor(amount_minor, decimals, self.words.language, symbol=market.symbol)

    def price(self, article: Article) -> str:
        """Write an article's price, with what it is for."""
        price = self.money(article.price_minor)
        return f"{price} / kg" if article.unit is Unit.KG else price
