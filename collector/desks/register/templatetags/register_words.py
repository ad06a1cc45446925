"""Words for the register's templates: an entry's own terms in the reader's language."""

from __future__ import annotations

from django import template

from collector.desks.register.words import SOURCES, TAX_CLASSES, TENDERS

register = template.Library()


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
