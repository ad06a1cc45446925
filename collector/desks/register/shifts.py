"""Z reports and closings as devices made them, held against what arrived: equal, or said what not.

A Z names the entries it covers, so a sale that arrives late falls into the shift it was made in.
An entry is acknowledged only in its place: where a Z is proven, everything its own epoch put
before it has arrived. What a replaced device never sent cannot: that is what a comparison shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from django.db.models import Case, F, Sum, When
from django.db.models.functions import Abs

from appliance.domain.money import format_plain
from appliance.domain.shift import PeriodSum, Perpetual, Place, Z
from appliance.domain.shift_totals import ShiftTotals
from collector.desks.register.models import PeriodClosing, Sale, Shift
from collector.desks.register.office_totals import Span, entries_of, gross_of, totals_of
from collector.desks.register.proof import data_of


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """A closed shift, as its device says and as it comes to here.

    Attributes:
        shift: Its row.
        z: What the device says.
        found: What the entries it covers come to here.
        entries: How many of them are here.
        before: The Z before it, where there is one here.
        perpetual: The totals since the register was new as they come to here: those of the Z before
            and the sales since.
        unequal: Names of what differs; empty when all is equal.
        broken: Names of what does not follow from the Z before.
    """

    shift: Shift
    z: Z
    found: ShiftTotals
    entries: int
    before: Shift | None
    perpetual: Perpetual
    unequal: tuple[str, ...]
    broken: tuple[str, ...]

    @property
    def device(self) -> str:
        """Whose it is."""
        return self.shift.device_id

    @property
    def is_equal(self) -> bool:
        """Whether every figure is the same here, and goes on from the Z before."""
        return not (self.unequal or self.broken)

    def line(self) -> str:
        """Say it in one line."""
        z, decimals = self.z, self.shift.decimals
        wrong = (*self.unequal, *self.broken)
        verdict = f"NOT EQUAL: {', '.join(wrong)}" if wrong else "equal"
        gross = format_plain(z.totals.gross_minor, decimals)
        off = format_plain(z.difference_minor, decimals)
        return (
            f"{self.device} Z {z.number} {z.opening.day} {z.totals.receipts} receipts "
            f"{gross} {z.currency}, drawer {off}: {verdict}"
        )


@dataclass(frozen=True, slots=True)
class ClosingReport:
    """A closed day, month or year, as its device says and as it comes to here.

    Attributes:
        closing: Its row.
        said: What the device says.
        shifts: Its Zs, as far as they are here.
        missing: Numbers of Zs that it names and that are not here.
        found: What the entries of those Zs come to here.
        unequal: Names of what differs.
    """

    closing: PeriodClosing
    said: PeriodSum
    shifts: tuple[Shift, ...]
    missing: tuple[int, ...]
    found: ShiftTotals
    unequal: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Whether every figure is the same here and no Z is missing."""
        return not (self.unequal or self.missing)


def shift_reports() -> Iterator[ShiftReport]:
    """Compare every proven Z, device by device in the order of their journals."""
    for shift in Shift.objects.order_by("device", "epoch", "sequence").iterator():
        yield shift_report(shift)


def shift_report(shift: Shift) -> ShiftReport:
    """Add up anew what a Z covers.

    Raises:
        ArchiveError: The file its entry is archived in is missing or was altered.
    """
    z = Z.from_data(data_of(shift))
    span = Span(shift.device_id, z.first, z.last)
    found, entries, before = totals_of(span), entries_of(span), _before(shift)
    perpetual = _perpetual(span, before)
    unequal = list(differing(z.totals, found))
    # Lines, taxes and the totals of sales are tables of their own.
    if gross_of(span) != z.totals.gross_minor:
        unequal.append("gross")
    if entries != z.entries:
        unequal.append("entries")
    broken = tuple(_broken(z, before, perpetual))
    return ShiftReport(shift, z, found, entries, before, perpetual, tuple(unequal), broken)


def closing_report(closing: PeriodClosing) -> ClosingReport:
    """Add up anew what a closing covers.

    Raises:
        ArchiveError: The file its entry is archived in is missing or was altered.
    """
    said = PeriodSum.from_data(data_of(closing))
    named = Shift.objects.filter(
        device=closing.device_id, number__gte=said.first_z, number__lte=said.last_z
    )
    shifts = tuple(named.order_by("epoch", "sequence"))
    held = {shift.number for shift in shifts}
    missing = tuple(number for number in range(said.first_z, said.last_z + 1) if number not in held)
    found = ShiftTotals()
    for shift in shifts:
        found = found.plus(totals_of(span_of(shift)))
    off = sum(shift.difference_minor for shift in shifts)
    unequal = list(differing(said.totals, found))
    if off != said.difference_minor:
        unequal.append("difference")
    return ClosingReport(closing, said, shifts, missing, found, tuple(unequal))


def span_of(shift: Shift) -> Span:
    """Return the entries a Z covers."""
    first = Place(shift.first_epoch, shift.first_sequence)
    return Span(shift.device_id, first, Place(shift.last_epoch, shift.last_sequence))


def differing(said: ShiftTotals, found: ShiftTotals) -> Iterator[str]:
    """Name the figures in which two totals differ."""
    for each in fields(ShiftTotals):
        here, there = getattr(found, each.name), getattr(said, each.name)
        if isinstance(here, dict):
            # What happened no time may be said or left out.
            here, there = ({k: v for k, v in told.items() if v} for told in (here, dict(there)))
        if here != there:
            yield each.name.removesuffix("_minor").removesuffix("_milli")


def _before(shift: Shift) -> Shift | None:
    earlier = Shift.objects.filter(device=shift.device_id).filter(
        Span(shift.device_id, Place(), Place(shift.epoch, shift.sequence - 1)).within()
    )
    return earlier.order_by("-epoch", "-sequence").first()


def _perpetual(span: Span, before: Shift | None) -> Perpetual:
    """Add the sales of a run of entries to the perpetual totals of the Z before."""
    sums = (
        Sale.objects.filter(span.within())
        .order_by()
        .aggregate(
            gross=Sum(Case(When(gross_minor__gt=0, then=F("gross_minor"))), default=0),
            absolute=Sum(Abs("gross_minor"), default=0),
        )
    )
    receipts = Sale.objects.filter(span.within()).count()
    if before is None:
        return Perpetual(sums["gross"], sums["absolute"], receipts)
    return Perpetual(
        before.perpetual_gross_minor + sums["gross"],
        before.perpetual_absolute_minor + sums["absolute"],
        before.perpetual_receipts + receipts,
    )


def _broken(z: Z, before: Shift | None, perpetual: Perpetual) -> Iterator[str]:
    """Name what does not follow from the Z before."""
    if z.number != (before.number if before else 0) + 1:
        yield "number"
    if z.perpetual != perpetual:
        yield "perpetual"
    if z.opening.proposed_minor != (before.left_minor if before else 0):
        yield "proposed"
    if before is not None and (z.first.epoch, z.first.sequence) != (
        before.epoch,
        before.sequence + 1,
    ):
        yield "covers"
