"""Text as a printer's code pages can say it.

A receipt printer has single-byte code pages only, and obeys control characters wherever they
stand. So an article's name is made safe first: no character can become a command, and every
character that the printer lacks becomes the nearest one it has.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

MISSING = "?"

_SPELLED = {
    "\N{LATIN SMALL LIGATURE IJ}": "ij",
    "\N{LATIN CAPITAL LIGATURE IJ}": "IJ",
    "\N{MINUS SIGN}": "-",
    "\N{HYPHEN}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{SOFT HYPHEN}": "",  # prints as a real hyphen in CP1252
    "\N{LATIN SMALL LETTER O WITH STROKE}": "o",
    "\N{LATIN CAPITAL LETTER O WITH STROKE}": "O",
    "\N{LATIN SMALL LETTER L WITH STROKE}": "l",
    "\N{LATIN CAPITAL LETTER L WITH STROKE}": "L",
    "\N{LATIN SMALL LIGATURE OE}": "oe",
    "\N{LATIN CAPITAL LIGATURE OE}": "OE",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{EURO SIGN}": "EUR",
    "\N{INDIAN RUPEE SIGN}": "Rs",
}
"""How a character is spelled when the printer lacks it; the first six in any case."""

_ALWAYS = frozenset(list(_SPELLED)[:6])
_SPACES = frozenset({"Zs", "Zl", "Zp"})
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me"})


def printable(text: str, has: Callable[[str], bool]) -> str:
    """``text`` on one line, in characters for which ``has`` is true.

    Control characters vanish (a tab or line end becomes a space), every kind of space becomes the
    plain one, and what the printer lacks is spelled out, stripped of its accent, or a ``?``.
    """
    return "".join(_nearest(character, has) for character in unicodedata.normalize("NFC", text))


def _nearest(character: str, has: Callable[[str], bool]) -> str:
    category = unicodedata.category(character)
    if character in "\t\n\r" or category in _SPACES:
        return " "
    if character in _ALWAYS:
        return _SPELLED[character]
    if category in _UNSEEN:
        return ""
    return character if has(character) else _substitute(character, has)


def _substitute(character: str, has: Callable[[str], bool]) -> str:
    if character in _SPELLED:
        return _SPELLED[character]
    apart = unicodedata.normalize("NFKD", character)
    bare = "".join(part for part in apart if not unicodedata.combining(part))
    return bare if bare and all(map(has, bare)) else MISSING
