"""A place in a stream of entries, and how it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, TypeGuard

import orjson

from appliance.journal.errors import EntryError

ZERO_HASH = "0" * 64
"""What stands as ``previous`` in the first entry of an epoch."""

MAX_COUNT = 2**53 - 1
"""The highest epoch or sequence: what every reader of JSON can count to."""

_HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Watermark:
    """A place in a stream: everything up to and with it is there.

    Attributes:
        epoch: One life of one storage card, from 1; 0 only before everything.
        sequence: The entry's number in its epoch, from 1; 0 before the first.
        hash: The entry's hash; `ZERO_HASH` before the first.
    """

    epoch: int
    sequence: int
    hash: str

    @property
    def place(self) -> tuple[int, int]:
        """Epoch and sequence, to compare two watermarks of one stream."""
        return self.epoch, self.sequence

    def to_json(self) -> bytes:
        """Make the message that acknowledges up to here, or wants what comes after it."""
        return orjson.dumps({"epoch": self.epoch, "sequence": self.sequence, "hash": self.hash})

    @classmethod
    def from_json(cls, text: bytes | str) -> Self:
        """Read an ack or want message.

        Raises:
            EntryError: if it is not one.
        """
        try:
            value = orjson.loads(text)
        except ValueError as error:
            raise EntryError(f"a watermark message is JSON: {error}") from None
        if not isinstance(value, dict):
            raise EntryError("a watermark message is a JSON object with epoch, sequence and hash")
        epoch, sequence, digest = value.get("epoch"), value.get("sequence"), value.get("hash")
        if not (is_count(epoch, 0) and is_count(sequence, 0) and is_hash(digest)):
            raise EntryError("a watermark message holds an epoch, a sequence and a SHA-256 hash")
        return cls(epoch, sequence, digest)

    def to_text(self) -> str:
        """Write it as reports do: ``1.412:3f2a…``, the hash in full."""
        return f"{self.epoch}.{self.sequence}:{self.hash}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read it as reports write it.

        Raises:
            EntryError: if it reads otherwise.
        """
        place, _, digest = text.partition(":")
        epoch, _, sequence = place.partition(".")
        if not (epoch.isdecimal() and sequence.isdecimal() and is_hash(digest)):
            raise EntryError(f"a head reads EPOCH.SEQUENCE:HASH, such as 1.412:3f2a…, not {text!r}")
        return cls(int(epoch), int(sequence), digest)

    def __str__(self) -> str:
        return f"{self.epoch}.{self.sequence}"


START = Watermark(0, 0, ZERO_HASH)
"""Before everything: what a receiver holds that has nothing yet."""


def is_count(value: object, least: int) -> TypeGuard[int]:
    """Tell whether a value is a whole number that an epoch or a sequence can be."""
    return type(value) is int and least <= value <= MAX_COUNT


def is_hash(value: object) -> TypeGuard[str]:
    """Tell whether a value is a SHA-256 hash in hexadecimal."""
    return (
        isinstance(value, str) and len(value) == len(ZERO_HASH) and _HEXADECIMAL.issuperset(value)
    )
