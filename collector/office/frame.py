"""What every page shows around its own contents: the menu, the language, who is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collector.office.access import (
    ROLES,
    SEE_CUSTOMERS,
    SEE_DEVICES,
    SEE_ERASURES,
    SEE_LEDGERS,
    SEE_UPDATES,
)
from collector.office.desk import Link, desks

TODAY = Link(_("Today"), "overview", "")
DEVICES = Link(_("Devices"), "devices", SEE_DEVICES)
UPDATES = Link(_("Updates"), "updates", SEE_UPDATES)
BALANCES = Link(_("Balances"), "balances", SEE_LEDGERS)
CUSTOMERS = Link(_("Customers"), "customers", SEE_CUSTOMERS)
PERSONAL_DATA = Link(_("Personal data"), "erasures", SEE_ERASURES)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give templates the menu of whoever asks, the languages and the roles."""
    context: dict[str, Any] = {"languages": settings.LANGUAGES}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    links = [
        TODAY,
        *(link for desk in desks() for link in desk.links),
        BALANCES,
        DEVICES,
        UPDATES,
        CUSTOMERS,
        PERSONAL_DATA,
    ]
    roles = user.groups.values_list("name", flat=True)
    return context | {
        "menu": [
            (link, _is_here(request, link))
            for link in links
            if not link.permission or user.has_perm(link.permission)
        ],
        "roles": [ROLES[role][0] for role in roles if role in ROLES],
    }


def _is_here(request: HttpRequest, link: Link) -> bool:
    address = reverse(link.address)
    return request.path == address if link is TODAY else request.path.startswith(address)
