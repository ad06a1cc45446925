"""The pages that let devices in and shut them out."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collector.counters.models import Profile
from collector.enrolment import places
from collector.enrolment.admissions import LASTS, Wanted, WantedError, offer, withdraw
from collector.enrolment.authority import Authority, AuthorityError
from collector.enrolment.models import Admission
from collector.enrolment.shutting_out import tell_broker
from collector.ingest.models import Device
from collector.office.access import LET_IN, SEE_DEVICES, may, needs

SHOWN = 20
QUIET_ZONE = 4
"""Modules of white around the code; scanners ask for four (ISO/IEC 18004)."""
AS_FOUND = "/found"
"""Chosen for the counter of a device in the place of another; no profile has a slash in its name."""

log = logging.getLogger(__name__)

STATES = {
    "": gettext_lazy("waits for its device"),
    "used": gettext_lazy("let in"),
    "revoked": gettext_lazy("withdrawn"),
    "closed": gettext_lazy("closed: tried wrongly too often"),
    "expired": gettext_lazy("its time is over"),
}


@needs(LET_IN)
def let_in(request: HttpRequest) -> HttpResponse:
    """Ask which device is to be let in, and show its code once."""
    if request.method != "POST":
        return _form(request)
    try:
        authority = _authority()
        wanted = _wanted(request)
        kept, code = offer(wanted, authority, by=request.user.get_username(), now=timezone.now())
    except (WantedError, AuthorityError, places.PlaceError) as refused:
        return _form(request, wrong=str(refused), status=400)
    log.info("a code for %s was made by %s", kept.device, kept.made_by)
    shown = segno.make(code.text(), error="m")
    context = {
        "admission": kept,
        "place": f"{code.host}:{code.port}",
        "short": code.short(),
        "picture": shown.svg_inline(
            border=QUIET_ZONE, omitsize=True, svgclass="qr", lineclass=None
        ),
        "minutes": int(LASTS.total_seconds() // 60),
    }
    return render(request, "enrolment/code.html", context)


@needs(LET_IN)
def admission(request: HttpRequest, number: int) -> HttpResponse:
    """Show what became of a code; the code itself is shown once only."""
    found = get_object_or_404(Admission, pk=number)
    return render(request, "enrolment/admission.html", {"row": _worded(found)})


@require_POST
@needs(LET_IN)
def withdraw_code(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw a code that nobody has used."""
    found = get_object_or_404(Admission, pk=number)
    if withdraw(found, timezone.now()):
        log.info("the code for %s was withdrawn by %s", found.device, request.user.get_username())
        messages.success(request, _("The code is withdrawn: it lets nobody in."))
    else:
        messages.error(request, _("Nothing to withdraw: the code was used or withdrawn before."))
    return redirect("let-in")


@needs(LET_IN)
def shut_out(request: HttpRequest, device_id: str) -> HttpResponse:
    """Ask whether a device is to be shut out, and do it."""
    found = get_object_or_404(Device, pk=device_id, revoked=None)
    if request.method != "POST" or request.POST.get("sure") != found.pk:
        return render(request, "enrolment/shut_out.html", {"device": found})
    try:
        authority = _authority()
    except AuthorityError as refused:
        return render(
            request, "enrolment/shut_out.html", {"device": found, "wrong": str(refused)}, status=400
        )
    Device.objects.filter(pk=found.pk).update(revoked=timezone.now())
    authority.revoke(found.pk)
    left = tell_broker(authority)
    log.info("%s was shut out by %s", found.pk, request.user.get_username())
    messages.success(request, _("%(name)s is shut out.") % {"name": found.name})
    if left:
        messages.warning(request, left)
    return redirect("device", found.pk)


def _form(request: HttpRequest, *, wrong: str = "", status: int = 200) -> HttpResponse:
    typed = request.POST
    number = _next_register()
    context: dict[str, Any] = {
        "wrong": wrong,
        "device": typed.get("device", f"register-{number}"),
        "name": typed.get("name", f"{_('Register')} {number}"),
        "register": typed.get("register", str(number)),
        "language": typed.get("language", get_language()),
        "devices": Device.objects.all(),
        "replaces": typed.get("replaces", request.GET.get("replaces", "")),
        "profiles": Profile.objects.all(),
        "profile": typed.get("profile", ""),
        "as_found": AS_FOUND,
        "rows": [_worded(each) for each in Admission.objects.all()[:SHOWN]],
        "minutes": int(LASTS.total_seconds() // 60),
    }
    return render(request, "enrolment/let_in.html", context, status=status)


def _wanted(request: HttpRequest) -> Wanted:
    typed = request.POST
    chosen = typed.get("profile", "")
    profile = "" if chosen == AS_FOUND else chosen
    language = typed.get("language", "")
    language = language if language in dict(settings.LANGUAGES) else "en"
    if replaced := typed.get("replaces", ""):
        known = Device.objects.filter(pk=replaced).first()
        if known is None:
            raise WantedError(_("Choose the device that is replaced from the list."))
        return Wanted(
            known.pk, known.name, known.register, settings.BALIE_MARKET, language, profile,
            replaces=True, keeps_counter=not chosen,
        )  # fmt: skip
    return Wanted(
        device=typed.get("device", "").strip(),
        name=typed.get("name", "").strip()[:100],
        register=typed.get("register", "").strip(),
        market=settings.BALIE_MARKET,
        language=language,
        profile=profile,
    )


def _next_register() -> int:
    """Propose the first number that no device and no open code has, so that nothing is typed."""
    waiting = Admission.objects.filter(
        used=None, withdrawn=None, expires__gt=timezone.now()
    ).values_list("register", "device")
    taken = {
        int(number)
        for pair in (*Device.objects.values_list("register", "id"), *waiting)
        for text in pair
        for number in re.findall(r"\d{1,6}$", text)
    }
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def _worded(admission: Admission) -> tuple[Admission, str, str]:
    reason = admission.closed_because(timezone.now())
    return admission, reason, str(STATES[reason])


def _authority() -> Authority:
    return Authority.open(Path(settings.BALIE_STATE) / "authority")


def may_let_in(request: HttpRequest) -> bool:
    """Tell whether the person who asks may let devices in and shut them out."""
    return may(request, LET_IN) and may(request, SEE_DEVICES)
