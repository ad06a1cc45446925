"""The page about updates: versions, who is offered them, and how far each device is."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collector.ingest.models import Device
from collector.office.access import OFFER_UPDATES, SEE_UPDATES, may, needs
from collector.updates import offering
from collector.updates.bundles import BundleError
from collector.updates.models import Bundle
from collector.updates.standing import standings
from collector.updates.words import REACHES, RINGS

log = logging.getLogger(__name__)


@needs(SEE_UPDATES)
def updates(request: HttpRequest) -> HttpResponse:
    """Show the versions and the devices."""
    return _show(request)


@require_POST
@needs(OFFER_UPDATES)
def upload(request: HttpRequest) -> HttpResponse:
    """Take a version in."""
    file = request.FILES.get("bundle")
    if file is None:
        return _show(request, wrong=_("Choose a file first."), status=400)
    who = request.user.get_username()
    try:
        kept = offering.take_in(file.chunks(), by=who, now=datetime.now(UTC))
    except BundleError as refused:
        return _show(request, wrong=str(refused), status=400)
    log.info("version %s was taken in by %s", kept.version, who)
    messages.success(request, _("Version {version} is here.").format(version=kept.version))
    return redirect("updates")


@require_POST
@needs(OFFER_UPDATES)
def change(request: HttpRequest, sha256: str) -> HttpResponse:
    """Offer a version to a ring, pause it, offer it again or remove it."""
    bundle, now = get_object_or_404(Bundle, pk=sha256), datetime.now(UTC)
    reach = request.POST.get("reach", "")
    match request.POST.get("do"):
        case "pause":
            offering.pause(bundle, now, paused=True)
        case "go-on":
            offering.pause(bundle, now, paused=False)
        case "again":
            offering.offer_again(bundle, now)
        case "remove":
            offering.remove(bundle, now)
        case "offer" if reach.isdecimal() and int(reach) in REACHES:
            offering.offer(bundle, int(reach), now)
        case _:
            return _show(request, wrong=_("Choose what is to be done."), status=400)
    log.info("%s: %s by %s", bundle.version, request.POST.get("do"), request.user.get_username())
    messages.success(request, _("Saved; every device is told."))
    return redirect("updates")


@require_POST
@needs(OFFER_UPDATES)
def ring(request: HttpRequest, device_id: str) -> HttpResponse:
    """Put a device into a ring."""
    device, wanted = get_object_or_404(Device, pk=device_id), request.POST.get("ring", "")
    if not wanted.isdecimal() or int(wanted) not in RINGS:
        return _show(request, wrong=_("Choose what is to be done."), status=400)
    offering.put_into(device.pk, int(wanted), datetime.now(UTC))
    messages.success(request, _("Saved; every device is told."))
    return redirect("updates")


def _show(request: HttpRequest, *, wrong: str = "", status: int = 200) -> HttpResponse:
    context = {
        "bundles": Bundle.objects.all(),
        "standings": standings(),
        "rings": RINGS.items(),
        "reaches": REACHES.items(),
        "may_offer": may(request, OFFER_UPDATES),
        "certificate": offering.certificate(),
        "has_certificate": offering.certificate().exists(),
        "wrong": wrong,
    }
    return render(request, "updates/updates.html", context, status=status)
