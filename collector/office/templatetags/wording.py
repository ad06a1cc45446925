"""Words for templates: the writing of ``collector.office.writing`` as tags and filters."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django import template

from collector.office import writing

register = template.Library()
register.simple_tag(writing.amount, name="amount")
register.simple_tag(writing.quantity, name="quantity")
register.filter("number", writing.number)


@register.filter
def rate(rate_bp: int) -> str:
    """Write a rate in basis points as a percentage."""
    return writing.share(Decimal(rate_bp) / 10_000)


@register.filter
def briefly(moment: datetime | None) -> str:
    """Say a moment as people do; nothing when there is none."""
    return writing.briefly(moment) if moment else ""


@register.filter
def exactly(moment: datetime | None) -> str:
    """Write a moment to the second; nothing when there is none."""
    return writing.exactly(moment) if moment else ""
