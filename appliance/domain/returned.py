"""What comes back: the original price, tax and discounts, so that the parts add up to the sale.

Of a line of three for 10.00 the pieces come back at 3.33, 3.34 and 3.33: each time the share of
all that has come back by now, less what was given back before. The last piece takes the rest,
however the pieces were bundled on the way.

| sold | comes back | share of all so far | given back before | now |
| --- | --- | --- | --- | --- |
| 3 for 10.00 | 1 | 3.33 | 0.00 | 3.33 |
|             | 1 | 6.67 | 3.33 | 3.34 |
|             | 1 | 10.00 | 6.67 | 3.33 |
| 2 for 0.99, 0.17 tax | 1 | 0.50 and 0.09 | 0.00 and 0.00 | 0.50 and 0.09 |
|             | 1 | 0.99 and 0.17 | 0.50 and 0.09 | 0.49 and 0.08 |
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.domain.errors import ImpossibleValueError
from appliance.domain.line import ONE_MILLI, Line, Origin
from appliance.domain.money import Rounding, divide
from appliance.domain.payment import Payment
from appliance.domain.receipt import ReceiptFacts, receipt_number
from appliance.domain.sale import Kind, LineTotals
from appliance.domain.tax import Taxed, TaxPart


@dataclass(frozen=True, slots=True)
class _Share:
    """A part of a line, between what has come back before and after.

    Attributes:
        before: Thousandths that came back before.
        after: Thousandths that have come back with this.
        whole: Thousandths that were sold.
    """

    before: int
    after: int
    whole: int

    def of(self, amount_minor: int) -> int:
        """Return this part's share of an amount of the whole."""
        return self._up_to(self.after, amount_minor) - self._up_to(self.before, amount_minor)

    def of_tax(self, tax_minor: int, amount_minor: int) -> int:
        """Return the tax in this part's share: never more than the share itself can hold."""
        if not amount_minor:
            return 0
        before, after = (
            divide(tax_minor * self._up_to(reached, amount_minor), amount_minor, Rounding.HALF_UP)
            for reached in (self.before, self.after)
        )
        return after - before

    def _up_to(self, reached: int, amount_minor: int) -> int:
        return divide(amount_minor * reached, self.whole, Rounding.HALF_UP)


def bring_back(
    sold: ReceiptFacts,
    line: LineTotals,
    quantity_milli: int,
    *,
    before_milli: int = 0,
    number: int = 1,
    restock: bool = True,
) -> Line:
    """Return the line that undoes a part of a line, or all of it.

    Args:
        sold: The sale.
        line: The line of it.
        quantity_milli: How much comes back, of the sign in which it was sold.
        before_milli: How much of it came back before.
        number: Of the line that is made.
        restock: Whether it can be sold again.

    Raises:
        ImpossibleValueError: It is more than what is left, or nothing.
    """
    share = _Share(
        abs(before_milli), abs(before_milli + quantity_milli), abs(line.line.quantity_milli)
    )
    same_way = quantity_milli * line.line.quantity_milli > 0
    if not (same_way and 0 <= share.before < share.after <= share.whole):
        raise ImpossibleValueError(
            f"Of “{line.line.name}” {share.whole - share.before} thousandths are left to come "
            f"back, not {quantity_milli}."
        )
    amount = line.gross_minor if sold.tax_inclusive else line.tax.net_minor
    discounts = tuple(
        replace(each, amount_minor=-share.of(each.amount_minor)) for each in line.line.discounts
    )
    full = -share.of(amount) + sum(each.amount_minor for each in discounts)
    usual = divide(-quantity_milli * line.line.unit_price_minor, ONE_MILLI, sold.rounding)
    return replace(
        line.line,
        number=number,
        quantity_milli=-quantity_milli,
        source="return",
        discounts=discounts,
        label_minor=None if full == usual and line.line.label_minor is None else full,
        tare_milli=0,
        listed_price_minor=None,
        reason="",
        allowed_by="",
        parent=0,
        origin=Origin(sold.sale, sold.receipt, line.line.number),
        taxed=Taxed(line.tax.rate_bp, -share.of_tax(line.tax.tax_minor, amount)),
        restock=restock,
    )


def undo_all(
    sold: ReceiptFacts,
    *,
    sale: str,
    number: int,
    cashier: str,
    at: datetime,
    reason: str,
    allowed_by: str = "",
    reversed_attempts: Collection[str] = (),
) -> ReceiptFacts:
    """Return the counter-entry of a sale, with the sign of everything turned.

    Args:
        sold: The sale that should not have been.
        sale: UUID of the counter-entry.
        number: Of its receipt.
        cashier: Id of who makes it.
        at: When, local time with offset.
        reason: Why.
        allowed_by: Id of who allowed it, where the cashier may not.
        reversed_attempts: Card payments that the terminal gave back itself.
    """
    lines = []
    for place, each in enumerate(sold.lines, 1):
        undone = bring_back(sold, each, each.line.quantity_milli, number=place)
        undone = replace(undone, reason=reason, allowed_by=allowed_by)
        lines.append(LineTotals(undone, _turned(each.tax)))
    return replace(
        sold,
        sale=sale,
        number=number,
        receipt=receipt_number(sold.register, number),
        kind=Kind.VOID,
        opened=at,
        completed=at,
        day=at.date(),
        cashier=cashier,
        lines=tuple(lines),
        removed=(),
        taxes=tuple(map(_turned, sold.taxes)),
        gross_minor=-sold.gross_minor,
        net_minor=-sold.net_minor,
        tax_minor=-sold.tax_minor,
        rounding_minor=-sold.rounding_minor,
        payable_minor=-sold.payable_minor,
        items_milli=-sold.items_milli,
        payments=tuple(_given_back(each, reversed_attempts) for each in sold.payments),
        points=None if sold.points is None else sold.points.turned(),
        age_check=None,
        voids=sold.sale,
        left=(),
    )


def _turned(part: TaxPart) -> TaxPart:
    return replace(part, net_minor=-part.net_minor, tax_minor=-part.tax_minor)


def _given_back(payment: Payment, reversed_attempts: Collection[str]) -> Payment:
    return Payment(
        tender=payment.tender,
        amount_minor=-payment.amount_minor,
        tendered_minor=-payment.amount_minor,
        rounding_minor=-payment.rounding_minor,
        reference=payment.reference,
        attempt=payment.attempt if payment.attempt in reversed_attempts else None,
        tip_minor=-payment.tip_minor,
        account=payment.account,
    )
