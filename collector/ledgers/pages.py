"""What the shop owes and is owed, balance by balance, down to the sale that moved it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from collector.customers.models import Customer
from collector.desks.register.models import Sale
from collector.ledgers.merging import ACCOUNT, family_of, kept_by
from collector.ledgers.models import KINDS, Balance, Deed, Movement
from collector.office.access import SEE_LEDGERS, needs

A_PAGE = 50
_SHORTEST_SEARCH = 4


@dataclass(frozen=True, slots=True)
class KindSum:
    """What all balances of a sort come to in a currency."""

    kind: str
    name: str
    count: int
    amount_minor: int
    decimals: int
    currency: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of a balance's history, whoever wrote it."""

    at: datetime
    amount_minor: int
    text: str
    who: str
    sale: str = ""


@needs(SEE_LEDGERS)
def balances(request: HttpRequest) -> HttpResponse:
    """List balances, those that changed last first, with what each sort comes to."""
    kind = request.GET.get("kind", "")
    sought = request.GET.get("code", "").strip()
    chosen = Balance.objects.filter(
        Q(balance_minor__lt=0) | Q(balance_minor__gt=0) | Q(limit_minor__gt=0)
    )
    if kind in dict(KINDS):
        chosen = chosen.filter(kind=kind)
    if sought:
        code = sought.replace(" ", "").replace("-", "").removeprefix("…")
        whole = Q(account__iexact=code)
        ends = Q(account__iendswith=code) if len(code) >= _SHORTEST_SEARCH else whole
        chosen = Balance.objects.filter(whole | ends)
    page = Paginator(chosen.order_by("-changed", "kind", "account"), A_PAGE).get_page(
        request.GET.get("page")
    )
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "page": _with_names(page),
        "sums": _sums(),
        "kinds": KINDS,
        "kind": kind,
        "sought": sought,
        "is_filtered": bool(kind or sought),
        "address": kept.urlencode(),
        "today": timezone.localdate(),
    }
    return render(request, "ledgers/balances.html", context)


@needs(SEE_LEDGERS)
def balance(request: HttpRequest, kind: str, account: str) -> HttpResponse:
    """Show one balance; that of a customer who was merged shows as whom they are now."""
    found = Balance.objects.filter(kind=kind, account=account).first()
    if found is None:
        raise Http404
    kept = kept_by([account])[account] if kind == ACCOUNT else account
    if kept != account:
        return redirect("balance", kind, kept)
    _with_names([found])
    context = {"balance": found, "moved": _history(found), "today": timezone.localdate()}
    return render(request, "ledgers/balance.html", context)


def _with_names(balances: Page[Balance] | list[Balance]) -> Page[Balance] | list[Balance]:
    """Call the account of a customer by the name that is known here, else by its reference."""
    accounts = [each.account for each in balances if each.kind == "account"]
    names = dict(Customer.objects.filter(pk__in=accounts).values_list("pk", "profile__name"))
    for each in balances:
        of_nobody = each.shown[:8] if each.kind == "account" else each.shown
        each.named = names.get(each.account) or of_nobody
    return balances


def _sums() -> list[KindSum]:
    rows = (
        Balance.objects.exclude(balance_minor=0)
        .values_list("kind", "currency", "decimals")
        .annotate(Count("account"), Sum("balance_minor"))
        .order_by("kind", "currency")
    )
    names = {kind: str(name) for kind, name in KINDS}
    return [
        KindSum(kind, names[kind], count, amount, decimals, currency)
        for kind, currency, decimals, count, amount in rows
    ]


def _history(found: Balance) -> list[Moved]:
    of = {"kind": found.kind, "account__in": family_of(found.kind, found.account)}
    done = [
        Moved(deed.at, deed.amount_minor, deed.note, deed.by) for deed in Deed.objects.filter(**of)
    ]
    moved = list(Movement.objects.filter(**of))
    places = [f"{each.device_id}.{each.epoch}.{each.sequence}" for each in moved]
    there = set(Sale.objects.filter(pk__in=places).values_list("pk", flat=True))
    done += [
        Moved(
            each.completed,
            each.amount_minor,
            each.receipt,
            each.device_id,
            place if place in there else "",
        )
        for each, place in zip(moved, places, strict=True)
    ]
    return sorted(done, key=lambda each: each.at, reverse=True)
