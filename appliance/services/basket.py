"""The basket on the counter as it stands: what it holds, what it comes to, what was paid of it.

Each step is kept on the shelf, so a power cut gives the basket back with every line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from appliance.domain.article import ArticleKind
from appliance.domain.deposits import follow
from appliance.domain.errors import SettlementError
from appliance.domain.left import Left
from appliance.domain.market import Market
from appliance.domain.payment import Settlement, Tendered, settle, suggest_notes
from appliance.domain.points import PointsMoved
from appliance.domain.pricing import Promotions, price
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.sale import Basket, Kind, Line, Totals, totals
from appliance.journal.attachments import Attachment
from appliance.journal.entry import START, Watermark
from appliance.services.ports import Attempt, Clock, KeptBasket, Shelf


class BusyError(RuntimeError):
    """The basket is being paid: it cannot be changed until the answer is there."""


class AgeNotAskedError(ValueError):
    """Something on the counter asks an age, and nobody has found out the buyer's."""


class NothingToPayError(ValueError):
    """There is no line to sell."""


class Patrons(Protocol):
    """What a register asks about the customer of a sale; see `appliance.services.customers`."""

    def group_of(self, customer: str) -> str:
        """Return a customer's price group, or empty."""

    def points_moved(self, basket: Basket, totals: Totals) -> PointsMoved | None:
        """Return what a sale does to its customer's points; None where they have none."""

    def beside(self, facts: ReceiptFacts) -> tuple[Attachment, ...]:
        """Return what is to stand beside a sale's entry: who bought."""

    def note(self, facts: ReceiptFacts, place: Watermark) -> None:
        """Take note of a sale that is recorded."""


class Nobody:
    """Knows no customers."""

    def group_of(self, _customer: str) -> str:
        """Return no group."""
        return ""

    def points_moved(self, _basket: Basket, _totals: Totals) -> PointsMoved | None:
        """Move no points."""
        return None

    def beside(self, _facts: ReceiptFacts) -> tuple[Attachment, ...]:
        """Have nothing stand beside an entry."""
        return ()

    def note(self, _facts: ReceiptFacts, _place: Watermark) -> None:
        """Note nothing."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where the register goes on after a start; `appliance.services.resume` finds it.

    Attributes:
        number: The last receipt number given out.
        head: The journal's head.
        open: The basket that lay on the counter, if any.
        parked: The ones that waited aside.
        unresolved: Card payments of completed sales whose outcome is not known.
    """

    number: int = 0
    head: Watermark = START
    open: KeptBasket | None = None
    parked: tuple[KeptBasket, ...] = ()
    unresolved: tuple[Attempt, ...] = ()


class OpenBasket:
    """One basket lies on the counter at a time; others wait parked.

    Args:
        market: Taxes, currency and rounding.
        shelf: Keeps what is going on.
        clock: Tells the time of everything that is kept.
        new_id: Makes the ids of baskets.
        start: Where to go on.

    Attributes:
        cashier: Id of the person at the counter, put into every sale.
        promotions: Of the back office; they hold from the next change of the basket.
        patrons: Knows the customers that sales are laid to.
        left_on_cards: Tells what will be left on the cards that a sale moves.
    """

    def __init__(
        self,
        *,
        market: Market,
        shelf: Shelf,
        clock: Clock,
        new_id: Callable[[], str],
        start: Start,
    ) -> None:
        self.cashier = ""
        self.promotions = Promotions()
        self.patrons: Patrons = Nobody()
        self.left_on_cards: Callable[[ReceiptFacts], tuple[Left, ...]] = lambda _: ()
        self._market = market
        self._shelf = shelf
        self._clock = clock
        self._new_id = new_id
        self._head = start.head
        self._current = start.open
        self._parked = {kept.basket.id: kept for kept in start.parked}
        self._added_up: tuple[Basket | None, date, Totals] | None = None

    @property
    def basket(self) -> Basket | None:
        """The basket on the counter, if one was begun."""
        return None if self._current is None else self._current.basket

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines on the counter."""
        return () if self._current is None else self._current.basket.lines

    @property
    def is_emptied(self) -> bool:
        """Whether everything was taken out again, which no sale has told of yet."""
        return not self.lines and self.basket is not None and bool(self.basket.removed)

    @property
    def tendered(self) -> tuple[Tendered, ...]:
        """What was paid so far of a sale that is paid in several ways."""
        return () if self._current is None else self._current.tendered

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Questions to the card terminal about this sale that have no answer."""
        return () if self._current is None else self._current.attempts

    @property
    def parked(self) -> Sequence[KeptBasket]:
        """The baskets that wait aside, oldest first."""
        return tuple(self._parked.values())

    @property
    def busy(self) -> bool:
        """Whether the sale is being paid, so that nothing may change."""
        return False

    def totals(self) -> Totals:
        """Add up the lines on the counter, with today's tax rates."""
        basket, today = self.basket, self._clock().date()
        held = self._added_up
        if held is None or held[0] is not basket or held[1] != today:
            before = None if held is None else held[2]
            lying = basket or self._new_basket(Kind.SALE)
            added_up = totals(lying, self._market, today, before=before)
            self._added_up = held = (basket, today, added_up)
        return held[2]

    def settlement(self, *more: Tendered) -> Settlement:
        """Say how far the sale is paid, with ``more`` if it were handed over now.

        Raises:
            SettlementError: If that cannot be, such as more than the total by card.
        """
        return settle(self.totals().gross_minor, (*self.tendered, *more), self._market)

    def likely_notes(self) -> tuple[int, ...]:
        """Return the amounts a customer is likely to hand over, in minor units."""
        return suggest_notes(self.settlement().remaining_cash_minor, self._market)

    def open(self, kind: Kind = Kind.SALE) -> Basket:
        """Begin a basket where none was begun; the first line does so by itself."""
        self._refuse_while_busy()
        if self._current is None:
            self._keep(KeptBasket(self._new_basket(kind)))
        return self._kept.basket

    @property
    def _kept(self) -> KeptBasket:
        if self._current is None:
            raise NothingToPayError("A basket was expected, found none; begin with an article.")
        return self._current

    @property
    def _begun(self) -> Basket:
        return self._kept.basket

    def _new_basket(self, kind: Kind) -> Basket:
        return Basket(self._new_id(), self._clock(), self.cashier, kind=kind)

    def _change(self, basket: Basket) -> None:
        basket = price(
            follow(basket),
            self.promotions,
            self._clock(),
            self._market.rounding,
            group=self.patrons.group_of(basket.customer),
        )
        if basket.kind is not Kind.VOID:
            basket = replace(basket, kind=_way(basket))
        kept = KeptBasket(basket) if self._current is None else self._current
        if kept.tendered:
            self._refuse_if_paid(basket, kept.tendered)
        self._keep(replace(kept, basket=basket))

    def _refuse_if_paid(self, basket: Basket, tendered: Sequence[Tendered]) -> None:
        """Let a sale that is partly paid grow, never shrink to what was paid already."""
        total = totals(basket, self._market, self._clock().date()).gross_minor
        if settle(total, tendered, self._market).is_settled:
            raise SettlementError("Part of the sale is paid; give that back before you change it.")

    def _keep(self, kept: KeptBasket) -> None:
        self._current = replace(kept, head=self._head)
        self._shelf.keep_basket(self._current)

    def _refuse_while_busy(self) -> None:
        if self.busy:
            raise BusyError("The sale is being paid; wait for the answer.")


def _way(basket: Basket) -> Kind:
    """Say which way the goods go: a return is a basket in which everything is brought back.

    What was opened as a return stays one, until goods are sold in it.
    """
    back = [line.quantity_milli < 0 for line in basket.lines]
    if any(back) and any(map(_is_brought_back, basket.lines)):
        return Kind.RETURN if all(back) else Kind.SALE
    return Kind.SALE if back and not any(back) else basket.kind


def _is_brought_back(line: Line) -> bool:
    known = line.is_settled or line.is_without_receipt or line.kind is ArticleKind.DEPOSIT
    return known and line.quantity_milli < 0
