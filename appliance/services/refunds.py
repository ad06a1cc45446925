"""What may be given back, and how: as it was paid where the market wants it, never cash for a card.

| was paid with | goes back |
| --- | --- |
| cash | in cash, or as store credit |
| card through the terminal | by reversal on the terminal where all of that payment goes back; else by hand |
| gift card, store credit | on the same card; or as new store credit |
| voucher | as store credit: a voucher counts once |
| on account | off what the customer owes |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.domain.market import CashRefund, Market, RoundingScope
from appliance.domain.payment import Payment, Tender, Tendered
from appliance.domain.sale import Line, LineTotals
from appliance.services.ports import Attempt, Shelf
from appliance.services.returns import ReturnError, Returns, SoldBefore, given_back

_BACK_ON = (Tender.GIFT_CARD, Tender.STORE_CREDIT, Tender.ON_ACCOUNT)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to give something back.

    Attributes:
        tender: How.
        most_minor: How much at most.
        account: The balance it goes back to, or empty.
        reference: What the receipt says of it.
        attempt: The card payment that the terminal is to give back.
    """

    tender: Tender
    most_minor: int
    account: str = ""
    reference: str | None = None
    attempt: Attempt | None = None

    def give(self, amount_minor: int) -> Tendered:
        """Return what gives an amount back; the amount is below zero."""
        return Tendered(self.tender, amount_minor, self.reference, account=self.account)


@dataclass(frozen=True, slots=True)
class Ways:
    """How what comes back may be given back.

    Attributes:
        cash_minor: How much in cash at most.
        back: The ways it was paid, as far as they can be gone back.
    """

    cash_minor: int
    back: tuple[Way, ...] = ()


class Refunds:
    """Finds how money goes back.

    Args:
        returns: Finds the sales that goods come back from.
        shelf: Holds what was given back of them.
        market: What it lets be given back in cash.
    """

    def __init__(self, *, returns: Returns, shelf: Shelf, market: Market) -> None:
        self._returns = returns
        self._shelf = shelf
        self._market = market
        self._held: tuple[tuple[str, ...], list[SoldBefore]] = ((), [])

    def ways(self, lines: Sequence[LineTotals], due_minor: int) -> Ways:
        """Return how an amount may be given back.

        Args:
            lines: What lies on the counter.
            due_minor: How much is still to be given back, above zero.
        """
        sold = self._sales([each.line for each in lines])
        rule = self._market.tenders.cash_refund
        if rule is CashRefund.ANY:
            cash = due_minor
        else:
            without = -sum(
                each.gross_minor
                for each in lines
                if each.line.origin is None and each.gross_minor < 0
            )
            most = without + sum(self._in_cash(each, rule) for each in sold)
            # What rounding took or gave at the sale is no reason to send the customer away.
            cash = (
                due_minor if 0 <= due_minor - most < self._slack and most else min(due_minor, most)
            )
        back = [way for each in sold for way in self._ways(each, due_minor)]
        return Ways(cash, tuple(back))

    @property
    def _slack(self) -> int:
        rule = self._market.cash_rounding
        return 1 if rule.scope is RoundingScope.NONE else rule.step_minor

    def _sales(self, lines: Sequence[Line]) -> list[SoldBefore]:
        """Find the sales that lines come from; those of another register tell nothing."""
        receipts = tuple(sorted({line.origin.receipt for line in lines if line.origin}))
        if self._held[0] != receipts:
            found = []
            for receipt in receipts:
                try:
                    found.append(self._returns.find(receipt))
                except ReturnError:
                    continue
            self._held = (receipts, found)
        return self._held[1]

    def _in_cash(self, sold: SoldBefore, rule: CashRefund) -> int:
        """Return how much of a sale may still be given back in cash."""

        def counts(tender: Tender) -> bool:
            if rule is CashRefund.AS_PAID:
                return tender is Tender.CASH
            return not tender.is_balance

        gone, _ = given_back(self._shelf, sold.facts.sale)
        paid = sum(
            each.amount_minor - each.rounding_minor
            for each in sold.facts.payments
            if counts(each.tender)
        )
        back = sum(amount for tender, amount in gone.items() if counts(Tender(tender)))
        return max(0, paid - back)

    def _ways(self, sold: SoldBefore, due_minor: int) -> Sequence[Way]:
        gone, reversed_ = given_back(self._shelf, sold.facts.sale)
        ways = []
        for payment in sold.facts.payments:
            most = min(payment.amount_minor - gone[payment.tender.value], due_minor)
            if payment.tender in _BACK_ON and payment.account and most > 0:
                ways.append(Way(payment.tender, most, payment.account, payment.reference))
            elif self._can_reverse(payment, due_minor) and payment.attempt not in reversed_:
                attempt = Attempt(payment.attempt or "", sold.facts.sale, payment.amount_minor)
                ways.append(Way(payment.tender, payment.amount_minor, attempt=attempt))
        return ways

    def _can_reverse(self, payment: Payment, due_minor: int) -> bool:
        """Whether a terminal can give it back: it does so whole, and with the tip."""
        return (
            payment.tender is Tender.CARD_TERMINAL
            and bool(payment.attempt)
            and not payment.tip_minor
            and 0 < payment.amount_minor <= due_minor
        )
