"""Lines of one width: wrapping, and two columns side by side."""

from __future__ import annotations

import textwrap

NARROWEST_LEFT = 8
"""Characters. A left column narrower than this gives way: the right one gets a line of its own."""


def lines(left: str, right: str, width: int) -> list[str]:
    """The lines that ``left`` and ``right`` take on paper that is ``width`` characters wide.

    A long left column continues on the next line under its own indentation; the right column
    stands on the last line, against the edge, so that an amount is read beside the end of its
    name. At least one line comes out, and none is longer than ``width``.
    """
    if not right:
        return wrap(left, width)
    room = width - len(right) - 1
    if room < max(1, min(NARROWEST_LEFT, len(left))):
        own = [part.rjust(width) for part in wrap(right, width)]
        return [*wrap(left, width), *own] if left else own
    *before, last = wrap(left, room)
    return [*before, last + right.rjust(width - len(last))]


def wrap(text: str, width: int) -> list[str]:
    """``text`` at most ``width`` characters wide, broken at words where it can be."""
    text = text.rstrip()
    indent = text[: len(text) - len(text.lstrip())]
    if len(indent) >= width:
        text, indent = text.lstrip(), ""
    return textwrap.wrap(text, width, subsequent_indent=indent) or [""]
