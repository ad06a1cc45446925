"""GS1 article numbers: the check digit and the one form kept inside, GTIN-14."""

from __future__ import annotations

from appliance.domain.errors import BadCheckDigit, Unreadable

LENGTHS = (8, 12, 13, 14)
"""GTIN-8, GTIN-12 (UPC-A), GTIN-13 (EAN-13) and GTIN-14."""


def is_digits(text: str) -> bool:
    """Whether a text is one or more of the digits 0 to 9, and no other script's."""
    return text.isascii() and text.isdigit()


def check_digit(digits: str) -> str:
    """Return the check digit that belongs behind a number (GS1 General Specifications, 7.9)."""
    weighted = (int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-sum(weighted) % 10)


def is_gtin(text: str) -> bool:
    """Whether a text is a GTIN of any length, check digit included."""
    return is_digits(text) and len(text) in LENGTHS and check_digit(text[:-1]) == text[-1]


def to_gtin14(text: str) -> str:
    """Return a GTIN of any length as 14 digits.

    Raises:
        Unreadable: It is not 8, 12, 13 or 14 digits.
        BadCheckDigit: The last digit is not the check digit of the others.
    """
    if not is_digits(text) or len(text) not in LENGTHS:
        raise Unreadable(f"An article number has 8, 12, 13 or 14 digits, found “{text[:40]}”.")
    if not is_gtin(text):
        raise BadCheckDigit(
            f"The check digit of {text} should be {check_digit(text[:-1])}, not {text[-1]}; "
            "scan again."
        )
    return text.zfill(14)
