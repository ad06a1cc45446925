"""The devices, how much of each is here and proven, and what is wrong with any of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from collector.counters.standing import standing
from collector.ingest.models import Alarm, Device, Fork, Watermark
from collector.office.access import LET_IN, SEE_DEVICES, SETTLE_ALARMS, may, needs
from collector.office.alarm_words import alarm_sentence, alarm_words, fork_words
from collector.office.condition import facts
from collector.office.proof import proofs

MOST_FORKS = 100

log = logging.getLogger(__name__)


@needs(SEE_DEVICES)
def devices(request: HttpRequest) -> HttpResponse:
    """List the devices with their watermarks."""
    context = {"states": proofs(Device.objects.all()), "may_let_in": may(request, LET_IN)}
    return render(request, "office/devices.html", context)


@needs(SEE_DEVICES)
def device(request: HttpRequest, device_id: str) -> HttpResponse:
    """Show one device: its epochs, its forks and its alarms."""
    found = get_object_or_404(Device, pk=device_id)
    (state,) = proofs([found])
    context = {
        "state": state,
        "counter": standing(found),
        "facts": facts(found),
        "marks": Watermark.objects.filter(device=found).order_by("-epoch"),
        "forks": _compared(Fork.objects.filter(device=found)[:MOST_FORKS]),
        "alarms": _worded(Alarm.objects.filter(device=device_id)),
        "may_settle": may(request, SETTLE_ALARMS),
        "may_let_in": may(request, LET_IN),
    }
    return render(request, "office/device.html", context)


@needs(SEE_DEVICES)
def alarms(request: HttpRequest) -> HttpResponse:
    """List every alarm: what waits for a person first, then what has been dealt with."""
    everything = Alarm.objects.all()
    context = {
        "waiting": _worded(everything.filter(settled=None)),
        "settled": _worded(everything.exclude(settled=None)[:MOST_FORKS]),
        "may_settle": may(request, SETTLE_ALARMS),
    }
    return render(request, "office/alarms.html", context)


@require_POST
@needs(SETTLE_ALARMS)
def settle(request: HttpRequest, alarm: int) -> HttpResponse:
    """Note that a person has dealt with an alarm; it opens again when the same thing happens."""
    get_object_or_404(Alarm, pk=alarm)
    who = request.user.get_username()
    open_alarm = Alarm.objects.filter(pk=alarm, settled=None)
    if open_alarm.update(settled=timezone.now(), settled_by=who):
        log.info("alarm %d was settled by %s", alarm, who)
    return redirect("alarms")


def _worded(rows: Iterable[Alarm]) -> list[tuple[Alarm, str, str]]:
    return [(alarm, alarm_words(alarm.kind), alarm_sentence(alarm)) for alarm in rows]


def _compared(forks: Iterable[Fork]) -> list[tuple[Fork, str]]:
    return [(fork, fork_words(fork.reason)) for fork in forks]
