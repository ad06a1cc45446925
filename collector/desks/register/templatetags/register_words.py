"""Words for the register's templates: an entry's own terms in the reader's language."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.formats import date_format

from collector.desks.register.shift_rows import minutes
from collector.desks.register.words import (
    DIFFERS,
    DRAWER,
    LEARNED,
    OUTCOMES,
    PERIODS,
    SOURCES,
    TAX_CLASSES,
    TENDERS,
)
from collector.office import writing

register = template.Library()
register.filter("minutes", minutes)


@register.filter
def tender_words(tender: str) -> str:
    """Say a way to pay; one that is not known yet stands as it is."""
    return str(TENDERS.get(tender, tender))


@register.filter
def source_words(source: str) -> str:
    """Say how a line came into the basket."""
    return str(SOURCES.get(source, source))


@register.filter
def tax_words(tax_class: str) -> str:
    """Say a tax class."""
    return str(TAX_CLASSES.get(tax_class, tax_class))


@register.simple_tag
def piled(value_minor: int, pieces: int, decimals: int) -> str:
    """Write what so many notes or coins of one value are worth."""
    return writing.amount(value_minor * pieces, decimals)


@register.filter
def drawer_words(kind: str) -> str:
    """Say what was done to a drawer."""
    return str(DRAWER.get(kind, kind))


@register.filter
def period_words(period: str) -> str:
    """Say what kind of period was closed."""
    return str(PERIODS.get(period, period))


@register.filter
def period_name(name: str) -> str:
    """Write a day, month or year such as ``2026-11`` the reader's way; anything else as it is."""
    parts = name.split("-")
    try:
        first = date(*(int(part) for part in [*parts, "1", "1"][:3]))
    except (TypeError, ValueError):
        return name
    return date_format(first, ("Y", "F Y", "j F Y")[len(parts) - 1])


@register.filter
def outcome_words(outcome: str) -> str:
    """Say how a card terminal's end of day went."""
    return str(OUTCOMES.get(outcome, outcome))


@register.filter
def learned_words(reason: str) -> str:
    """Say how training ended."""
    return str(LEARNED.get(reason, reason))


@register.filter
def differs_words(names: tuple[str, ...]) -> str:
    """Name what differs between a device's figures and those here."""
    return ", ".join(str(DIFFERS.get(name, name)) for name in names)
