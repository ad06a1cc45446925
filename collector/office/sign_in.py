"""Signing in and out. Wrong passwords make the next try wait, longer each time."""

from __future__ import annotations

import hashlib
import logging
import math
import time
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from appliance.domain.staff import Attempts
from collector.office.models import SignInTries

log = logging.getLogger(__name__)

TRIES_FROM_ONE_PLACE = 20
"""Wrong passwords that count once, when they come from one place under changing names."""


class SignInForm(AuthenticationForm):
    """Name and password; guesses are counted before the password is looked at."""

    error_messages = {  # noqa: RUF012  # Django's own shape
        "invalid_login": _("This name and password do not belong together. Try again."),
        "inactive": _("This account is closed. Ask a manager."),
    }

    def clean(self) -> dict[str, Any]:
        """Check the password, unless too many wrong ones came before it."""
        places = self._places()
        seconds = max(wait_s(place) for place in places)
        if seconds > 0:
            raise ValidationError(_wait_sentence(seconds), code="wait")
        try:
            cleaned = super().clean()
        except ValidationError:
            log.warning("a wrong password for %r from %s", *self._who())
            for place, free in places.items():
                count_wrong(place, free)
            raise
        if self.get_user() is not None:
            log.info("%r signed in from %s", *self._who())
            SignInTries.objects.filter(place__in=places).delete()
        return cleaned

    def _places(self) -> dict[str, int]:
        """Return what is counted, each with how many wrong tries are free beyond the usual."""
        name, address = self._who()
        return {_place(address, name.casefold()): 0, _place(address): TRIES_FROM_ONE_PLACE}

    def _who(self) -> tuple[str, str]:
        """Return the name that was typed and the address it came from."""
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        return str(self.cleaned_data.get("username", "")), address


class SignIn(LoginView):
    """The page where people say who they are."""

    template_name = "office/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """Ends the session; only a form can ask for it, so no other site can."""


def wait_s(place: str) -> float:
    """Return how many seconds a place must wait before its next try."""
    tries = SignInTries.objects.filter(place=place).first()
    return Attempts(until_s=tries.until_s).wait_s(time.time()) if tries else 0.0


def count_wrong(place: str, free: int) -> None:
    """Count one wrong password; the first ``free`` ones do not count."""
    with transaction.atomic():
        tries, _made = SignInTries.objects.select_for_update().get_or_create(
            place=place, defaults={"wrong": -free}
        )
        tries.wrong += 1
        if tries.wrong > 0:
            tries.until_s = Attempts(tries.wrong - 1, tries.until_s).failed(time.time()).until_s
        tries.save()


def _place(*parts: str) -> str:
    """Return a key that keeps neither names nor addresses readable."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _wait_sentence(seconds: float) -> str:
    if seconds > 60:  # noqa: PLR2004  # a minute
        minutes = math.ceil(seconds / 60)
        return ngettext(
            "Too many wrong passwords. Wait %(count)d minute, then try again.",
            "Too many wrong passwords. Wait %(count)d minutes, then try again.",
            minutes,
        ) % {"count": minutes}
    count = math.ceil(seconds)
    return ngettext(
        "Too many wrong passwords. Wait %(count)d second, then try again.",
        "Too many wrong passwords. Wait %(count)d seconds, then try again.",
        count,
    ) % {"count": count}
