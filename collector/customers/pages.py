"""The customers' pages: find one, see and change it, merge it, take its data along, erase it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appliance.domain.customer import NEWS, PARTS, sought
from appliance.domain.errors import CustomerError, DomainError
from collector.attachments.ordering import erase as order_erasure
from collector.customers import doubles, editing
from collector.customers.models import Change, Customer, Handle, Merge, Purchase
from collector.customers.standing import Whole, kept_of, merges_of, whole
from collector.customers.taking_along import everything_about
from collector.customers.words import PART_WORDS, refusal
from collector.desks.register.figures import names_of
from collector.directory.models import Setting
from collector.ingest.models import Device
from collector.office.access import CHANGE_CUSTOMERS, ERASE_CUSTOMERS, SEE_CUSTOMERS, may, needs

A_PAGE = 50
MOST_PROPOSALS = 20
PURCHASES_SHOWN = 20


@needs(SEE_CUSTOMERS)
def customers(request: HttpRequest) -> HttpResponse:
    """List customers, or those that a search finds."""
    text = request.GET.get("q", "").strip()[:100]
    page = Paginator(_sought(text), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "text": text,
        "page": page,
        "rows": [whole(each) for each in page],
        "alike": len(doubles.proposals(MOST_PROPOSALS)),
        "address": f"q={text}" if text else "",
    }
    return render(request, "customers/customers.html", context)


@needs(SEE_CUSTOMERS)
def customer(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Show one customer; one that was merged shows as what it was merged into."""
    found = get_object_or_404(Customer, pk=customer_id)
    kept = kept_of(found)
    if kept.pk != found.pk:
        return redirect("customer", kept.pk)
    return _show(request, whole(kept))


@require_POST
@needs(CHANGE_CUSTOMERS)
def change(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Write down what is different about a customer."""
    found = get_object_or_404(Customer, pk=customer_id, erased=None, merged_into="")
    typed = {part: request.POST.get(part, "") for part in PARTS}
    consents = {
        purpose: f"consent-{purpose}" in request.POST for purpose in _purposes(whole(found))
    }
    try:
        editing.change(
            found,
            typed,
            consents,
            request.POST.get("group", "").strip()[:40],
            by=request.user.get_username(),
            now=datetime.now(UTC),
        )
    except (CustomerError, DomainError) as wrong:
        return _show(request, whole(found), typed=typed, wrong=refusal(wrong), status=400)
    messages.success(request, _("Saved; every device is told."))
    return redirect("customer", found.pk)


@needs(SEE_CUSTOMERS)
def take_along(_: HttpRequest, customer_id: str) -> HttpResponse:
    """Give everything that is known of a customer as one file."""
    kept = kept_of(get_object_or_404(Customer, pk=customer_id))
    answer = JsonResponse(everything_about(whole(kept)), json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="customer-{kept.pk}.json"'
    return answer


@needs(ERASE_CUSTOMERS)
def erase(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Ask whether a customer is to be erased, and do it."""
    kept = kept_of(get_object_or_404(Customer, pk=customer_id, erased=None))
    known = whole(kept)
    if request.method == "POST" and request.POST.get("sure") == kept.pk:
        order_erasure([], known.ids, by=request.user.get_username(), now=datetime.now(UTC))
        messages.success(request, _("Erased here, and ordered from every device."))
        return redirect("erasures")
    return render(request, "customers/erase.html", {"known": known})


@needs(SEE_CUSTOMERS)
def same(request: HttpRequest) -> HttpResponse:
    """Show who was merged with whom and by whom, and who may be one person."""
    page = Paginator(Merge.objects.all(), A_PAGE).get_page(request.GET.get("page"))
    named = {
        each.pk: each
        for each in Customer.objects.filter(
            pk__in=[id_ for row in page for id_ in (row.kept, row.gone)]
        )
    }
    context = {
        "page": page,
        "rows": [(row, named.get(row.kept), named.get(row.gone)) for row in page],
        "proposals": doubles.proposals(MOST_PROPOSALS),
    }
    return render(request, "customers/same.html", context)


@require_POST
@needs(CHANGE_CUSTOMERS)
def merge(request: HttpRequest) -> HttpResponse:
    """Merge two customers, or note that they are two."""
    kept, gone = request.POST.get("kept", ""), request.POST.get("gone", "")
    who, now = request.user.get_username(), datetime.now(UTC)
    try:
        if "apart" in request.POST:
            doubles.keep_apart(kept, gone, by=who, now=now)
        else:
            doubles.merge(kept, gone, by=who, now=now)
            messages.success(request, _("Merged; it can be undone below."))
    except doubles.NotMergeable:
        messages.error(request, _("These two cannot be merged: look at them again."))
    return redirect("same-customers")


@require_POST
@needs(CHANGE_CUSTOMERS)
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Take two customers apart again."""
    merged = get_object_or_404(Merge, pk=merge_id)
    try:
        doubles.undo(merged, by=request.user.get_username(), now=datetime.now(UTC))
        messages.success(request, _("Undone: both are there again, each with what is theirs."))
    except doubles.NotMergeable:
        messages.error(request, _("This cannot be undone any more."))
    return redirect("same-customers")


def _sought(text: str) -> QuerySet[Customer]:
    known = Customer.objects.filter(merged_into="")
    if not text:
        return known.filter(erased=None)
    by_handle = Handle.objects.filter(value__iexact=text).values("customer")
    named = Q()
    for word in sought(text):
        named &= Q(folded__contains=word)
    return known.filter(Q(pk__in=by_handle) | (named & Q(erased=None)))


def _show(
    request: HttpRequest,
    known: Whole,
    *,
    typed: dict[str, str] | None = None,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    told = typed or {
        part: ", ".join(value) if isinstance(value, list) else value
        for part, value in known.profile.to_data(whole=True).items()
    }
    bought = Purchase.objects.filter(customer__in=known.ids)
    changes = Change.objects.filter(customer__in=known.ids).order_by("-at", "-id")[:A_PAGE]
    devices = dict(Device.objects.values_list("pk", "name"))
    staff = names_of(each.by for each in changes if each.device_id)
    purposes = _purposes(known)
    context: dict[str, Any] = {
        "known": known,
        "fields": [(part, PART_WORDS[part], told[part]) for part in PARTS],
        "purposes": purposes,
        "groups": _groups(known.group),
        "wrong": wrong,
        "purchases": bought[:PURCHASES_SHOWN],
        "count": bought.count(),
        "changes": [
            (each, devices.get(each.device_id or "", ""), staff.get(each.by, each.by))
            for each in changes
        ],
        "merges": merges_of(known.ids),
        "may_change": may(request, CHANGE_CUSTOMERS) and not known.kept.erased,
        "may_erase": may(request, ERASE_CUSTOMERS) and not known.kept.erased,
    }
    return render(request, "customers/customer.html", context, status=status)


def _purposes(known: Whole) -> dict[str, dict[str, Any]]:
    """Return what the shop asks leave for, each with its words and the customer's latest word."""
    setting = Setting.objects.filter(key="consents").values_list("value", flat=True).first()
    told = setting if isinstance(setting, dict) and setting else {NEWS: {}}
    said = {each["purpose"]: each for each in known.consents}
    found = {}
    for purpose in (*told, *(each for each in said if each not in told)):
        one = said.get(purpose)
        found[purpose] = {
            "given": bool(one and one["given"]),
            "at": datetime.fromisoformat(one["at"]) if one else None,
        }
    return found


def _groups(group: str) -> list[tuple[str, str]]:
    """Return the shop's price groups, and the customer's own should the shop not have it."""
    setting = Setting.objects.filter(key="price_groups").values_list("value", flat=True).first()
    names = {str(k): str(v) for k, v in setting.items()} if isinstance(setting, dict) else {}
    return [*names.items(), *([(group, group)] if group and group not in names else [])]
