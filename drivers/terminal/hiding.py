"""Card numbers are hidden before anything else sees a terminal's text (PCI DSS 3.4).

A terminal masks the numbers it writes, but how much it leaves is its own setting. Here at most the
last four digits are left, whatever the terminal's setting is. What is hidden is told by its shape
alone: a check digit would let a misread number through.
"""

from __future__ import annotations

import re

SHORTEST = 12
"""Digits and masking signs together; no card number is shorter (ISO/IEC 7812-1 asks for 10 or more,
payment cards have 12 to 19)."""

SHOWN = 4
"""The last four digits may be kept; a receipt needs them to tell two cards apart."""

_SIGNS = "0-9*#xX•"
_RUN = re.compile(rf"[{_SIGNS}](?:[ .-]?[{_SIGNS}]){{{SHORTEST - 1},}}")
_MASKS = frozenset("*#xX•")


def hide_card_numbers(text: str) -> str:
    """``text`` with every card number, masked in part or not at all, down to its last four digits."""
    return _RUN.sub(lambda run: _hidden(run[0]), text)


def _hidden(run: str) -> str:
    signs = sum(sign.isdigit() or sign in _MASKS for sign in run)
    out, place = [], 0
    for sign in run:
        counted = sign.isdigit() or sign in _MASKS
        place += counted
        out.append("*" if sign.isdigit() and place <= signs - SHOWN else sign)
    return "".join(out)
