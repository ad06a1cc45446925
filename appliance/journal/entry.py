"""One entry of the journal: its bytes, its hash and its place in the chain.

An entry is a CloudEvents 1.0 JSON object. Its bytes are made once by `make`; from then on they are
stored, hashed, sent and read as they are. The hash of an entry is the SHA-256 of its bytes and
stands in the next entry as ``previous``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol, Self, TypeGuard

import orjson

from appliance.journal.errors import EntryError

ZERO_HASH = "0" * 64
"""What stands as ``previous`` in the first entry of an epoch."""

MAX_ENTRY_BYTES = 1 << 20
"""The longest entry that is made or read; a sale of 8 lines has about 1,480 bytes."""

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
        if not (_is_count(epoch, 0) and _is_count(sequence, 0) and _is_hash(digest)):
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
        if not (epoch.isdecimal() and sequence.isdecimal() and _is_hash(digest)):
            raise EntryError(f"a head reads EPOCH.SEQUENCE:HASH, such as 1.412:3f2a…, not {text!r}")
        return cls(int(epoch), int(sequence), digest)

    def __str__(self) -> str:
        return f"{self.epoch}.{self.sequence}"


START = Watermark(0, 0, ZERO_HASH)
"""Before everything: what a receiver holds that has nothing yet."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as read from its bytes.

    Attributes:
        epoch: One life of one storage card, from 1.
        sequence: Its number in the epoch, gapless from 1.
        previous: The hash of the entry before, `ZERO_HASH` for the first of an epoch.
        type: What happened, such as ``balie.sale.completed.v1``.
        time: When, as RFC 3339 text with offset.
        source: Who says so, ``/devices/<device>`` or ``/collector``.
        data: The facts.
        raw: The bytes themselves, never made twice.
        hash: SHA-256 of ``raw``, hexadecimal.
    """

    epoch: int
    sequence: int
    previous: str
    type: str
    time: str
    source: str
    data: dict[str, Any]
    raw: bytes
    hash: str

    @property
    def watermark(self) -> Watermark:
        """The place of this entry."""
        return Watermark(self.epoch, self.sequence, self.hash)

    def follows(self, after: Watermark) -> bool:
        """Tell whether this entry is the exact next: chained, or the first of a later epoch."""
        if self.epoch == after.epoch:
            return self.sequence == after.sequence + 1 and self.previous == after.hash
        return self.epoch > after.epoch and self.sequence == 1 and self.previous == ZERO_HASH


class Sendable(Protocol):
    """An entry as far as a sender cares: its place and its bytes."""

    @property
    def epoch(self) -> int: ...  # noqa: D102 - as in Entry
    @property
    def sequence(self) -> int: ...  # noqa: D102 - as in Entry
    @property
    def raw(self) -> bytes: ...  # noqa: D102 - as in Entry
    @property
    def watermark(self) -> Watermark: ...  # noqa: D102 - as in Entry


@dataclass(frozen=True, slots=True)
class Line:
    """An entry's bytes with the place under which they were stored, not read any further.

    Sending a backlog needs no more than this and costs a fifth of reading every entry.
    """

    epoch: int
    sequence: int
    raw: bytes

    @property
    def watermark(self) -> Watermark:
        """The place of this entry; its hash is taken now."""
        return Watermark(self.epoch, self.sequence, sha256(self.raw).hexdigest())


def device_source(device: str) -> str:
    """Tell the ``source`` of a device's own entries."""
    return f"/devices/{device}"


def make(
    after: Watermark,
    *,
    device: str,
    type: str,  # noqa: A002 - CloudEvents' own word
    time: datetime,
    data: Mapping[str, Any],
    source: str | None = None,
) -> Entry:
    """Make the next entry, once and for good.

    Args:
        after: The entry before, or ``Watermark(epoch, 0, ZERO_HASH)`` for the first of an epoch.
        device: Whose stream it is.
        type: What happened, such as ``balie.sale.completed.v1``.
        time: When, with an offset from UTC.
        data: The facts, in JSON's own types.
        source: Who says so; the device itself unless told.

    Raises:
        EntryError: if the time has no offset or the data cannot be written as JSON.
    """
    if time.tzinfo is None:
        raise EntryError(f"an entry's time has an offset from UTC; {time.isoformat()} has none")
    sequence = after.sequence + 1
    stamp = time.isoformat(timespec="milliseconds")
    speaker = source or device_source(device)
    facts = dict(data)
    envelope = {
        "specversion": "1.0",
        "id": f"{after.epoch}.{sequence}",
        "source": speaker,
        "type": type,
        "time": stamp,
        "datacontenttype": "application/json",
        "epoch": after.epoch,
        "sequence": sequence,
        "previous": after.hash,
        "data": facts,
    }
    try:
        raw = orjson.dumps(envelope)
    except TypeError as error:
        raise EntryError(f"the data of {type} cannot be written as JSON: {error}") from error
    if len(raw) > MAX_ENTRY_BYTES:
        raise EntryError(
            f"an entry has at most {MAX_ENTRY_BYTES} bytes; this {type} has {len(raw)}"
        )
    return Entry(
        epoch=after.epoch,
        sequence=sequence,
        previous=after.hash,
        type=type,
        time=stamp,
        source=speaker,
        data=facts,
        raw=raw,
        hash=sha256(raw).hexdigest(),
    )


def parse(raw: bytes) -> Entry:
    """Read an entry from its bytes. Unknown types and attributes are welcome.

    Raises:
        EntryError: if the bytes are no entry.
    """
    if len(raw) > MAX_ENTRY_BYTES:
        raise EntryError(f"an entry has at most {MAX_ENTRY_BYTES} bytes; this one has {len(raw)}")
    try:
        value = orjson.loads(raw)
    except ValueError as error:
        raise EntryError(f"an entry is one JSON object: {error}") from None
    if not isinstance(value, dict):
        raise EntryError("an entry is one JSON object")
    fault = _fault(value)
    if not fault and b"\n" in raw:
        fault = "an entry stands on one line"
    if fault:
        raise EntryError(fault)
    return Entry(
        epoch=value["epoch"],
        sequence=value["sequence"],
        previous=value["previous"],
        type=value["type"],
        time=value["time"],
        source=value["source"],
        data=value["data"],
        raw=raw,
        hash=sha256(raw).hexdigest(),
    )


def _fault(value: dict[str, Any]) -> str:
    """Say what is wrong with an entry's attributes; empty when nothing is."""
    if value.get("specversion") != "1.0":
        return f"specversion is 1.0, not {value.get('specversion')!r}"
    for name in ("type", "source"):
        if not isinstance(value.get(name), str) or not value[name]:
            return f"{name} is text, not {value.get(name)!r}"
    if not isinstance(value.get("data"), dict):
        return "data is a JSON object"
    return _place_fault(value) or _time_fault(value.get("time"))


def _place_fault(value: dict[str, Any]) -> str:
    """Say what is wrong with where an entry claims to stand."""
    epoch, sequence, previous = value.get("epoch"), value.get("sequence"), value.get("previous")
    if not (_is_count(epoch, 1) and _is_count(sequence, 1)):
        return f"epoch and sequence are whole numbers from 1, not {epoch!r} and {sequence!r}"
    if value.get("id") != f"{epoch}.{sequence}":
        return f"the id of entry {epoch}.{sequence} says {value.get('id')!r}"
    if not _is_hash(previous):
        return f"previous is a SHA-256 hash, not {previous!r}"
    if (sequence == 1) != (previous == ZERO_HASH):
        return f"entry {epoch}.{sequence} cannot have previous {previous}"
    return ""


def _time_fault(time: object) -> str:
    try:
        moment = datetime.fromisoformat(time) if isinstance(time, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return f"time is RFC 3339 text with an offset, not {time!r}"
    return ""


def _is_count(value: object, least: int) -> TypeGuard[int]:
    return type(value) is int and least <= value <= MAX_COUNT


def _is_hash(value: object) -> TypeGuard[str]:
    return (
        isinstance(value, str) and len(value) == len(ZERO_HASH) and _HEXADECIMAL.issuperset(value)
    )
