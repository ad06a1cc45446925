"""How a text is made to fit its box: whole if it can be, smaller if it must, cut at the very end.

The rule is one for all languages: keep the size and wrap at spaces, then shrink step by step down
to a smallest share of the size, and only then end the text with an ellipsis.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf

Measure = Callable[[str, float], float]
"""Gives the width of a text at a font size, both in pixels."""

STEPS = 7
ELLIPSIS = "…"
PIECES = re.compile(r"[^ -]*(?:-+| +|$)")
"""Words with what may end a line behind them."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text laid out in a box.

    Attributes:
        lines: The lines as drawn.
        size: Font size in whole pixels, as fonts are drawn.
        whole: False where a word had to be broken or the end of the text had to go.
    """

    lines: tuple[str, ...]
    size: float
    whole: bool


def fit(
    text: str,
    measure: Measure,
    *,
    width: float,
    height: float,
    size: float,
    lines: int = 1,
    least: float = 0.7,
    line_height: Callable[[float], float] = lambda size: size * 1.2,
) -> Fitted:
    """Lay ``text`` out in a box of ``width`` by ``height`` pixels.

    Args:
        text: What to show; a newline starts a new line, a no-break space never does.
        measure: The width of a text at a size.
        width: Room from side to side.
        height: Room from top to bottom; one line is always allowed.
        size: The font size that is wanted.
        lines: The most lines that may be used.
        least: The smallest share of ``size`` before the text is cut.
        line_height: The height of a line at a font size.
    """
    if not text:
        return Fitted((), size, whole=True)
    smallest = float(int(size * least))
    for step in range(STEPS):
        now = float(int(size - (size - smallest) * step / (STEPS - 1)))
        wrapped = _wrap(text, partial(_at_size, measure, now), width)
        if wrapped is not None and len(wrapped) <= _room(height, line_height(now), lines):
            return Fitted(tuple(wrapped), now, whole=True)
        if least == 1:
            break
    room = _room(height, line_height(smallest), lines)
    return _cut(text, partial(_at_size, measure, smallest), width, smallest, room)


def _at_size(measure: Measure, size: float, piece: str) -> float:
    return measure(piece, size)


def _room(height: float, line_height: float, lines: int) -> int:
    """Count the lines that may be used."""
    if height == inf:
        return lines
    return max(1, min(lines, int(height / line_height + 0.01)))


def _wrap(text: str, measure: Callable[[str], float], width: float) -> list[str] | None:
    """Wrap at spaces and after hyphens, or give None when one piece is wider than the box."""
    wrapped: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        pieces = [paragraph] if measure(paragraph) <= width else PIECES.findall(paragraph)
        for piece in pieces:
            if measure((line + piece).rstrip(" ")) <= width:
                line += piece
                continue
            if measure(piece.rstrip(" ")) > width:
                return None
            wrapped.append(line.rstrip(" "))
            line = piece
        wrapped.append(line.rstrip(" "))
    return wrapped


def _cut(
    text: str,
    measure: Callable[[str], float],
    width: float,
    size: float,
    room: int,
) -> Fitted:
    """Fill ``room`` lines, break a word where it must be, end with an ellipsis."""
    out: list[str] = []
    rest = text.replace("\n", " ")
    while rest and len(out) < room:
        last = len(out) == room - 1
        count = _longest(rest, measure, width, ELLIPSIS if last and measure(rest) > width else "")
        piece = rest[:count]
        if not last and count < len(rest) and " " in piece.rstrip(" "):
            piece = piece[: piece.rstrip(" ").rindex(" ")]
        rest = rest[len(piece) :].lstrip(" ")
        out.append(piece.rstrip(" "))
    if rest:
        out[-1] += ELLIPSIS
    return Fitted(tuple(out), size, whole=False)


def _longest(text: str, measure: Callable[[str], float], width: float, tail: str) -> int:
    """Count the characters that fit together with ``tail``, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip(" ") + tail) <= width:
            low = middle
        else:
            high = middle - 1
    return low
