"""The shop's settings about ways to pay: vouchers, gift cards, tips and payment codes.

| setting | says |
| --- | --- |
| tips | false where nobody is asked for tips, though the market has them |
| gift_card_months, credit_months | how long a gift card or store credit is good; 0 for ever |
| vouchers | vouchers of others that are taken: a ``name`` each, and ``value_minor`` where all are worth the same |
| qr_payment | who is paid by code: ``name``, ``iban`` and at will ``bic`` for EPC069-12, or ``emvco``, the code the bank gave |
| qr_confirm | who may say that a payment by code came: ``supervisor``, or every ``cashier`` |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from appliance.domain import emvco, epc
from appliance.domain.article import HIGHEST_PRICE_MINOR
from appliance.domain.errors import DomainError

_MOST_MONTHS = 1200
_LONGEST_NAME = 60
_WHO = ("cashier", "supervisor")
_LONGEST_CODE = 512


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _are_months(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST_MONTHS


def _are_vouchers(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_voucher, value))


def _is_voucher(value: Any) -> bool:
    if not isinstance(value, dict) or not set(value) <= {"name", "value_minor"}:
        return False
    name, worth = value.get("name"), value.get("value_minor", 1)
    named = isinstance(name, str) and bool(name.strip()) and len(name) <= _LONGEST_NAME
    return named and type(worth) is int and 0 < worth <= HIGHEST_PRICE_MINOR


def _is_payee(value: Any) -> bool:
    try:
        tidy({"qr_payment": value})
    except (DomainError, AttributeError, TypeError):
        return False
    known = {"name", "iban", "bic", "emvco"}
    return set(value) <= known and len(str(value.get("emvco", ""))) <= _LONGEST_CODE


TENDER_SETTINGS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "tips": (_is_flag, "true or false"),
    "gift_card_months": (_are_months, f"whole months from 0 to {_MOST_MONTHS}"),
    "credit_months": (_are_months, f"whole months from 0 to {_MOST_MONTHS}"),
    "vouchers": (
        _are_vouchers,
        "a list of vouchers, each with a name and at will value_minor above 0",
    ),
    "qr_payment": (
        _is_payee,
        (
            "a table with name and iban, whose check digits must be right, and at will bic; or with "
            "emvco, the code exactly as the bank gave it, its checksum included"
        ),
    ),
    "qr_confirm": (_WHO.__contains__, f"one of {', '.join(_WHO)}"),
}
"""What each setting must be, and how that is said."""


def tidy(told: Mapping[str, Any]) -> dict[str, Any]:
    """Write account numbers the one way they travel: capitals without blanks.

    Raises:
        DomainError: Who is paid cannot be.
    """
    payee = told.get("qr_payment")
    if payee is None:
        return dict(told)
    tidied = dict(payee)
    if "emvco" in payee:
        tidied["emvco"] = payee["emvco"].strip()
        emvco.check(tidied["emvco"])
    if "iban" in payee or "emvco" not in payee:
        right = epc.Payee(payee.get("name", ""), payee.get("iban", ""), payee.get("bic", ""))
        tidied |= {"iban": right.iban} | ({"bic": right.bic} if right.bic else {})
    return {**told, "qr_payment": tidied}
