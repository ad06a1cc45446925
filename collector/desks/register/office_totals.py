"""What a run of entries comes to by the tables of the back office: added up anew, in the database.

A Z is not believed here. What it says is held against these sums of what arrived, one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Sum, Value, When

from appliance.domain import market as markets
from appliance.domain.money import divide
from appliance.domain.sale import ONE_MILLI
from appliance.domain.shift import Place
from appliance.domain.shift_totals import DISCOUNT_BY_PRICE, NONE, ShiftTotals, Tally
from appliance.domain.tax import TaxPart
from collector.desks.register.models import (
    CounterException,
    DrawerEvent,
    Payment,
    Sale,
    SaleDiscount,
    SaleLine,
    SaleTax,
)
from collector.desks.register.shift_reading import OPEN

MOVEMENTS = ("paid_in", "paid_out", "drop")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of a device's entries, over epochs where it was replaced meanwhile.

    Attributes:
        device: Whose.
        first: The first of them.
        last: The last; None for all there are.
    """

    device: str
    first: Place
    last: Place | None = None

    def within(self, prefix: str = "") -> Q:
        """Choose the rows whose entries are in it."""

        def where(**asked: Any) -> Q:
            return Q(**{f"{prefix}{name}": value for name, value in asked.items()})

        first, last = self.first, self.last
        chosen = where(device=self.device) & (
            where(epoch__gt=first.epoch) | where(epoch=first.epoch, sequence__gte=first.sequence)
        )
        if last is None:
            return chosen
        return chosen & (
            where(epoch__lt=last.epoch) | where(epoch=last.epoch, sequence__lte=last.sequence)
        )


def totals_of(span: Span) -> ShiftTotals:
    """Add up everything in a run of entries."""
    sales = Sale.objects.filter(span.within())
    sums = sales.order_by().aggregate(
        receipts=Count("pk"),
        rounding=Sum("rounding_minor", default=0),
        items=Sum("items_milli", default=0),
    )
    payments = Payment.objects.filter(span.within("sale__")).order_by()
    ordered = sales.order_by("epoch", "sequence").values_list("receipt", flat=True)
    drawer = DrawerEvent.objects.filter(span.within())
    exceptions = _tallies(CounterException.objects.filter(span.within()), "kind")
    return ShiftTotals(
        **_sorts(span, sales),
        removed=exceptions.get("removed", NONE),
        abandoned=exceptions.get("abandoned", NONE),
        copies=exceptions.get("copy", NONE).count,
        taxes=_taxes(span),
        tenders=_tallies(payments, "tender"),
        discounts=_discounts(span),
        movements=_tallies(drawer.filter(kind__in=MOVEMENTS), "kind"),
        openings=_openings(drawer),
        open_s=drawer.aggregate(together=Sum("open_s", default=0))["together"],
        rounding_minor=sums["rounding"],
        tips_minor=payments.aggregate(tips=Sum("tip_minor", default=0))["tips"],
        items_milli=sums["items"],
        receipts=sums["receipts"],
        first_receipt=ordered.first() or "",
        last_receipt=ordered.last() or "",
    )


def gross_of(span: Span) -> int:
    """Add up the totals of the sales themselves, with tax."""
    sales = Sale.objects.filter(span.within()).order_by()
    gross: int = sales.aggregate(gross=Sum("gross_minor", default=0))["gross"]
    return gross


def entries_of(span: Span) -> int:
    """Count the entries in a run that a Z counts: those that move its totals."""
    exceptions = CounterException.objects.filter(span.within()).exclude(kind="removed")
    return (
        Sale.objects.filter(span.within()).count()
        + DrawerEvent.objects.filter(span.within()).count()
        + exceptions.count()
    )


def _sorts(span: Span, sales: QuerySet[Sale]) -> dict[str, Tally]:
    """Part the total by what it was for, as a Z does."""
    sort = Case(
        When(kind="deposit", then=Value("deposits")),
        When(kind="gift_card", then=Value("gift_cards")),
        When(kind="account", then=Value("accounts")),
        When(quantity_milli__gt=0, then=Value("sold")),
        default=Value("returned"),
    )
    lines = SaleLine.objects.filter(span.within("sale__")).exclude(sale__kind="void").order_by()
    rows = (
        lines.annotate(sort=sort)
        .values_list("sort")
        .annotate(Count("sale_id", distinct=True), Sum("gross_minor"))
    )
    found = {name: Tally(count, amount) for name, count, amount in rows}
    voids = sales.filter(kind="void").order_by()
    voided = voids.aggregate(count=Count("pk"), amount=Sum("gross_minor", default=0))
    return {**found, "voided": Tally(voided["count"], voided["amount"])}


def _taxes(span: Span) -> tuple[TaxPart, ...]:
    rows = (
        SaleTax.objects.filter(span.within("sale__"))
        .order_by()
        .values_list("rate_bp", "tax_class", "letter")
        .annotate(Sum("net_minor"), Sum("tax_minor"))
    )
    parts = [
        TaxPart(rate_bp=rate, tax_class=tax_class, letter=letter, net_minor=net, tax_minor=tax)
        for rate, tax_class, letter, net, tax in rows
    ]
    return tuple(sorted(parts, key=lambda part: (part.letter, part.rate_bp)))


def _discounts(span: Span) -> dict[str, Tally]:
    found = _tallies(SaleDiscount.objects.filter(span.within("sale__")), "kind")
    for amount in _other_prices(span):
        found[DISCOUNT_BY_PRICE] = found.get(DISCOUNT_BY_PRICE, NONE).add(amount)
    return found


def _other_prices(span: Span) -> Iterator[int]:
    """What another price than the article's own took off, line by line: rounding is by line."""
    lines = SaleLine.objects.filter(
        span.within("sale__"), listed_price_minor__isnull=False
    ).select_related("sale")
    for line in lines.iterator():
        if line.label_minor is not None:
            yield 0
            continue
        rounding = markets.load(line.sale.market).rounding
        listed, asked = (
            divide(line.quantity_milli * price, ONE_MILLI, rounding)
            for price in (line.listed_price_minor or 0, line.unit_price_minor)
        )
        yield listed - asked


def _openings(drawer: QuerySet[DrawerEvent]) -> dict[str, int]:
    rows = drawer.filter(kind__startswith=OPEN).order_by().values_list("kind").annotate(Count("pk"))
    return {kind.removeprefix(OPEN): count for kind, count in rows}


def _tallies(rows: QuerySet[Any], by: str) -> dict[str, Tally]:
    """Count and add up rows by one of their columns."""
    found: dict[str, Tally] = defaultdict(Tally)
    grouped = rows.order_by().values_list(by).annotate(n=Count("*"), sum=Sum("amount_minor"))
    for name, count, amount in grouped:
        found[name] = Tally(count, amount or 0)
    return dict(found)
