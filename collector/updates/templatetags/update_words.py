"""Words of updates for templates."""

from __future__ import annotations

from typing import Any

from django import template

from appliance.domain.update import Why
from collector.updates.words import REASONS, RINGS, STATES

register = template.Library()


@register.filter
def ring(number: int) -> Any:
    """Say a ring."""
    return RINGS[number]


@register.filter
def stage(state: str) -> Any:
    """Say how far a device is."""
    return STATES[state]


@register.filter
def reason(why: Why) -> Any:
    """Say why it does not go on, or did not stay."""
    return REASONS[why]


@register.filter
def mebibytes(size: int) -> int:
    """Return a size in MiB."""
    return round(size / (1 << 20))
