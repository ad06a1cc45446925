"""Sums of sales, straight from the tables: what the pages of the register's desk show.

Amounts of different currencies are never added together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncHour
from django.utils import timezone

from appliance.domain.money import Rounding, divide
from collector.desks.register.models import Sale
from collector.directory.models import Person


@dataclass(frozen=True, slots=True)
class Turnover:
    """Sales of one currency, returns taken off.

    Attributes:
        currency: Its code.
        decimals: Of the minor unit.
        gross_minor: With tax, before cash rounding.
        receipts: How many receipts, of sales and of returns.
    """

    currency: str
    decimals: int
    gross_minor: int
    receipts: int

    @property
    def average_minor(self) -> int:
        """Turnover by receipt, a half rounded up."""
        if not self.receipts:
            return 0
        return divide(self.gross_minor, self.receipts, Rounding.HALF_UP)


def turnovers(sales: QuerySet[Sale]) -> list[Turnover]:
    """Sum sales by currency, the one with most receipts first."""
    rows = (
        sales.order_by()
        .values("currency", "decimals")
        .annotate(gross=Sum("gross_minor"), receipts=Count("pk"))
        .order_by("-receipts", "currency")
    )
    return [
        Turnover(row["currency"], row["decimals"], row["gross"], row["receipts"]) for row in rows
    ]


def turnover_in(currency: str, found: Iterable[Turnover]) -> Turnover | None:
    """Pick the sum of one currency."""
    return next((each for each in found if each.currency == currency), None)


def by_hour(sales: QuerySet[Sale], midnight: datetime) -> dict[int, int]:
    """Sum sales by the hour of the shop's clock.

    Args:
        sales: Sales of one business day and one currency.
        midnight: When that day began. An hour after the next midnight counts on: 24, 25 …

    Returns:
        Turnover in minor units by hour; hours without sales are left out.
    """
    zone = timezone.get_current_timezone()
    rows = (
        sales.order_by()
        .annotate(hour=TruncHour("completed", tzinfo=zone))
        .values("hour")
        .annotate(gross=Sum("gross_minor"))
    )
    day = timezone.localtime(midnight).date()
    return {(row["hour"].date() - day).days * 24 + row["hour"].hour: row["gross"] for row in rows}


def names_of(cashiers: Iterable[str]) -> dict[str, str]:
    """Return what people are called; somebody the directory does not know keeps their id."""
    ids = set(cashiers)
    known = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return {cashier: known.get(cashier, cashier) for cashier in ids}
