"""Checking that a JSON object holds the whole numbers and texts it should, quickly.

A busy shop's history has millions of lines: a row that is in order is told by a few calls over all
of its values at once, and only one that is not is gone through field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

LARGEST = 2**63 - 1
_WHOLE = {int}
_TEXT = {str}


class Shape:
    """What an object must hold: whole numbers that a database can keep, and texts of a length.

    Texts may not hold NUL, which PostgreSQL cannot keep; ``refuse_nul`` looks for it once for a
    whole entry.

    Args:
        wholes: Names of whole numbers.
        texts: Names of texts, each with the most characters it may have.
    """

    def __init__(self, wholes: Sequence[str], texts: Mapping[str, int]) -> None:
        self._wholes = tuple(wholes)
        self._texts = dict(texts)
        self._longest = tuple(texts.values())
        self._pick_wholes = _picker(self._wholes)
        self._pick_texts = _picker(tuple(texts))

    def read(self, values: Mapping[str, Any]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Return the whole numbers and the texts, each in the order of the shape.

        Raises:
            KeyError: One is missing.
            ValueError: One is not what it should be.
        """
        wholes = self._pick_wholes(values)
        texts = self._pick_texts(values)
        if set(map(type, wholes)) - _WHOLE or max(wholes) > LARGEST or min(wholes) < -LARGEST:
            self._explain_wholes(wholes)
        if set(map(type, texts)) - _TEXT or any(map(int.__gt__, map(len, texts), self._longest)):
            self._explain_texts(texts)
        return wholes, texts

    def _explain_wholes(self, wholes: Sequence[Any]) -> None:
        for name, value in zip(self._wholes, wholes, strict=True):
            if type(value) is not int or not -LARGEST <= value <= LARGEST:
                raise ValueError(f"{name} should be a whole number and is {str(value)[:40]!r}")

    def _explain_texts(self, texts: Sequence[Any]) -> None:
        for (name, longest), value in zip(self._texts.items(), texts, strict=True):
            if type(value) is not str or len(value) > longest:
                raise ValueError(f"{name} should be a text of at most {longest} characters")


def _picker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return what takes these values out of an object, as a tuple however many there are."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def refuse_nul(raw: bytes) -> None:
    """Refuse an entry with NUL in a text, escaped as JSON demands.

    Raises:
        ValueError: There is one.
    """
    if b"\\u0000" in raw:
        raise ValueError("a text in it holds the character NUL")
