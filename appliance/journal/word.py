"""What a receiver says it holds: the message on ``ack``, and on ``want``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import orjson

from appliance.journal.entry import START, Watermark
from appliance.journal.errors import EntryError

MOST_OTHERS = 32
"""Epochs told beside the highest; a device that had more lives knows of the latest ones."""


@dataclass(frozen=True, slots=True)
class Word:
    """A receiver's word.

    Attributes:
        watermark: The highest epoch it holds and how far, `START` for nothing.
        others: The same for epochs below that one, the highest first. Two devices under one name
            (a copied storage card) write in epochs of their own: each finds its own here. None
            from a receiver that does not speak of them.
    """

    watermark: Watermark
    others: tuple[Watermark, ...] | None = None

    @property
    def all(self) -> tuple[Watermark, ...]:
        """Every place it names; none for a receiver that holds nothing."""
        named = (self.watermark, *(self.others or ()))
        return tuple(mark for mark in named if mark.sequence)

    @property
    def is_whole(self) -> bool:
        """Whether it leaves no epoch out: there is none below the first."""
        return self.others is not None or self.watermark.epoch <= 1

    def of(self, epoch: int) -> Watermark | None:
        """Tell how far one epoch is held, None if this word does not say."""
        return next((mark for mark in self.all if mark.epoch == epoch), None)

    def to_json(self) -> bytes:
        """Make the message."""
        value = _as_data(self.watermark)
        if self.others is not None and self.watermark.epoch > 1:
            value["others"] = [_as_data(mark) for mark in self.others[:MOST_OTHERS]]
        return orjson.dumps(value)

    @classmethod
    def from_json(cls, text: bytes | str) -> Self:
        """Read the message, an older one without ``others`` too.

        Raises:
            EntryError: if it is not one.
        """
        watermark = Watermark.from_json(text)
        others = orjson.loads(text).get("others")
        if others is None:
            return cls(watermark)
        if not isinstance(others, list):
            raise EntryError("a watermark message's others are a list")
        return cls(watermark, tuple(_read(others)))


NOTHING = Word(START, ())
"""The word of a receiver that holds nothing, or was never heard."""


def _as_data(mark: Watermark) -> dict[str, Any]:
    return {"epoch": mark.epoch, "sequence": mark.sequence, "hash": mark.hash}


def _read(others: list[Any]) -> Iterator[Watermark]:
    for value in others[:MOST_OTHERS]:
        yield Watermark.from_json(orjson.dumps(value))
