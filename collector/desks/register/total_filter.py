"""From which day to which, and of which register: what the page of totals is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collector.desks.register.filter import DayField, DeviceField


@dataclass(frozen=True, slots=True)
class Days:
    """The receipts of some business days, in one currency where one is named.

    Attributes:
        since: The first day.
        until: The last.
        device: Whose; empty for all.
        currency: Which; empty for all.
    """

    since: date
    until: date
    device: str = ""
    currency: str = ""

    def within(self, prefix: str = "") -> Q:
        """Choose the rows of these receipts."""
        asked: dict[str, Any] = {"day__gte": self.since, "day__lte": self.until}
        asked |= {"device": self.device} if self.device else {}
        asked |= {"currency": self.currency} if self.currency else {}
        return Q(**{f"{prefix}{name}": value for name, value in asked.items()})

    def of(self, currency: str) -> Days:
        """Return the same in one currency."""
        return replace(self, currency=currency)


class TotalsFilter(forms.Form):
    """Days and a register; left open it is this month so far, of all."""

    since = DayField(gettext_lazy("From"))
    until = DayField(gettext_lazy("To"))
    device = DeviceField(gettext_lazy("Device"))

    def __init__(self, asked: Any) -> None:
        today = timezone.localdate()
        told = {"since": today.replace(day=1).isoformat(), "until": today.isoformat()}
        super().__init__({**told, **{name: text for name, text in asked.items() if text}})

    def clean(self) -> dict[str, Any]:
        """Refuse days that lie the wrong way round."""
        told: dict[str, Any] = super().clean() or {}
        since, until = told.get("since"), told.get("until")
        if since and until and until < since:
            self.add_error("until", ValidationError(_("This day should not lie before the first.")))
        return told

    def days(self) -> Days | None:
        """Return what is asked for; nothing where it cannot be understood."""
        if not self.is_valid():
            return None
        asked = self.cleaned_data
        device = asked["device"]
        return Days(asked["since"], asked["until"], device.pk if device else "")
