"""What the services need from the rest of the house; build.py plugs it in.

Everything a service keeps is a frozen value, so the screen's thread can hand it to a writer's
thread and go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from appliance.domain.article import Article
from appliance.domain.customer import Consent, Profile
from appliance.domain.ledger import Stated
from appliance.domain.payment import Tender, Tendered
from appliance.domain.promotion import Promotion
from appliance.domain.sale import Basket
from appliance.domain.staff import Person
from appliance.domain.voucher import BalanceKind
from appliance.journal.entry import START, Entry, Watermark
from appliance.journal.store import Event
from appliance.journal.word import NOTHING, Word
from appliance.services.standing import NOTHING_KNOWN, Standing

Clock = Callable[[], datetime]
"""Tells the shop's local time, with its offset."""

Post = Callable[[Callable[[], object]], None]
"""Has a call made later, on the screen's own thread."""


class StoreError(OSError):
    """A database cannot be opened, read or written; the message says which and what to do."""


class Journal(Protocol):
    """Where the services record what happened."""

    def submit(self, *events: Event) -> Future[tuple[Entry, ...]]:
        """Record events, all or none, with one sync; see `appliance.journal.writer`."""


class JournalHistory(Protocol):
    """What was recorded, read once at the start."""

    @property
    def head(self) -> Watermark:
        """The last entry's place."""

    def entries(self, after: Watermark | None = None, limit: int | None = None) -> Iterator[Entry]:
        """Read entries in order, from the one after a place."""


class SoldHistory(Protocol):
    """The journal, asked for one sale among many; see `appliance.journal.reader`."""

    @property
    def first_position(self) -> int:
        """Where the first entry lies that is there."""

    @property
    def last_position(self) -> int:
        """Where the last entry lies."""

    def at(self, position: int, limit: int) -> Sequence[Entry]:
        """Read entries in order from a position on."""


@dataclass(frozen=True, slots=True)
class Category:
    """A group of quick keys.

    Attributes:
        key: Its stable name.
        name: What stands on its tab.
        colour: ``#RRGGBB``, or empty.
        position: Its place in the row, from the left.
    """

    key: str
    name: str
    colour: str
    position: int


@dataclass(frozen=True, slots=True)
class QuickKey:
    """A key that sells one article; page and order are set by the back office.

    Attributes:
        article: What it sells.
        label: What stands on it.
        colour: ``#RRGGBB``, or empty.
    """

    article: Article
    label: str
    colour: str


class SaidCustomer(Protocol):
    """A customer as the back office says it; see `appliance.store.customers`."""

    @property
    def id(self) -> str:
        """Random."""

    @property
    def profile(self) -> Profile:
        """Who it is."""

    @property
    def group(self) -> str:
        """Key of the price group, or empty."""

    @property
    def points(self) -> int:
        """What is in the books there."""

    @property
    def consents(self) -> tuple[Consent, ...]:
        """The latest of each purpose."""

    @property
    def counted(self) -> Mapping[str, tuple[int, int]]:
        """By device, the last of its entries that is in all this."""


class SaidCustomers(Protocol):
    """The back office's customers; see `appliance.store.customers`."""

    def get(self, customer: str) -> SaidCustomer | None:
        """Return a customer by id, as it is known now where it was merged."""

    def merged_with(self, customer: str) -> list[str]:
        """Return the ids that were merged into a customer."""

    def by_card(self, card: str) -> Sequence[SaidCustomer]:
        """Return whom a card belongs to."""

    def search(self, text: str, limit: int) -> Sequence[SaidCustomer]:
        """Return customers by a part of a name, number or address."""


class Directory(Protocol):
    """What the back office says; see `appliance.store.directory`."""

    @property
    def customers(self) -> SaidCustomers:
        """The customers."""

    def find(self, code: str) -> Article | None:
        """Return the article with this GTIN-14 or code of the shop."""

    def search(self, text: str, limit: int) -> list[Article]:
        """Return articles by a part of name or code."""

    def categories(self) -> list[Category]:
        """Return the categories of quick keys."""

    def quick_keys(self, category: str) -> list[QuickKey]:
        """Return the keys of one category."""

    def promotions(self) -> list[Promotion]:
        """Return the promotions, in the back office's order."""

    def people(self) -> list[Person]:
        """Return everybody who may sign in."""

    def balance(self, kind: BalanceKind, account: str) -> Stated | None:
        """Return what the back office says of a balance."""

    def balance_of_code(self, code: str) -> Stated | None:
        """Return what it says of the gift card, store credit or voucher with a code."""

    def setting(self, key: str, default: Any = None) -> Any:
        """Return a setting of the back office."""

    def refused(self) -> list[str]:
        """Return why changes of the back office could not be used."""

    def changed(self) -> bool:
        """Return whether the back office said something new."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A question to the card terminal, or to a customer's bank by a code; both know it by its id.

    Attributes:
        id: UUID as 32 hexadecimal digits, made before anybody is asked.
        sale: The sale it pays.
        amount_minor: How much was asked, with the tip.
        tender: By the terminal or by a code.
        tip_minor: How much of it is for the staff.
    """

    id: str
    sale: str
    amount_minor: int
    tender: Tender = Tender.CARD_TERMINAL
    tip_minor: int = 0

    @property
    def by_code(self) -> bool:
        """Whether a code was shown, so that no device can tell what became of it."""
        return self.tender is Tender.QR

    def paid(self, reference: str) -> Tendered:
        """Return what it pays, once it is known to be paid."""
        return Tendered(
            self.tender,
            self.amount_minor - self.tip_minor,
            reference or None,
            self.id,
            tip_minor=self.tip_minor,
        )


@dataclass(frozen=True, slots=True)
class KeptBasket:
    """A basket as the desk keeps it through a power cut.

    Attributes:
        basket: The lines.
        tendered: What was paid of it so far.
        attempts: Questions to the terminal that have no answer yet.
        parked: Whether it waits aside; the other one is on the counter.
        name: Under what it was parked.
        head: The journal's head when it was kept; whatever was recorded about this sale later
            stands above it.
    """

    basket: Basket
    tendered: tuple[Tendered, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    parked: bool = False
    name: str = ""
    head: Watermark = START


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A receipt as it goes to the printer, kept until it is on paper.

    Attributes:
        sale: The sale.
        receipt: Its number, such as ``2-000412``.
        copy: 0 for the receipt itself, 1 for its first copy.
        document: The printer's bytes.
        printed: Whether the printer said it is on paper.
        trouble: Why it is not, as the name of the printer's error.
    """

    sale: str
    receipt: str
    copy: int
    document: bytes
    printed: bool = False
    trouble: str = ""


class Shelf(Protocol):
    """What is going on now, kept by a writer of its own; see `appliance.store.desk`.

    The ``keep`` and ``drop`` calls return at once. What is written later replaces what was
    written before, so a quick hand costs few writes.
    """

    def keep_basket(self, kept: KeptBasket) -> None:
        """Keep a basket as it is now."""

    def drop_basket(self, basket: str) -> None:
        """Let go of a basket that was sold or abandoned."""

    def baskets(self) -> Sequence[KeptBasket]:
        """Return the baskets kept, oldest first. Asked at the start."""

    def keep_job(self, job: PrintJob) -> None:
        """Keep a print job as it is now."""

    def jobs(self, sale: str | None = None) -> Sequence[PrintJob]:
        """Return the jobs of one sale, or those of any sale that are not on paper yet."""

    def keep_fact(self, key: str, value: Any) -> None:
        """Keep a small fact of this desk, in JSON's own types."""

    def fact(self, key: str, default: Any = None) -> Any:
        """Return a fact kept before. Asked at the start."""

    def flush(self) -> None:
        """Wait until everything handed over is on the disk.

        Raises:
            OSError: If it cannot be written.
        """

    @property
    def trouble(self) -> str:
        """Why the last write failed; empty while all is well."""


@dataclass(frozen=True, slots=True)
class Sending:
    """How far the collector has followed.

    Attributes:
        enabled: Whether this device sends at all.
        unsent: Entries the collector has not acknowledged.
        oldest: When the oldest of them was made.
        connected: Whether the uplink has a connection now.
        problem: The uplink's stable name of what is wrong, such as ``unreachable``, or empty.
        detail: The same as a sentence in English, for the technician.
        refusing: The collector's word while it holds something else where this journal stands;
            else `NOTHING`.
        standing: How much of the journal is known to be held elsewhere.
    """

    enabled: bool = True
    unsent: int = 0
    oldest: datetime | None = None
    connected: bool = False
    problem: str = ""
    detail: str = ""
    refusing: Word = NOTHING
    standing: Standing = NOTHING_KNOWN


class Outbox(Protocol):
    """What the uplink says about itself; see `appliance.store.outbox`."""

    def look(self) -> Sending:
        """Return how far the collector has followed. MAY block for a moment."""
