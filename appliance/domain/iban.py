"""Account numbers of banks (ISO 13616) and creditor references (ISO 11649), with their checks."""

from __future__ import annotations

import re

from appliance.domain.errors import DomainError

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26,
    "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15,
    "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
}  # fmt: skip
"""By country of the euro payments area; of others the general form is all that is checked."""
_REFERENCE = re.compile(r"[0-9A-Z]{1,21}")
_BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[0-9A-Z]{2}([0-9A-Z]{3})?")


class IbanError(DomainError, ValueError):
    """Not the number of a bank account."""


def read_iban(text: str) -> str:
    """Return an IBAN as it is kept: capitals, no blanks.

    Raises:
        IbanError: It has not the form of one, or its check digits say that a sign is wrong.
    """
    iban = re.sub(r"\s", "", text).upper()
    length = _LENGTHS.get(iban[:2], len(iban))
    if not _IBAN.fullmatch(iban) or len(iban) != length or _remainder(iban) != 1:
        raise IbanError(
            f"An IBAN such as NL91 ABNA 0417 1643 00 was expected, found {text[:40]!r}; "
            "correct it in the shop's settings."
        )
    return iban


def read_bic(text: str) -> str:
    """Return the code of a bank (ISO 9362).

    Raises:
        IbanError: It has not the form of one.
    """
    bic = text.strip().upper()
    if not _BIC.fullmatch(bic):
        raise IbanError(
            f"A BIC of 8 or 11 signs was expected, found {text[:40]!r}; "
            "correct it in the shop's settings, or leave it out."
        )
    return bic


def creditor_reference(body: str) -> str:
    """Make a creditor reference, which a bank carries through unchanged: RF and two check digits.

    Args:
        body: 1 to 21 digits and capitals.

    Raises:
        ValueError: It is something else.
    """
    if not _REFERENCE.fullmatch(body):
        raise ValueError(f"1 to 21 digits and capitals were expected, found {body[:40]!r}.")
    return f"RF{98 - _remainder('RF00' + body):02}{body}"


def is_creditor_reference(text: str) -> bool:
    """Whether a text is a creditor reference with the right check digits."""
    fits = text.startswith("RF") and text[2:4].isdigit() and _REFERENCE.fullmatch(text[4:])
    return bool(fits) and _remainder(text) == 1


def _remainder(text: str) -> int:
    """Work out ISO 7064, MOD 97-10: the first four signs last, letters as 10 to 35."""
    turned = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97
