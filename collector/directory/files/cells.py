"""Reading single cells of a file: what people and their spreadsheets write, and nothing guessed.

Every reader raises ValueError with the reason when it cannot be sure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from appliance.domain.errors import DomainError
from appliance.domain.gtin import to_gtin14

_SPACES = " \u00a0\u202f\u2009"
_MOST_DIGITS = 15
_PLAIN = re.compile(r"([+-]?)([0-9]+)(?:[.,]([0-9]+))?")
_GROUPED = re.compile(
    rf"([+-]?)([1-9][0-9]{{0,2}}(?:(?P<group>[.,'’{_SPACES}])[0-9]{{3}})(?:(?P=group)[0-9]{{3}})*)"
    r"(?:(?!(?P=group))[.,]([0-9]+))?"
)
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_YES = frozenset({"yes", "true", "1"})
_NO = frozenset({"no", "false", "0"})


def number(decimals: int, what: str) -> Callable[[str], int]:
    """Make a reader of decimal numbers, with a comma or a point, grouped or not.

    With two decimals ``1234,50``, ``1234.5``, ``1.234,50`` and ``1,234.50`` are all the same. What
    has two meanings (``1.234``: a thousand, or one and a bit?) is refused; only where there are no
    decimals at all it has one.

    Args:
        decimals: The most there may be; the result counts units of the last one.
        what: The number, for the reason.
    """
    example = f"{1234 * 10**decimals // 10**decimals}" + ("," + "5" * decimals if decimals else "")

    def read(text: str) -> int:
        bare = text.strip(_SPACES)
        plain, grouped = _PLAIN.fullmatch(bare), _GROUPED.fullmatch(bare)
        if plain and grouped and decimals:
            raise ValueError(
                f"this has two meanings, {plain[2]}{plain[3]} and {plain[2]} and a fraction: "
                "write thousands without a sign"
            )
        found = plain if plain and not grouped else grouped
        if found is None:
            raise ValueError(f"{what} is a number such as {example}")
        sign, whole, fraction = (
            found[1],
            re.sub("[^0-9]", "", found[2]),
            found[found.re.groups] or "",
        )
        if len(fraction.rstrip("0")) > decimals:
            raise ValueError(f"{what} has at most {decimals} decimals, such as {example}")
        digits = whole.lstrip("0") + fraction[:decimals].ljust(decimals, "0")
        if len(digits) > _MOST_DIGITS:
            raise ValueError(f"{what} has at most {_MOST_DIGITS} digits")
        value = int(digits or "0")
        return -value if sign == "-" else value

    return read


def from_zero(read: Callable[[str], int], what: str) -> Callable[[str], int]:
    """Make a reader that refuses what lies below zero."""

    def read_from_zero(text: str) -> int:
        value = read(text)
        if value < 0:
            raise ValueError(f"{what} is not below zero")
        return value

    return read_from_zero


def words(most: int, *, least: int = 1) -> Callable[[str], str]:
    """Make a reader of text on one line, of so many characters."""

    def read(text: str) -> str:
        value = text.strip()
        if not least <= len(value) <= most:
            raise ValueError(f"this has {least} to {most} characters, found {len(value)}")
        if not value.isprintable():
            raise ValueError("this holds a character that cannot be shown")
        return value

    return read


def one_of(allowed: Collection[str]) -> Callable[[str], str]:
    """Make a reader of one of some words, in small letters or large."""

    def read(text: str) -> str:
        value = text.strip().lower()
        if value not in allowed:
            raise ValueError(f"this is one of {', '.join(allowed)}")
        return value

    return read


def some_of(allowed: Collection[str]) -> Callable[[str], list[str]]:
    """Make a reader of several of some words, with spaces, commas or bars between."""
    read_one = one_of(allowed)

    def read(text: str) -> list[str]:
        return [read_one(word) for word in re.split(r"[\s,|+]+", text.strip()) if word]

    return read


def whole(least: int, most: int) -> Callable[[str], int]:
    """Make a reader of whole numbers within bounds."""

    def read(text: str) -> int:
        value = text.strip()
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise ValueError(f"this is a whole number from {least} to {most}")
        return int(value)

    return read


def gtin(text: str) -> str:
    """Read a GTIN of any length as 14 digits."""
    try:
        return to_gtin14(text.strip())
    except DomainError as refused:
        raise ValueError(str(refused).rstrip(".")) from refused


def colour(text: str) -> str:
    """Read a colour."""
    value = text.strip()
    if not _COLOUR.fullmatch(value):
        raise ValueError("a colour is written #2f6f4f")
    return value


def yes_or_no(text: str) -> bool:
    """Read yes or no."""
    value = text.strip().lower()
    if value not in _YES | _NO:
        raise ValueError("this is yes or no")
    return value in _YES
