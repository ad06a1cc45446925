"""Card numbers are never kept: text that may hold one is refused or masked (PCI DSS 3.4)."""

from __future__ import annotations

import re

from appliance.domain.errors import CardNumberError

SHORTEST, LONGEST = 13, 19
SHOWN = 4
"""The last four digits may be kept; a receipt needs them to tell two cards apart."""

_RUN = re.compile(rf"(?<![0-9])[0-9](?:[ -]?[0-9]){{{SHORTEST - 1},}}(?![0-9])")


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit that card numbers carry (ISO/IEC 7812-1)."""
    doubled = (int(d) * (i % 2 + 1) for i, d in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def mask_card_numbers(text: str) -> str:
    """Return a text with every card number in it reduced to its last four digits."""
    return _RUN.sub(lambda run: _masked(run[0]) if _holds_card(run[0]) else run[0], text)


def refuse_card_numbers(text: str) -> None:
    """Refuse a text that is to be kept and holds what looks like a card number.

    Raises:
        CardNumberError: It does.
    """
    if any(_holds_card(run[0]) for run in _RUN.finditer(text)):
        raise CardNumberError(
            "A reference was expected, found what looks like a card number; "
            "type the number of the slip instead."
        )


def _holds_card(run: str) -> bool:
    """Whether a run of digits is a card number, or is longer and has one inside."""
    digits = re.sub(r"[ -]", "", run)
    if len(digits) <= LONGEST:
        return passes_luhn(digits)
    return any(
        passes_luhn(digits[start : start + length])
        for length in range(SHORTEST, LONGEST + 1)
        for start in range(len(digits) - length + 1)
    )


def _masked(run: str) -> str:
    hidden = sum(char.isdigit() for char in run) - SHOWN
    out = []
    for char in run:
        out.append("*" if char.isdigit() and hidden > 0 else char)
        hidden -= char.isdigit()
    return "".join(out)
