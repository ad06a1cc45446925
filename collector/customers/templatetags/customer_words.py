"""What the customers' templates say in words."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from collector.customers.models import Customer
from collector.customers.standing import Whole
from collector.customers.words import WHY

register = template.Library()


@register.filter
def why(key: str) -> str | Promise:
    """Say why two are, or may be, one."""
    return WHY.get(key, key)


@register.filter
def called(one: Customer | Whole | None) -> str:
    """Return what a customer is called."""
    kept = one.kept if isinstance(one, Whole) else one
    if one is None or kept is None or kept.erased:
        return _("erased")
    profile = one.profile if isinstance(one, Whole) else one.who
    card = _("card %(card)s") % {"card": profile.cards[0]} if profile.cards else _("no name")
    return profile.title or card
