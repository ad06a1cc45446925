"""Who may see what. A role is a group of Django's with the permissions named here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

SEE_SALES = "register.view_sale"
SEE_SHIFTS = "register.view_shift"
SEE_LEDGERS = "ledgers.view_balance"
SEE_DEVICES = "ingest.view_device"
SETTLE_ALARMS = "ingest.change_alarm"
LET_IN = "ingest.add_device"
SEE_ERASURES = "attachments.view_erasure"
SEE_UPDATES = "updates.view_bundle"
OFFER_UPDATES = "updates.change_bundle"

SEE_CUSTOMERS = "customers.view_customer"
CHANGE_CUSTOMERS = "customers.change_customer"
ERASE_CUSTOMERS = "customers.delete_customer"

ROLES: dict[str, tuple[Any, frozenset[str]]] = {
    "finance": (_("Finance"), frozenset({SEE_SALES, SEE_SHIFTS, SEE_LEDGERS, SEE_DEVICES})),
    "marketing": (
        _("Marketing"),
        frozenset({SEE_SALES, SEE_ERASURES, SEE_CUSTOMERS, CHANGE_CUSTOMERS}),
    ),
    "stock": (_("Stock"), frozenset({SEE_SALES})),
    "manager": (
        _("Manager"),
        frozenset(
            {
                SEE_SALES,
                SEE_SHIFTS,
                SEE_LEDGERS,
                SEE_DEVICES,
                SETTLE_ALARMS,
                LET_IN,
                SEE_UPDATES,
                OFFER_UPDATES,
                SEE_ERASURES,
                SEE_CUSTOMERS,
                CHANGE_CUSTOMERS,
                ERASE_CUSTOMERS,
            }
        ),
    ),
    "technician": (
        _("Technician"),
        frozenset({SEE_DEVICES, LET_IN, SETTLE_ALARMS, SEE_UPDATES, OFFER_UPDATES}),
    ),
}
"""Each role's name and what it may do; several roles add up."""

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Show the page to anyone who has signed in."""
    return login_required(view)


def needs(permission: str) -> Callable[[View], View]:
    """Show the page to those who have signed in and have the permission; refuse the others."""

    def decorate(view: View) -> View:
        return login_required(permission_required(permission, raise_exception=True)(view))

    return decorate


def may(request: HttpRequest, permission: str) -> bool:
    """Tell whether the person who asks has the permission."""
    return request.user.has_perm(permission)


def make_roles(**_signal: object) -> None:
    """Give every role its group with exactly its permissions; runs after each migration."""
    from django.contrib.auth.models import Group, Permission  # noqa: PLC0415  # models load after apps

    for role, (_name, permissions) in ROLES.items():
        group, _made = Group.objects.get_or_create(name=role)
        pairs = [permission.split(".") for permission in permissions]
        group.permissions.set(
            Permission.objects.get(content_type__app_label=label, codename=codename)
            for label, codename in pairs
        )
