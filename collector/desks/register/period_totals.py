"""What was taken from day to day: added up from the same receipts as the Zs, in the same way.

A day is that of the receipt. A Z belongs to the day on which its shift began, so what is sold after
midnight stands here on the next day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum

from appliance.domain.money import format_plain
from appliance.domain.shift_totals import NONE, ShiftTotals
from collector.desks.register.exports import rate
from collector.desks.register.models import Sale, Shift
from collector.desks.register.office_totals import sold_by
from collector.desks.register.total_filter import Days
from collector.ingest.models import Device

COLUMNS = (
    *("from", "to", "device", "day", "what", "name", "letter", "rate"),
    *("times", "amount", "currency"),
)
_SORTS = ("sold", "returned", "deposits", "gift_cards", "accounts", "voided")


@dataclass(frozen=True, slots=True)
class Beside:
    """The Zs of the shifts that began on the same days.

    Attributes:
        count: How many.
        gross_minor: What they come to.
    """

    count: int
    gross_minor: int


@dataclass(frozen=True, slots=True)
class PeriodTotals:
    """What was taken in one currency.

    Attributes:
        days: Of which days and which register.
        decimals: Of the currency.
        totals: Of all of it.
        by_day: Of each day on which something was sold, in order.
        by_device: Of each register that sold something.
        zs: The Zs of the same days.
    """

    days: Days
    decimals: int
    totals: ShiftTotals
    by_day: dict[date, ShiftTotals]
    by_device: dict[str, ShiftTotals]
    zs: Beside

    @property
    def currency(self) -> str:
        """Its code."""
        return self.days.currency

    @property
    def tenders(self) -> list[str]:
        """The ways to pay that were used, what was taken most by first."""
        used = self.totals.tenders
        return sorted(used, key=lambda name: (-abs(used[name].amount_minor), name))


def period_totals(days: Days) -> list[PeriodTotals]:
    """Add up what was taken, each currency by itself."""
    sales = Sale.objects.filter(days.within()).order_by("currency")
    found = sales.values_list("currency", "decimals").annotate(Count("pk"))
    return [_in_currency(days.of(currency), decimals) for currency, decimals, _ in found]


def _in_currency(days: Days, decimals: int) -> PeriodTotals:
    by_day = {day: totals for (day,), totals in sold_by(days, "day").items()}
    by_device = {device: totals for (device,), totals in sold_by(days, "device_id").items()}
    return PeriodTotals(
        days,
        decimals,
        sold_by(days).get((), ShiftTotals()),
        dict(sorted(by_day.items())),
        dict(sorted(by_device.items())),
        _zs(days),
    )


def _zs(days: Days) -> Beside:
    zs = Shift.objects.filter(days.within()).order_by()
    sums = zs.aggregate(count=Count("pk"), gross=Sum("gross_minor", default=0))
    return Beside(sums["count"], sums["gross"])


def discounts_minor(totals: ShiftTotals) -> int:
    """Return all that came off, whatever for."""
    return sum(each.amount_minor for each in totals.discounts.values())


def tax_minor(totals: ShiftTotals) -> int:
    """Return all taxes together."""
    return sum(each.tax_minor for each in totals.taxes)


def table(days: Days) -> Iterator[list[str]]:
    """Yield a header and then a row for each figure of each day and register, then of all of it.

    Amounts are decimals with a point. The rows of all days have no day, those of all registers no
    device.
    """
    yield list(COLUMNS)
    for found in period_totals(days):
        of_both = sold_by(found.days, "day", "device_id")
        for (day, device), totals in sorted(of_both.items(), key=lambda each: each[0]):
            yield from _rows(found, totals, device, day.isoformat())
        whose = days.device or ""
        yield from _rows(found, found.totals, whose, "")


def _rows(found: PeriodTotals, totals: ShiftTotals, device: str, day: str) -> Iterator[list[str]]:
    since, until = found.days.since.isoformat(), found.days.until.isoformat()

    def row(
        what: str, name: str, times: int | None, amount: int, taxed: tuple[str, str] = ("", "")
    ) -> list[str]:
        count = "" if times is None else str(times)
        money = [format_plain(amount, found.decimals), found.currency]
        return [since, until, device, day, what, name, *taxed, count, *money]

    yield row("total", "gross", totals.receipts, totals.gross_minor)
    yield row("total", "turnover", None, totals.turnover_minor)
    for name in _SORTS:
        tally = getattr(totals, name)
        if tally != NONE:
            yield row("sort", name, tally.count, tally.amount_minor)
    for part in totals.taxes:
        for name, amount in (
            ("net", part.net_minor),
            ("tax", part.tax_minor),
            ("gross", part.gross_minor),
        ):
            label = f"{part.tax_class} {name}"
            yield row("tax", label, None, amount, (part.letter, rate(part.rate_bp)))
    for name, tally in totals.tenders.items():
        yield row("tender", name, tally.count, tally.amount_minor)
    yield row("rounding", "cash", None, totals.rounding_minor)
    yield row("tips", "", None, totals.tips_minor)
    for name, tally in totals.discounts.items():
        yield row("discount", name, tally.count, tally.amount_minor)


def names_of_devices() -> dict[str, str]:
    """Return what people call the registers."""
    return dict(Device.objects.values_list("pk", "name"))
