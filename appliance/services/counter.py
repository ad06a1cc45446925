"""What a cashier does with the basket on the counter, and those parked aside, before the money."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from appliance.domain.article import Article, ArticleKind, Unit
from appliance.domain.deposits import hang, only_deposit
from appliance.domain.errors import ImpossibleValueError, UnknownLineError
from appliance.domain.line import Discount
from appliance.domain.market import OUTSIDE, Market
from appliance.domain.points import PointsSpent
from appliance.domain.sale import ONE_MILLI, AgeCheck, Basket, BasketDiscount, Kind, Line
from appliance.domain.voucher import TakenCode
from appliance.services.basket import (
    AgeNotAskedError,
    BusyError,
    NothingToPayError,
    Start,
)
from appliance.services.catalogue import Catalogue, UnknownArticleError, WeightNeededError
from appliance.services.ports import Clock, Shelf
from appliance.services.undo import UndoBasket

__all__ = ["AgeNotAskedError", "BusyError", "Counter", "NothingToPayError", "Start"]


NO_TURNOVER = (ArticleKind.GIFT_CARD, ArticleKind.ACCOUNT)


class CardNeededError(ValueError):
    """Money is to be put on a card, or paid off: it must be said on which, or by whom.

    Attributes:
        article: What was asked for.
    """

    def __init__(self, article: Article) -> None:
        self.article = article
        super().__init__(f"A card or a customer was expected with “{article.name}”; say which.")


class Counter(UndoBasket):
    """One basket lies on the counter at a time; others wait parked.

    Args:
        market: Taxes, currency and rounding.
        catalogue: Finds articles.
        shelf: Keeps what is going on.
        clock: Tells the time of everything that is kept.
        new_id: Makes the ids of baskets.
        start: Where to go on.

    Attributes:
        merge: Whether the second scan of an article raises the quantity.
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
        super().__init__(market=market, shelf=shelf, clock=clock, new_id=new_id, start=start)
        self.merge = True
        self._catalogue = catalogue

    def scan(self, text: str) -> Line:
        """Add what a scanner read.

        Raises:
            ScanError: If it is no code of an article.
            UnknownArticleError: If the shop has no such article.
            WeightNeededError: If it is sold by weight and the code does not say how much.
            BusyError: If the sale is being paid.
        """
        found = self._catalogue.scanned(text)
        return self.add(
            found.article, found.quantity_milli, source="scan", label_minor=found.label_minor
        )

    def add(
        self,
        article: Article,
        quantity_milli: int | None = None,
        *,
        source: str = "key",
        tare_milli: int = 0,
        label_minor: int | None = None,
    ) -> Line:
        """Add an article, or raise the quantity of its line.

        Args:
            article: What is sold.
            quantity_milli: How much, below zero for what comes back; if not given one piece, and of
                a deposit one that comes back, for alone it is hardly ever sold.
            source: How it came: ``scan``, ``key``, ``search`` or ``scale``.
            tare_milli: What the packing weighed, already taken off the quantity.
            label_minor: The price on the article's own label, which is what the customer pays.

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
        if article.kind in NO_TURNOVER:
            raise CardNeededError(article)
        before = self.basket or self._new_basket(Kind.SALE)
        usual = -ONE_MILLI if article.kind is ArticleKind.DEPOSIT else ONE_MILLI
        amount = usual if quantity_milli is None else quantity_milli
        merge = self.merge and label_minor is None
        after = before.add(article, amount, source=source, merge=merge)
        # Untouched lines are the very same objects; comparing values would take the square of them.
        untouched = {id(line) for line in before.lines}
        touched = next(line.number for line in after.lines if id(line) not in untouched)
        if tare_milli:
            after = after.put(replace(after.line(touched), tare_milli=tare_milli))
        if label_minor is not None:
            label = label_minor if amount > 0 else -label_minor
            after = after.put(replace(after.line(touched), label_minor=label))
        after = self._with_deposit(after, touched, article)
        self._change(after)
        return self._begun.line(touched)

    def put_on(
        self, article: Article, account: str, amount_minor: int, *, expires: date | None = None
    ) -> Line:
        """Put money on a card, or have a customer pay off an account: no turnover, so no tax.

        Args:
            article: What the receipt calls it, and which of the two it is.
            account: The card's code, or the customer's reference.
            amount_minor: How much.
            expires: The card's last day, where it has one.

        Raises:
            TakenCode: If the card lies on the counter already.
            ImpossibleValueError: If the amount cannot be.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        if any(line.account == account for line in self.lines):
            raise TakenCode("That card is in this sale already; take another one.")
        if amount_minor <= 0:
            raise ImpossibleValueError(f"An amount above zero was expected, found {amount_minor}.")
        before = self.basket or self._new_basket(Kind.SALE)
        priced = replace(article, price_minor=amount_minor, tax_class=OUTSIDE, unit=Unit.PIECE)
        line = Line.of(priced, number=before.next_number, quantity_milli=ONE_MILLI, source="card")
        self._change(before.put(replace(line, account=account, expires=expires)))
        return self._begun.line(line.number)

    def for_customer(self, customer: str) -> None:
        """Note whose sale it is, by the customer's reference; empty for nobody's.

        Points that the one before wanted to spend are not spent.

        Raises:
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        before = self.open()
        self._change(replace(before, customer=customer, points=None))
        if not (customer or before.lines or before.removed or self.tendered or self.attempts):
            self._shelf.drop_basket(before.id)
            self._current = None

    def spend(self, points: PointsSpent | None) -> None:
        """Have the customer's points take something off the sale; None takes that back.

        Raises:
            NothingToPayError: If nothing was begun.
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        self._change(replace(self._begun, points=points))

    def _with_deposit(self, basket: Basket, number: int, article: Article) -> Basket:
        """Hang the deposit on a bottle; one the back office forgot does not hold up the sale."""
        if not article.deposit or article.unit is not Unit.PIECE:
            return basket
        try:
            deposit = self._catalogue.find(article.deposit)
        except UnknownArticleError:
            return basket
        self._market.tax_class(deposit.tax_class)
        return hang(basket, number, deposit)

    def take_deposit_back(self, number: int) -> None:
        """Take back the deposit of a bottle that was scanned, instead of selling the bottle.

        Raises:
            UnknownLineError: If there is no such line, or no deposit on it.
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        before = self._begun
        if not any(line.parent == number for line in before.lines):
            raise UnknownLineError(f"Line {number} has no deposit that could come back.")
        self._change(
            only_deposit(before, before.remove(number, self._clock(), self.cashier), number)
        )

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

    def bring_back(self, lines: Iterable[Line], customer: str = "") -> None:
        """Lay lines on the counter that come back from a sale of before.

        Args:
            lines: What comes back.
            customer: Who had bought it; the sale is laid to that name if it has none.

        Raises:
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        after = self.basket or self._new_basket(Kind.RETURN)
        after = replace(after, customer=after.customer or customer)
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
        if line.account:
            raise ImpossibleValueError(f"“{line.name}” cannot come back; take the line out.")
        turned = replace(
            line,
            quantity_milli=-abs(line.quantity_milli),
            label_minor=None if line.label_minor is None else -abs(line.label_minor),
            discounts=(),
            listed_price_minor=None,
            reason=reason,
            restock=restock,
            allowed_by=allowed_by,
        )
        self._change(self._begun.put(turned))
        return self._begun.line(number)

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
            after = after.remove(line.number, self._clock(), self.cashier)
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
            here = self._current.basket
            removed = (*kept.basket.removed, *here.removed)
            recounts = (*kept.basket.recounts, *here.recounts)
            kept = replace(kept, basket=replace(kept.basket, removed=removed, recounts=recounts))
            self._shelf.drop_basket(self._current.basket.id)
        self._keep(replace(kept, parked=False, name=""))
