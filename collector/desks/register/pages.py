"""The register's pages: the list of sales, and one sale down to its entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from appliance.journal.archive import ArchiveError
from collector.archive.held import archive_of
from collector.desks.register.figures import names_of, turnovers
from collector.desks.register.filter import SalesFilter
from collector.desks.register.models import Sale
from collector.desks.register.proof import place_of
from collector.desks.register.today import today
from collector.office.access import SEE_SALES, SEE_SHIFTS, needs
from collector.office.desk import Desk, Link

SALES_A_PAGE = 50

DESK = Desk(
    links=(
        Link(_("Sales"), "sales", SEE_SALES),
        Link(_("Shifts"), "shifts", SEE_SHIFTS),
        Link(_("Totals"), "totals", SEE_SHIFTS),
    ),
    permission=SEE_SALES,
    today=today,
)


@needs(SEE_SALES)
def sales(request: HttpRequest) -> HttpResponse:
    """List the sales asked for, with their sums."""
    asked = SalesFilter(request.GET)
    found = asked.sales()
    page = Paginator(found, SALES_A_PAGE).get_page(request.GET.get("page"))
    names = names_of(sale.cashier for sale in page)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "filter": asked,
        "is_filtered": any(kept.values()),
        "page": page,
        "rows": [(sale, names[sale.cashier]) for sale in page],
        "sums": turnovers(found),
        "address": kept.urlencode(),
    }
    return render(request, "register/sales.html", context)


@needs(SEE_SALES)
def sale(request: HttpRequest, sale_id: str) -> HttpResponse:
    """Show one sale: lines, taxes, payments, and the entry all of it comes from."""
    found = get_object_or_404(Sale.objects.select_related("device"), pk=sale_id)
    same = Sale.objects.filter(device=found.device_id)
    place, trouble = None, ""
    try:
        place = place_of(found)
    except ArchiveError as error:
        trouble = str(error)
    said = place.content.get("data", {}) if place else {}
    context = {
        "sale": found,
        "cashier": names_of([found.cashier])[found.cashier],
        "lines": found.lines.all(),
        "taxes": found.taxes.all(),
        "payments": found.payments.all(),
        "removed": _by_another(said.get("removed", []), found.cashier),
        "recounts": _by_another(_recounts(said), found.cashier),
        "place": place,
        "archive": archive_of(found.device_id, found.epoch, found.sequence),
        "device_id": found.device_id,
        "trouble": trouble,
        "before": same.filter(epoch=found.epoch, sequence__lt=found.sequence)
        .order_by("-sequence")
        .first(),
        "after": same.filter(epoch=found.epoch, sequence__gt=found.sequence)
        .order_by("sequence")
        .first(),
    }
    return render(request, "register/sale.html", context)


def _by_another(changes: Sequence[Mapping[str, Any]], cashier: str) -> list[dict[str, Any]]:
    """Say who changed the basket, where it was another than who completed the sale."""
    others = names_of(str(each["by"]) for each in changes if each.get("by", cashier) != cashier)
    return [{**each, "who": others.get(str(each.get("by")), "")} for each in changes]


def _recounts(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the quantities that a person set, each with the name and unit of its line."""
    lines = [*said.get("removed", []), *said.get("lines", [])]
    known = {line["line"]: {"name": line["name"], "unit": line["unit"]} for line in lines}
    nameless = {"name": "", "unit": "piece"}
    return [known.get(each["line"], nameless) | each for each in said.get("recounts", [])]
