"""The pages of the drawer's money: Zs, closings, and what was done to the drawer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render

from appliance.domain.errors import DomainError
from appliance.journal.archive import ArchiveError
from collector import table
from collector.archive.held import archive_of
from collector.desks.register.exports import rows_of
from collector.desks.register.figures import names_of
from collector.desks.register.missing import matters
from collector.desks.register.models import DrawerEvent, PeriodClosing, Shift, TerminalDay
from collector.desks.register.office_totals import MOVEMENTS
from collector.desks.register.proof import Derived, place_of
from collector.desks.register.shift_filter import (
    ClosingFilter,
    DrawerFilter,
    MoneyFilter,
    ShiftFilter,
)
from collector.desks.register.shift_rows import Comparison, perpetual_figures
from collector.desks.register.shifts import (
    ClosingReport,
    ShiftReport,
    closing_report,
    shift_report,
    span_of,
)
from collector.office.access import SEE_SHIFTS, needs

A_PAGE = 25

_FILTERS: dict[str, type[ShiftFilter | ClosingFilter | DrawerFilter]] = {
    "shifts": ShiftFilter,
    "closings": ClosingFilter,
    "drawer": DrawerFilter,
}


@needs(SEE_SHIFTS)
def shifts(request: HttpRequest) -> HttpResponse:
    """List the Zs asked for, each held against what arrived, and what is in none."""
    asked = ShiftFilter(request.GET)
    page = page_of(request, asked.rows())
    names = names_of(shift.closed_by for shift in page)
    device = asked.data.get("device", "") if asked.is_valid() else ""
    context = {
        "rows": [(each, names[each.closed_by], _checked(each, shift_report)) for each in page],
        "matters": matters(device),
    }
    return render(request, "register/shifts.html", listed(request, asked, page) | context)


@needs(SEE_SHIFTS)
def shift(request: HttpRequest, shift_id: str) -> HttpResponse:
    """Show one Z beside what it comes to here, down to the entry it comes from."""
    found = get_object_or_404(Shift.objects.select_related("device"), pk=shift_id)
    report = _checked(found, shift_report)
    same = Shift.objects.filter(device=found.device_id)
    people = [found.opened_by, found.closed_by, found.allowed_by]
    context = {
        "shift": found,
        "report": report,
        "names": names_of(people),
        "opened_by": names_of(people)[found.opened_by],
        "closed_by": names_of(people)[found.closed_by],
        "allowed_by": names_of(people)[found.allowed_by],
        "events": _events_of(found),
        "terminal": TerminalDay.objects.filter(device=found.device_id, shift=found.number)
        .filter(epoch__gte=found.epoch)
        .order_by("-epoch", "-sequence")
        .first(),
        "before": same.filter(number__lt=found.number).order_by("-number").first(),
        "after": same.filter(number__gt=found.number).order_by("number").first(),
        **_entry_of(found),
    }
    if isinstance(report, ShiftReport):
        comparison = Comparison(report.z.totals, report.found, found.decimals)
        context |= {
            "groups": comparison.groups(),
            "moved": comparison.moved(),
            "found_expected": found.float_minor + report.found.cash_minor,
            "count": report.z.closing.count,
            "perpetual": perpetual_figures(report.z.perpetual, report.perpetual, found.decimals),
        }
    return render(request, "register/shift.html", context)


@needs(SEE_SHIFTS)
def closings(request: HttpRequest) -> HttpResponse:
    """List the closed days, months and years asked for, each held against its Zs and sales."""
    asked = ClosingFilter(request.GET)
    page = page_of(request, asked.rows())
    names = names_of(closing.by for closing in page)
    context = {"rows": [(each, names[each.by], _checked(each, closing_report)) for each in page]}
    return render(request, "register/closings.html", listed(request, asked, page) | context)


@needs(SEE_SHIFTS)
def closing(request: HttpRequest, closing_id: str) -> HttpResponse:
    """Show one closing beside what it comes to here, with its Zs."""
    found = get_object_or_404(PeriodClosing.objects.select_related("device"), pk=closing_id)
    report = _checked(found, closing_report)
    same = PeriodClosing.objects.filter(device=found.device_id, period=found.period)
    context = {
        "closing": found,
        "report": report,
        "by": names_of([found.by])[found.by],
        "before": same.filter(number__lt=found.number).order_by("-number").first(),
        "after": same.filter(number__gt=found.number).order_by("number").first(),
        **_entry_of(found),
    }
    if isinstance(report, ClosingReport):
        comparison = Comparison(report.said.totals, report.found, found.decimals)
        context |= {"groups": comparison.groups(), "moved": comparison.moved()}
    return render(request, "register/closing.html", context)


@needs(SEE_SHIFTS)
def drawer(request: HttpRequest) -> HttpResponse:
    """List what was done to the drawers: money moved, counts, openings."""
    asked = DrawerFilter(request.GET)
    page = page_of(request, asked.rows())
    names = names_of(person for each in page for person in (each.by, each.allowed_by))
    context = {
        "rows": [(each, names[each.by], names[each.allowed_by]) for each in page],
        "movements": MOVEMENTS,
    }
    return render(request, "register/drawer.html", listed(request, asked, page) | context)


@needs(SEE_SHIFTS)
def event(request: HttpRequest, event_id: str) -> HttpResponse:
    """Show one thing that was done to a drawer, and the entry it comes from."""
    found = get_object_or_404(DrawerEvent.objects.select_related("device"), pk=event_id)
    names = names_of([found.by, found.allowed_by])
    context = {
        "event": found,
        "by": names[found.by],
        "allowed_by": names[found.allowed_by],
        **_entry_of(found),
    }
    return render(request, "register/event.html", context)


@needs(SEE_SHIFTS)
def money_csv(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """Give out what a list shows, all of it, as CSV that a book-keeper's own tools read."""
    if kind not in _FILTERS:
        raise Http404
    asked = _FILTERS[kind](request.GET)
    return as_csv(kind, rows_of(kind, asked.rows()))


def as_csv(name: str, rows: Iterable[list[str]]) -> StreamingHttpResponse:
    """Give out rows as a CSV file, while they are made."""
    written = table.Writer(_Echo())
    lines = (written.writerow(row) for row in rows)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def page_of(request: HttpRequest, rows: Any) -> Page[Any]:
    """Return the page of a list that is asked for."""
    return Paginator(rows, A_PAGE).get_page(request.GET.get("page"))


def listed(request: HttpRequest, asked: MoneyFilter, page: Page[Any]) -> dict[str, Any]:
    """Return what every list shows above and below its rows."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return {
        "filter": asked,
        "is_filtered": any(kept.values()),
        "page": page,
        "address": kept.urlencode(),
    }


def _checked(row: Any, report: Callable[[Any], Any]) -> Any:
    """Compare a row with what arrived; None where its entry cannot be read now."""
    try:
        return report(row)
    except (ArchiveError, DomainError):
        return None


def _entry_of(row: Derived) -> dict[str, Any]:
    """Return the entry of a row, for the foot of its page."""
    place, trouble = None, ""
    try:
        place = place_of(row)
    except ArchiveError as error:
        trouble = str(error)
    archive = archive_of(row.device_id, row.epoch, row.sequence)
    return {"place": place, "trouble": trouble, "archive": archive, "device_id": row.device_id}


def _events_of(shift: Shift) -> list[tuple[DrawerEvent, str]]:
    """Return what was done to the drawer in a shift, without the openings for sales."""
    events: Iterable[DrawerEvent] = (
        DrawerEvent.objects.filter(span_of(shift).within())
        .exclude(kind="open_sale")
        .order_by("epoch", "sequence")
    )
    kept = list(events)
    names = names_of(each.by for each in kept)
    return [(each, names[each.by]) for each in kept]
