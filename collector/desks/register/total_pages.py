"""The page of totals: what was taken from day to day, for looking at, printing and book-keeping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from appliance.domain.shift_totals import NONE, ShiftTotals
from collector.desks.register.models import Sale
from collector.desks.register.period_totals import (
    PeriodTotals,
    discounts_minor,
    names_of_devices,
    period_totals,
    table,
    tax_minor,
)
from collector.desks.register.shift_pages import as_csv
from collector.desks.register.total_filter import TotalsFilter
from collector.desks.register.words import DISCOUNTS, TENDERS
from collector.office.access import SEE_SHIFTS, needs

_MOST_TENDERS = 4
"""So many ways to pay have a column of their own; the others are one together."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: a day, a register, or all of them.

    Attributes:
        title: A day, the name of a register, or empty.
        receipts: How many.
        returned_minor: What came back, below zero.
        discounts_minor: What came off.
        tax_minor: The taxes.
        gross_minor: Everything with tax.
        tenders_minor: By way to pay, in the order of the columns.
        device: The register, where the line is of one.
    """

    title: Any
    receipts: int
    returned_minor: int
    discounts_minor: int
    tax_minor: int
    gross_minor: int
    tenders_minor: tuple[int, ...]
    device: str = ""


@needs(SEE_SHIFTS)
def totals(request: HttpRequest) -> HttpResponse:
    """Show what was taken from day to day: in all, by register and by day."""
    asked = TotalsFilter(request.GET)
    days = asked.days()
    names = names_of_devices()
    kept = request.GET.copy()
    context = {
        "filter": asked,
        "days": days,
        "whose": names.get(days.device, "") if days else "",
        "parts": [_part(found, names) for found in period_totals(days)] if days else [],
        "is_new": not Sale.objects.exists(),
        "is_filtered": any(kept.values()),
        "address": kept.urlencode(),
    }
    return render(request, "register/totals.html", context)


@needs(SEE_SHIFTS)
def totals_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Give out every figure of every day and register as CSV."""
    days = TotalsFilter(request.GET).days()
    return as_csv("totals", table(days) if days else iter(()))


def _part(found: PeriodTotals, names: dict[str, str]) -> dict[str, Any]:
    """Return what the page shows of one currency."""
    shown = found.tenders[:_MOST_TENDERS]
    others = found.tenders[_MOST_TENDERS:]
    columns = (*((name,) for name in shown), *((tuple(others),) if others else ()))
    devices = [
        _line(names.get(device, device), totals, columns, device)
        for device, totals in found.by_device.items()
    ]
    return {
        "found": found,
        "sum": _line("", found.totals, columns),
        "columns": [*(TENDERS.get(name, name) for name in shown), *([None] if others else [])],
        "by_day": [_line(day, totals, columns) for day, totals in found.by_day.items()],
        "by_device": devices if len(devices) > 1 else [],
        "tenders": _tallies(found.totals, "tenders", TENDERS),
        "discounts": _tallies(found.totals, "discounts", DISCOUNTS),
        "off_minor": found.totals.gross_minor - found.zs.gross_minor,
    }


def _line(
    title: Any, totals: ShiftTotals, columns: tuple[tuple[str, ...], ...], device: str = ""
) -> Line:
    return Line(
        title,
        totals.receipts,
        totals.returned.amount_minor,
        discounts_minor(totals),
        tax_minor(totals),
        totals.gross_minor,
        tuple(
            sum(totals.tenders.get(name, NONE).amount_minor for name in names) for names in columns
        ),
        device,
    )


def _tallies(totals: ShiftTotals, name: str, words: dict[str, Any]) -> list[tuple[Any, Any]]:
    return list(_named(totals, name, words))


def _named(totals: ShiftTotals, name: str, words: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    found = getattr(totals, name)
    for key in sorted(found, key=lambda each: -abs(found[each].amount_minor)):
        yield words.get(key, key), found[key]
