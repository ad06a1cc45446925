"""The pages that say what stands on a counter, and change it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from collector.counters import telling
from collector.counters.editor import Editor
from collector.counters.models import Counter, Profile
from collector.counters.standing import standing, standings
from collector.counters.telling import LONGEST_NAME, NOTHING, CounterRefused, Overtaken
from collector.ingest.models import Device
from collector.office.access import LET_IN, SEE_DEVICES, may, needs

FOUND, OWN, OF_PROFILE = "found", "own", "profile:"
"""What may be chosen for a device's counter; after the last comes the profile's name."""


@needs(SEE_DEVICES)
def counter(request: HttpRequest, device_id: str) -> HttpResponse:
    """Show what stands on a device's counter; change it."""
    device = get_object_or_404(Device, pk=device_id)
    if request.method != "POST":
        return _counter(request, device)
    _must_let_in(request)
    editor, choice = Editor.sent(request.POST.dict()), request.POST.get("choice", "")
    if editor.put_piece():
        return _counter(request, device, editor, OWN if editor.put else choice)
    try:
        editor.check_finished()
        is_told = _choose(request, device, editor, choice)
    except CounterRefused as refused:
        editor.refuse(refused)
        if isinstance(refused, Overtaken):
            editor.seen = _state(device)
        return _counter(request, device, editor, choice, status=400)
    if device.revoked is not None:
        messages.success(request, _("Saved; the device is told when it is let in again."))
    elif is_told:
        messages.success(request, _("Saved; the device is told."))
    else:
        messages.success(request, _("Saved; the device knows this already."))
    return redirect("counter", device.pk)


@needs(SEE_DEVICES)
def profiles(request: HttpRequest) -> HttpResponse:
    """List the profiles and how many devices use each."""
    context = {
        "profiles": Profile.objects.annotate(devices=Count("counters")),
        "may_change": may(request, LET_IN),
    }
    return render(request, "counters/profiles.html", context)


@needs(LET_IN)
def new_profile(request: HttpRequest) -> HttpResponse:
    """Make a profile."""
    if request.method != "POST":
        return _profile(request, None)
    return _keep(request, request.POST.get("name", "").strip(), None)


@needs(SEE_DEVICES)
def profile(request: HttpRequest, name: str) -> HttpResponse:
    """Show a profile with the devices that use it; change it for all of them."""
    found = telling.find_profile(name)
    if request.method == "POST":
        _must_let_in(request)
        return _keep(request, name, found)
    if found is None:
        raise Http404
    return _profile(request, found)


@require_POST
@needs(LET_IN)
def remove(request: HttpRequest, name: str) -> HttpResponse:
    """Remove a profile that no device uses."""
    try:
        telling.remove_profile(name, by=request.user.get_username())
    except CounterRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Profile {name} is removed.").format(name=name))
    return redirect("profiles")


def _choose(request: HttpRequest, device: Device, editor: Editor, choice: str) -> bool:
    said: dict[str, Any] = {
        "by": request.user.get_username(), "now": timezone.now(), "seen": editor.seen,
    }  # fmt: skip
    if choice == OWN:
        return telling.give_own(device, editor.text, **said)
    if editor.is_changed:
        raise CounterRefused(
            _(
                "You changed the settings and chose something else. Choose settings of its own, or "
                "open the page anew to let go of what you typed."
            )
        )
    if choice == FOUND:
        return telling.as_it_finds_itself(device, **said)
    if choice.startswith(OF_PROFILE):
        return telling.choose_profile(device, choice.removeprefix(OF_PROFILE), **said)
    raise CounterRefused(_("Choose what stands on the counter from the list."))


def _counter(
    request: HttpRequest,
    device: Device,
    editor: Editor | None = None,
    choice: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    now = standing(device)
    own = OWN if now.settings else FOUND
    context = {
        "device": device,
        "standing": now,
        "editor": editor or Editor.opened(now.settings, _state(device)),
        "choice": choice or (f"{OF_PROFILE}{now.profile}" if now.profile else own),
        "profiles": [(f"{OF_PROFILE}{each.pk}", each.pk) for each in Profile.objects.all()],
        "may_change": may(request, LET_IN),
    }
    return render(request, "counters/counter.html", context, status=status)


def _state(device: Device) -> str:
    found = Counter.objects.filter(pk=device.pk).first()
    return found.state if found else NOTHING


def _keep(request: HttpRequest, name: str, found: Profile | None) -> HttpResponse:
    """Keep a profile as the page has it, or say why not."""
    editor = Editor.sent(request.POST.dict())
    if editor.put_piece():
        return _profile(request, found, name, editor)
    try:
        editor.check_finished()
        told = telling.keep_profile(
            name,
            editor.text,
            by=request.user.get_username(),
            now=timezone.now(),
            seen=editor.seen,
        )
    except CounterRefused as refused:
        editor.refuse(refused)
        if isinstance(refused, Overtaken):
            found = telling.find_profile(name)
            editor.seen = found.state if found else ""
        return _profile(request, found, name, editor, status=400)
    is_told = ngettext(
        "Saved; %(count)d device is told.", "Saved; %(count)d devices are told.", told
    )
    messages.success(request, is_told % {"count": told})
    return redirect("profile", name)


def _profile(
    request: HttpRequest,
    found: Profile | None,
    name: str = "",
    editor: Editor | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    users = Device.objects.filter(counter__profile=found) if found else Device.objects.none()
    opened = (found.settings, found.state) if found else ("", "")
    context = {
        "profile": found,
        "name": name,
        "is_new": request.path == reverse("new-profile"),
        "longest": LONGEST_NAME,
        "editor": editor or Editor.opened(*opened),
        "standings": standings(users),
        "may_change": may(request, LET_IN),
    }
    return render(request, "counters/profile.html", context, status=status)


def _must_let_in(request: HttpRequest) -> None:
    if not may(request, LET_IN):
        raise PermissionDenied
