"""What the customers' pages call things."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appliance.domain.errors import (
    AddressOfMailError,
    CardNumberError,
    PhoneError,
    TaxNumberError,
    UnnamedError,
)

PART_WORDS: dict[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "company": gettext_lazy("Company"),
    "tax_number": gettext_lazy("Tax number"),
    "address": gettext_lazy("Address, lines apart by commas"),
    "cards": gettext_lazy("Cards, apart by commas"),
}
WHY: dict[str, str | Promise] = {
    "name_phone": gettext_lazy("the same name and phone"),
    "name_email": gettext_lazy("the same name and e-mail"),
    "name_card": gettext_lazy("the same name and card"),
    "person": gettext_lazy("a person said so"),
    "phone": gettext_lazy("the same phone"),
    "email": gettext_lazy("the same e-mail"),
    "card": gettext_lazy("the same card"),
}


def refusal(wrong: Exception) -> str:
    """Say why what was typed of a customer cannot be used."""
    if isinstance(wrong, UnnamedError):
        return _("Type a name, a phone number, an e-mail address or a card.")
    if isinstance(wrong, PhoneError):
        return _("That is no phone number. Type all of it; from abroad with 00 or + in front.")
    if isinstance(wrong, AddressOfMailError):
        return _("That e-mail address is not whole. It reads like a@b.com.")
    if isinstance(wrong, TaxNumberError):
        return _("That is no tax number. Type its letters and digits, or leave it empty.")
    if isinstance(wrong, CardNumberError):
        return _("That looks like a bank's card, which is never kept.")
    return _("Something is too long, or not a number of a card.")
