"""What the words of an entry are called on a page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TENDERS = {
    "cash": _("Cash"),
    "card_terminal": _("Card"),
    "card_manual": _("Card, by hand"),
    "voucher": _("Voucher"),
    "gift_card": _("Gift card"),
    "store_credit": _("Store credit"),
    "on_account": _("On account"),
    "qr": _("QR payment"),
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
DISCOUNTS = {
    "line": _("On a line"),
    "basket": _("On the whole sale"),
    "promotion": _("Promotions"),
    "customer": _("Customers' prices"),
    "price": _("Changed prices"),
}
MOVEMENTS = {
    "paid_in": _("Paid in"),
    "paid_out": _("Paid out"),
    "drop": _("To the safe"),
}
OPENINGS = {
    "sale": _("For sales"),
    "cash_moved": _("To move money"),
    "no_sale": _("No sale"),
    "count": _("To count"),
    "forced": _("Unasked, by key or force"),
}
DRAWER = {
    **MOVEMENTS,
    "count": _("Counted"),
    **{f"open_{cause}": words for cause, words in OPENINGS.items()},
}
PERIODS = {
    "day": _("Day"),
    "month": _("Month"),
    "year": _("Year"),
}
LEARNED = {
    "left": _("ended at the counter"),
    "lock": _("the counter was locked"),
    "idle": _("nobody touched it for long"),
    "switch": _("somebody else signed in"),
    "removed": _("the person was taken off the staff"),
    "restart": _("the register started anew"),
}
OUTCOMES = {
    "approved": _("closed its day"),
    "declined": _("did not close its day"),
    "cancelled": _("was stopped"),
    "unknown": _("did not answer"),
}
DIFFERS = {
    "sold": _("goods sold"),
    "returned": _("goods that came back"),
    "deposits": _("deposits"),
    "gift_cards": _("gift cards sold"),
    "accounts": _("paid off on account"),
    "voided": _("voids"),
    "removed": _("lines removed"),
    "abandoned": _("sales abandoned"),
    "taxes": _("taxes"),
    "tenders": _("ways to pay"),
    "discounts": _("discounts"),
    "movements": _("money moved"),
    "openings": _("openings of the drawer"),
    "open_s": _("how long the drawer stood open"),
    "rounding": _("cash rounding"),
    "tips": _("tips"),
    "items": _("pieces"),
    "copies": _("copies of receipts"),
    "receipts": _("receipts"),
    "first_receipt": _("the first receipt"),
    "last_receipt": _("the last receipt"),
    "gross": _("the total"),
    "entries": _("the number of entries"),
    "difference": _("the differences of the counts"),
    "number": _("its number does not follow the one before"),
    "perpetual": _("the totals since the register was new do not follow"),
    "proposed": _("the money at its beginning is not what was left before"),
    "covers": _("it does not begin where the one before ended"),
}
"""What may differ between a Z and what it comes to here, by the name the comparison gives it."""
