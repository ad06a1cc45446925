"""The first page: today, against the same day last week."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collector.ingest.models import Device
from collector.office.access import SEE_DEVICES, may, signed_in
from collector.office.attention import matters
from collector.office.desk import Card, Moment, Today, desks
from collector.office.proof import Proof, proofs


@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """Show one day: its figures, its hours, and what needs a person."""
    moment = moment_of(_asked_day(request), timezone.now())
    parts = [desk.today(moment) for desk in desks() if may(request, desk.permission)]
    states = _states() if may(request, SEE_DEVICES) else None
    context = {
        "moment": moment,
        "yesterday": moment.start - timedelta(days=1),
        "tomorrow": None if moment.is_today else moment.start + timedelta(days=1),
        "part": Today(
            tuple(card for part in parts for card in part.cards),
            tuple(panel for part in parts for panel in part.panels),
        ),
        "states": states,
    }
    if states is not None:
        context |= {"proof": _proof_card(states), "matters": matters(states)}
    return render(request, "office/overview.html", context)


def moment_of(day: date | None, now: datetime) -> Moment:
    """Make the moment that is looked at: today up to now, or the whole of another day.

    Its datetimes are in the shop's zone, where a week earlier is the same time on the clock.
    """
    now = timezone.localtime(now)
    today = now.date()
    shown = min(day or today, today)
    start = timezone.make_aware(datetime.combine(shown, time()))
    following = timezone.make_aware(datetime.combine(shown + timedelta(days=1), time()))
    return Moment(start, min(now, following), is_today=shown == today)


def _asked_day(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.GET.get("day", ""))
    except ValueError:
        return None  # 31 June and the like: show today


def _states() -> list[Proof]:
    return proofs(Device.objects.filter(revoked=None))


def _proof_card(states: list[Proof]) -> Card:
    gaps = sum(state.gaps for state in states)
    complete = all(state.is_complete for state in states)
    devices = ngettext("%(count)d device", "%(count)d devices", len(states))
    figure = _("complete") if complete else _("not complete")
    return Card(
        title=_("Proof"),
        figure=figure if states else "–",  # nothing is no proof
        note=_("%(devices)s · gaps %(gaps)d")
        % {"devices": devices % {"count": len(states)}, "gaps": gaps},
        link=reverse("devices"),
        trend="" if complete else "bad",
    )
