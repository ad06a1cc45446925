"""What a run of entries comes to by the tables of the back office: added up anew, in the database.

A Z is not believed here. What it says is held against these sums of what arrived, one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

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

Group = tuple[Any, ...]
"""The values of the columns by which rows are grouped."""


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


class Run(Protocol):
    """What is added up."""

    def within(self, prefix: str = "") -> Q:
        """Choose the rows that are in it; ``prefix`` leads from them to device, day and place."""


def totals_of(span: Span) -> ShiftTotals:
    """Add up everything in a run of entries."""
    ordered = Sale.objects.filter(span.within()).order_by("epoch", "sequence")
    receipts = ordered.values_list("receipt", flat=True)
    drawer = DrawerEvent.objects.filter(span.within())
    exceptions = _tallies(CounterException.objects.filter(span.within()), ["kind"])
    found = {kind: tally for (kind,), tally in exceptions.items()}
    moved = _tallies(drawer.filter(kind__in=MOVEMENTS), ["kind"])
    return replace(
        sold_by(span).get((), ShiftTotals()),
        removed=found.get("removed", NONE),
        abandoned=found.get("abandoned", NONE),
        copies=found.get("copy", NONE).count,
        movements={kind: tally for (kind,), tally in moved.items()},
        openings=_openings(drawer),
        open_s=drawer.aggregate(together=Sum("open_s", default=0))["together"],
        first_receipt=receipts.first() or "",
        last_receipt=receipts.last() or "",
    )


def sold_by(run: Run, *keys: str) -> dict[Group, ShiftTotals]:
    """Add up what receipts say, in groups: what was sold, taxes, ways to pay, discounts.

    Args:
        run: Which.
        keys: Columns of a sale by which it is grouped, such as ``day``; none for one group.
    """
    of_sale = [f"sale__{key}" for key in keys]
    sales = Sale.objects.filter(run.within())
    payments = Payment.objects.filter(run.within("sale__"))
    found: dict[Group, dict[str, Any]] = defaultdict(dict)
    sums = _grouped(sales, keys).annotate(
        Count("pk"), Sum("rounding_minor", default=0), Sum("items_milli", default=0)
    )
    for *group, _, receipts, rounding, items in sums:
        found[tuple(group)] |= {
            "receipts": receipts,
            "rounding_minor": rounding,
            "items_milli": items,
        }
    for *group, _, tips in _grouped(payments, of_sale).annotate(Sum("tip_minor", default=0)):
        found[tuple(group)]["tips_minor"] = tips
    for group, sorts in _sorts(run, sales, keys).items():
        found[group] |= sorts
    for group, parts in _taxes(run, of_sale).items():
        found[group]["taxes"] = parts
    for name, tallies in (
        ("tenders", _tallies(payments, [*of_sale, "tender"])),
        ("discounts", _discounts(run, of_sale)),
    ):
        for (*group, kind), tally in tallies.items():
            found[tuple(group)].setdefault(name, {})[kind] = tally
    return {group: ShiftTotals(**told) for group, told in found.items()}


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


def _grouped(rows: QuerySet[Any], keys: Sequence[str]) -> QuerySet[Any, Any]:
    """Group rows by columns; without any all of them are one group, if there are some."""
    grouped: QuerySet[Any, Any] = rows.order_by().annotate(one=Value(1))
    return grouped.values_list(*keys, "one")


def _sorts(run: Run, sales: QuerySet[Sale], keys: Sequence[str]) -> dict[Group, dict[str, Tally]]:
    """Part the total by what it was for, as a Z does."""
    sort = Case(
        When(kind="deposit", then=Value("deposits")),
        When(kind="gift_card", then=Value("gift_cards")),
        When(kind="account", then=Value("accounts")),
        When(quantity_milli__gt=0, then=Value("sold")),
        default=Value("returned"),
    )
    lines = SaleLine.objects.filter(run.within("sale__")).exclude(sale__kind="void").order_by()
    rows = (
        lines.annotate(sort=sort)
        .values_list(*(f"sale__{key}" for key in keys), "sort")
        .annotate(Count("sale_id", distinct=True), Sum("gross_minor"))
    )
    found: dict[Group, dict[str, Tally]] = defaultdict(dict)
    for *group, name, count, amount in rows:
        found[tuple(group)][name] = Tally(count, amount)
    voids = sales.filter(kind="void").order_by().annotate(sort=Value("voided"))
    voided = voids.values_list(*keys, "sort").annotate(Count("pk"), Sum("gross_minor"))
    for *group, name, count, amount in filter(_is_there, voided):
        found[tuple(group)][name] = Tally(count, amount)
    return found


def _is_there(row: tuple[Any, ...]) -> bool:
    """Whether a sum is of something: one without groups is there where nothing is."""
    return bool(row[-2])


def _taxes(run: Run, keys: Sequence[str]) -> dict[Group, tuple[TaxPart, ...]]:
    rows = (
        SaleTax.objects.filter(run.within("sale__"))
        .order_by()
        .values_list(*keys, "rate_bp", "tax_class", "letter")
        .annotate(Sum("net_minor"), Sum("tax_minor"))
    )
    found: dict[Group, list[TaxPart]] = defaultdict(list)
    for *group, rate, tax_class, letter, net, tax in rows:
        part = TaxPart(
            rate_bp=rate, tax_class=tax_class, letter=letter, net_minor=net, tax_minor=tax
        )
        found[tuple(group)].append(part)
    return {
        group: tuple(sorted(parts, key=lambda part: (part.letter, part.rate_bp)))
        for group, parts in found.items()
    }


def _discounts(run: Run, keys: Sequence[str]) -> dict[Group, Tally]:
    found = _tallies(SaleDiscount.objects.filter(run.within("sale__")), [*keys, "kind"])
    for group, amount in _other_prices(run, keys):
        key = (*group, DISCOUNT_BY_PRICE)
        found[key] = found.get(key, NONE).add(amount)
    return found


def _other_prices(run: Run, keys: Sequence[str]) -> Iterator[tuple[Group, int]]:
    """What another price than the article's own took off, line by line: rounding is by line."""
    lines = SaleLine.objects.filter(run.within("sale__"), listed_price_minor__isnull=False)
    rows = lines.order_by().values_list(
        *keys,
        "label_minor",
        "sale__market",
        "quantity_milli",
        "listed_price_minor",
        "unit_price_minor",
    )
    for *group, label, market, milli, listed, asked in rows.iterator():
        if label is not None:
            yield tuple(group), 0
            continue
        rounding = markets.load(market).rounding
        full, paid = (divide(milli * price, ONE_MILLI, rounding) for price in (listed, asked))
        yield tuple(group), full - paid


def _openings(drawer: QuerySet[DrawerEvent]) -> dict[str, int]:
    rows = drawer.filter(kind__startswith=OPEN).order_by().values_list("kind").annotate(Count("pk"))
    return {kind.removeprefix(OPEN): count for kind, count in rows}


def _tallies(rows: QuerySet[Any], by: Sequence[str]) -> dict[Group, Tally]:
    """Count and add up rows by some of their columns."""
    grouped = rows.order_by().values_list(*by).annotate(n=Count("*"), sum=Sum("amount_minor"))
    return {tuple(group): Tally(count, amount or 0) for *group, count, amount in grouped}
