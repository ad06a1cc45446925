"""Z reports as devices made them, held against the sales that arrived: equal to the cent, or said.

A Z names the entries it covers, so a sale that arrives late falls into the shift it was made in.
An entry is acknowledged only in its place: where a Z is proven, everything it covers has arrived.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from django.db.models import Count, Q, QuerySet, Sum

from appliance.domain.money import format_plain
from appliance.domain.shift import Place, Z
from appliance.domain.shift_books import SHIFT_CLOSED
from collector.desks.register.models import Payment, Sale, SaleTax
from collector.ingest.models import Entry, Watermark


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """A closed shift.

    Attributes:
        device: Whose.
        z: What the device says.
        decimals: Of its currency.
        unequal: What the sales that arrived come to otherwise, by name; empty when all is equal.
    """

    device: str
    z: Z
    decimals: int
    unequal: tuple[str, ...]

    def line(self) -> str:
        """Say it in one line."""
        z = self.z
        verdict = f"NOT EQUAL: {', '.join(self.unequal)}" if self.unequal else "equal"
        gross = format_plain(z.totals.gross_minor, self.decimals)
        off = format_plain(z.difference_minor, self.decimals)
        return (
            f"{self.device} Z {z.number} {z.opening.day} {z.totals.receipts} receipts "
            f"{gross} {z.currency}, drawer {off}: {verdict}"
        )


def shift_reports() -> Iterator[ShiftReport]:
    """Read every proven Z, device by device in the order of their journals."""
    proven = {(mark.device_id, mark.epoch): mark.sequence for mark in Watermark.objects.all()}
    closed = Entry.objects.filter(type=SHIFT_CLOSED).order_by("device", "epoch", "sequence")
    for entry in closed.iterator():
        if entry.sequence <= proven.get((entry.device_id, entry.epoch), 0):
            z = Z.from_data(orjson.loads(bytes(entry.raw))["data"])
            sales = _covered(entry.device_id, z.first, z.last)
            first = sales.first()
            yield ShiftReport(
                entry.device_id, z, first.decimals if first else 2, tuple(_unequal(z, sales))
            )


def _covered(device: str, first: Place, last: Place) -> QuerySet[Sale]:
    after = Q(epoch__gt=first.epoch) | Q(epoch=first.epoch, sequence__gte=first.sequence)
    before = Q(epoch__lt=last.epoch) | Q(epoch=last.epoch, sequence__lte=last.sequence)
    return Sale.objects.filter(after, before, device=device)


def _unequal(z: Z, sales: QuerySet[Sale]) -> Iterator[str]:
    """Name what differs between a Z and the sales it covers."""
    sums = sales.aggregate(
        receipts=Count("pk"),
        gross=Sum("gross_minor", default=0),
        rounding=Sum("rounding_minor", default=0),
    )
    totals = z.totals
    said = (totals.receipts, totals.gross_minor, totals.rounding_minor)
    for name, here, there in zip(sums, sums.values(), said, strict=True):
        if here != there:
            yield f"{name} {here} here, {there} there"
    paid = Payment.objects.filter(sale__in=sales).values_list("tender")
    tenders = dict(paid.annotate(Sum("amount_minor")).order_by())
    if tenders != {name: tally.amount_minor for name, tally in totals.tenders.items()}:
        yield "tenders"
    taxed = SaleTax.objects.filter(sale__in=sales).values_list("tax_class", "rate_bp")
    taxes = {row[:2]: row[2] for row in taxed.annotate(Sum("tax_minor")).order_by()}
    if taxes != {(each.tax_class, each.rate_bp): each.tax_minor for each in totals.taxes}:
        yield "taxes"
