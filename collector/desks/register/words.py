"""What the words of an entry are called on a page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TENDERS = {
    "cash": _("Cash"),
    "card_terminal": _("Card"),
    "card_manual": _("Card, by hand"),
}
SOURCES = {
    "scan": _("scanned"),
    "key": _("quick key"),
    "search": _("searched"),
    "typed": _("typed"),
}
TAX_CLASSES = {
    "standard": _("standard"),
    "reduced": _("reduced"),
    "second_reduced": _("second reduced"),
    "zero": _("zero"),
    "exempt": _("exempt"),
}
