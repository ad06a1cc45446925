"""The basket on the counter and those parked aside: everything before the money.

Each step is kept on the shelf, so a power cut gives the basket back with every line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from appliance.domain.article import Article, Unit
from appliance.domain.errors import SettlementError
from appliance.domain.line import Discount
from appliance.domain.market import Market
from appliance.domain.payment import Settlement, Tendered, settle, suggest_notes
from appliance.domain.pricing import Promotions, price
from appliance.domain.sale import (
    ONE_MILLI,
    AgeCheck,
    Basket,
    BasketDiscount,
    Kind,
    Line,
    Totals,
    totals,
)
from appliance.journal.entry import START, Watermark
from appliance.services.catalogue import Catalogue, WeightNeededError
from appliance.services.ports import Attempt, Clock, KeptBasket, Shelf


class BusyError(RuntimeError):
    """The basket is being paid: it cannot be changed until the answer is there."""


class AgeNotAskedError(ValueError):
    """Something on the counter asks an age, and nobody has found out the buyer's."""


class NothingToPayError(ValueError):
    """There is no line to sell."""


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


class Counter:
    """One basket lies on the counter at a time; others wait parked.

    Args:
        market: Taxes, currency and rounding.
        catalogue: Finds articles.
        shelf: Keeps what is going on.
        clock: Tells the time of everything that is kept.
        new_id: Makes the ids of baskets.
        start: Where to go on.

    Attributes:
        cashier: Id of the person at the counter, put into every sale.
        merge: Whether the second scan of an article raises the quantity.
        promotions: Of the back office; they hold from the next change of the basket.
        price_group: Of the customer, or empty.
    """

    def __init__(
        self,
        *,
        market: Market,
        catalogue: Catalogue,
        shelf: Shelf,
        clock: Clock,
        new_id: Callable[[], str],
        start: Start,
    ) -> None:
        self.cashier = ""
        self.merge = True
        self.promotions = Promotions()
        self.price_group = ""
        self._market = market
        self._catalogue = catalogue
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
            added_up = totals(basket or self._new_basket(Kind.SALE), self._market, today)
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

    def scan(self, text: str) -> Line:
        """Add what a scanner read.

        Raises:
            ScanError: If it is no code of an article.
            UnknownArticleError: If the shop has no such article.
            WeightNeededError: If it is sold by weight and the code does not say how much.
            BusyError: If the sale is being paid.
        """
        found = self._catalogue.scanned(text)
        return self.add(found.article, found.quantity_milli, source="scan")

    def add(
        self,
        article: Article,
        quantity_milli: int | None = None,
        *,
        source: str = "key",
        tare_milli: int = 0,
    ) -> Line:
        """Add an article, or raise the quantity of its line.

        Args:
            article: What is sold.
            quantity_milli: How much, below zero for what comes back; one piece if not given.
            source: How it came: ``scan``, ``key``, ``search`` or ``scale``.
            tare_milli: What the packing weighed, already taken off the quantity.

        Returns:
            The line as it now is.

        Raises:
            WeightNeededError: If it is sold by weight and no quantity is given.
            ImpossibleValueError: If the quantity cannot be.
            UnknownTaxClassError: If the market has no such tax.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        self._market.tax_class(article.tax_class)
        if quantity_milli is None and article.unit is Unit.KG:
            raise WeightNeededError(article)
        before = self.basket or self._new_basket(Kind.SALE)
        amount = ONE_MILLI if quantity_milli is None else quantity_milli
        after = before.add(article, amount, source=source, merge=self.merge)
        # Untouched lines are the very same objects; comparing values would take the square of them.
        untouched = {id(line) for line in before.lines}
        touched = next(line.number for line in after.lines if id(line) not in untouched)
        if tare_milli:
            after = after.put(replace(after.line(touched), tare_milli=tare_milli))
        self._change(after)
        return self._begun.line(touched)

    def set_quantity(self, number: int, quantity_milli: int) -> Line:
        """Set a line's quantity.

        Raises:
            UnknownLineError: If there is no such line.
            ImpossibleValueError: If the quantity cannot be; zero is what `remove` is for.
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        self._change(self._begun.set_quantity(number, quantity_milli))
        return self._begun.line(number)

    def set_price(
        self, number: int, unit_price_minor: int, reason: str, *, allowed_by: str = ""
    ) -> Line:
        """Ask another price than the article's, with a reason.

        Args:
            number: The line.
            unit_price_minor: The price.
            reason: Why.
            allowed_by: Id of who allowed it, where the cashier may not.

        Raises:
            UnknownLineError: If there is no such line.
            ImpossibleValueError: If the price cannot be or the reason is missing.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        self._change(self._begun.set_price(number, unit_price_minor, reason, allowed_by=allowed_by))
        return self._begun.line(number)

    def take_off(self, number: int, discount: Discount | None) -> Line:
        """Take something off a line, with a reason; None takes that back.

        Raises:
            UnknownLineError: If there is no such line.
            ImpossibleValueError: If it is more than the line, or the article allows none.
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        self._change(self._begun.take_off(number, discount))
        return self._begun.line(number)

    def take_off_all(self, discount: BasketDiscount | None) -> None:
        """Take something off the whole sale, with a reason; None takes that back.

        Raises:
            NothingToPayError: If nothing was begun.
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        self._change(replace(self._kept.basket, discount=discount))

    def bring_back(self, lines: Iterable[Line]) -> None:
        """Lay lines on the counter that come back from a sale of before.

        Raises:
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        after = self.basket or self._new_basket(Kind.RETURN)
        for line in lines:
            after = after.put(replace(line, number=after.next_number))
        self._change(after)

    def turn_back(
        self, number: int, reason: str, *, restock: bool = True, allowed_by: str = ""
    ) -> Line:
        """Have a line come back instead of being sold, without the receipt of its sale.

        Args:
            number: The line.
            reason: Why it comes back.
            restock: Whether it can be sold again.
            allowed_by: Id of who allowed it, where the cashier may not.

        Raises:
            UnknownLineError: If there is no such line.
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        line = self._begun.line(number)
        turned = replace(
            line,
            quantity_milli=-abs(line.quantity_milli),
            label_minor=None if line.label_minor is None else -abs(line.label_minor),
            discounts=(),
            reason=reason,
            restock=restock,
            allowed_by=allowed_by,
        )
        self._change(self._begun.put(turned))
        return self._begun.line(number)

    def remove(self, number: int) -> None:
        """Take a line out; the sale's entry will tell of it.

        Raises:
            UnknownLineError: If there is no such line.
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        self._change(self._begun.remove(number, self._clock()))

    @property
    def restricted(self) -> tuple[Line, ...]:
        """The lines that only somebody old enough may buy."""
        return tuple(line for line in self.lines if line.minimum_age and line.quantity_milli > 0)

    def check_age(self, years: int, how: str) -> None:
        """Note how it was found out that the buyer is old enough.

        Args:
            years: What was asked for.
            how: ``looked`` or ``document``.

        Raises:
            NothingToPayError: If nothing was begun.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        check = AgeCheck(years, how, self.cashier)
        self._change(replace(self._begun, age_check=check))

    def remove_restricted(self) -> None:
        """Take out all that the buyer is too young for.

        Raises:
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        after = self._begun
        for line in self.restricted:
            after = after.remove(line.number, self._clock())
        self._change(after)

    def park(self, name: str) -> None:
        """Lay the basket aside under a name.

        Raises:
            NothingToPayError: If there is no line to park.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        if not self.lines:
            raise NothingToPayError("A basket with at least one line was expected, found none.")
        kept = replace(self._kept, parked=True, name=name, head=self._head)
        self._parked[kept.basket.id] = kept
        self._shelf.keep_basket(kept)
        self._current = None

    def recall(self, basket: str) -> None:
        """Take a parked basket back to the counter.

        Raises:
            LookupError: If none is parked under that id.
            BusyError: If another sale is on the counter.
        """
        self._refuse_while_busy()
        if self.lines:
            raise BusyError("An empty counter was expected; finish or park this sale first.")
        kept = self._parked.pop(basket)
        if self._current is not None:
            # Every line was taken out again, and that is still to be told.
            removed = (*kept.basket.removed, *self._current.basket.removed)
            kept = replace(kept, basket=replace(kept.basket, removed=removed))
            self._shelf.drop_basket(self._current.basket.id)
        self._keep(replace(kept, parked=False, name=""))

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
            basket, self.promotions, self._clock(), self._market.rounding, group=self.price_group
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
    """Say which way the goods go: a return is a basket in which everything comes back."""
    back = [line.quantity_milli < 0 for line in basket.lines]
    return Kind.RETURN if back and all(back) else Kind.SALE
