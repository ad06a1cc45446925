"""One entry of the journal: its bytes, its hash and its place in the chain.

An entry is a CloudEvents 1.0 JSON object. Its bytes are made once by `make`; from then on they are
stored, hashed, sent and read as they are. The hash of an entry is the SHA-256 of its bytes and
stands in the next entry as ``previous``.

Keeping, checking and passing on an entry needs its envelope only, which is everything but ``data``.
`parse_envelope` reads that and leaves ``data`` to whoever asks for it first; `parse` reads both.
In the order in which `make` writes, data is what stands after ``"data":`` up to the last brace, and
is one JSON object on its own or cannot be read. So whoever reads an entry, in part or whole, reads
the same or is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Self

import orjson

from appliance.journal.errors import EntryError
from appliance.journal.line import Line, Sendable
from appliance.journal.watermark import (
    MAX_COUNT,
    START,
    ZERO_HASH,
    Watermark,
    is_count,
    is_hash,
)

__all__ = [
    "MAX_COUNT",
    "MAX_ENTRY_BYTES",
    "START",
    "ZERO_HASH",
    "Entry",
    "Line",
    "Sendable",
    "Watermark",
    "device_source",
    "make",
    "parse",
    "parse_envelope",
]

MAX_ENTRY_BYTES = 1 << 20
"""The longest entry that is made or read; a sale of 8 lines has about 1,480 bytes."""

_AS_MADE = re.compile(
    r'\{"specversion":"1\.0","id":"([1-9][0-9]{0,15})\.([1-9][0-9]{0,15})"'
    r',"source":"([^"\\\x00-\x1f]+)","type":"([^"\\\x00-\x1f]+)","time":"([^"\\\x00-\x1f]+)"'
    r',"datacontenttype":"application/json","epoch":\1,"sequence":\2,"previous":"([0-9a-f]{64})"'
    r',"data":\{'
)
"""How `make` begins an entry, as far as its texts are short and need no escape."""

_ENVELOPE = slice(1024)
"""Where that is looked for."""

_TOKEN = re.compile(
    rb'(?P<text>"[^"\\]*(?:\\.[^"\\]*)*")(?P<colon>[ \t\r\n]*:)?|[{}\[\]]', re.DOTALL
)
_OPENING = (b"{", b"[")
_CLOSING = (b"}", b"]")


class Entry:
    """An entry as read from its bytes. Two entries of the same bytes are equal.

    Attributes:
        epoch: One life of one storage card, from 1.
        sequence: Its number in the epoch, gapless from 1.
        previous: The hash of the entry before, `ZERO_HASH` for the first of an epoch.
        type: What happened, such as ``balie.sale.completed.v1``.
        time: When, as RFC 3339 text with offset.
        source: Who says so, ``/devices/<device>`` or ``/collector``.
        raw: The bytes themselves, never made twice.
    """

    # Not a dataclass: a frozen one takes four times as long to make, and entries come by the
    # hundred thousand.
    __slots__ = (
        "_data", "_hash", "_moment", "epoch", "previous", "raw", "sequence", "source", "time", "type",
    )  # fmt: skip

    def __init__(  # noqa: PLR0917 - by position, for the same reason
        self,
        epoch: int,
        sequence: int,
        previous: str,
        type: str,  # noqa: A002 - CloudEvents' own word
        time: str,
        source: str,
        raw: bytes,
        data: dict[str, Any] | int,
        moment: datetime | None = None,
    ) -> None:
        """Take what was read; ``data`` is read already, or begins at that byte of ``raw``."""
        self.epoch: Final = epoch
        self.sequence: Final = sequence
        self.previous: Final = previous
        self.type: Final = type
        self.time: Final = time
        self.source: Final = source
        self.raw: Final = raw
        self._data = data
        self._hash: str | None = None
        self._moment = moment

    @property
    def hash(self) -> str:
        """SHA-256 of ``raw``, hexadecimal; taken when it is asked for first."""
        if self._hash is None:
            self._hash = sha256(self.raw).hexdigest()
        return self._hash

    @property
    def moment(self) -> datetime:
        """``time`` as a moment, with the offset it was written with."""
        if self._moment is None:
            self._moment = datetime.fromisoformat(self.time)
        return self._moment

    @property
    def data(self) -> dict[str, Any]:
        """The facts.

        Raises:
            EntryError: if they are not one JSON object.
        """
        if isinstance(self._data, int):
            try:
                self._data = _read_data(self.raw[self._data : -1])
            except EntryError:
                # A later version may add attributes behind the data.
                self._data = _parse_json(self.raw).data
        return self._data

    def whole(self) -> Self:
        """Read the facts now rather than when they are asked for.

        Raises:
            EntryError: if they are not one JSON object.
        """
        _ = self.data
        return self

    @property
    def watermark(self) -> Watermark:
        """The place of this entry."""
        return Watermark(self.epoch, self.sequence, self.hash)

    def follows(self, after: Watermark) -> bool:
        """Tell whether this entry is the exact next: chained, or the first of a later epoch."""
        if self.epoch == after.epoch:
            return self.sequence == after.sequence + 1 and self.previous == after.hash
        return self.epoch > after.epoch and self.sequence == 1 and self.previous == ZERO_HASH

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entry) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"Entry({self.raw!r})"


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
        raw=raw,
        data=facts,
    )


def parse(raw: bytes) -> Entry:
    """Read an entry from its bytes, its data too. Unknown types and attributes are welcome.

    Raises:
        EntryError: if the bytes are no entry.
    """
    return parse_envelope(raw).whole()


def parse_envelope(raw: bytes) -> Entry:
    """Read an entry but its data, in a fraction of the time.

    Whether its data can be read shows when they are asked for.

    Raises:
        EntryError: if the bytes are no entry.
    """
    if len(raw) > MAX_ENTRY_BYTES:
        raise EntryError(f"an entry has at most {MAX_ENTRY_BYTES} bytes; this one has {len(raw)}")
    return _parse_as_made(raw) or _parse_json(raw)


def _parse_as_made(raw: bytes) -> Entry | None:
    """Read what stands before the data; None where anything is not as `make` writes it."""
    # In this reading a byte is a letter, whatever comes after the envelope.
    found = _AS_MADE.match(raw[_ENVELOPE].decode("latin-1"))
    if found is None or not raw.endswith(b"}}") or b"\n" in raw:
        return None
    epoch, sequence = int(found[1]), int(found[2])
    source, kind, time, previous = found.group(3, 4, 5, 6)
    if not (source.isascii() and kind.isascii() and time.isascii()):
        return None
    if epoch > MAX_COUNT or sequence > MAX_COUNT or (sequence == 1) != (previous == ZERO_HASH):
        return None
    moment = _moment(time)
    if moment is None:
        return None
    return Entry(epoch, sequence, previous, kind, time, source, raw, found.end() - 1, moment)


def _parse_json(raw: bytes) -> Entry:
    """Read an entry whatever the order of its attributes."""
    value = _read_object(raw, "an entry")
    if (twice := _named_twice(raw)) is not None:
        raise EntryError(f"an entry says each thing once, this one says {twice!r} twice")
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
        raw=raw,
        data=value["data"],
    )


def _read_data(text: bytes) -> dict[str, Any]:
    return _read_object(text, "data")


def _read_object(text: bytes, what: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except ValueError as error:
        raise EntryError(f"{what} is one JSON object: {error}") from None
    if not isinstance(value, dict):
        raise EntryError(f"{what} is one JSON object")
    return value


def _named_twice(raw: bytes) -> str | None:
    """Find an attribute that an entry names twice: readers would not agree which one counts."""
    counts = Counter(_attributes(raw))
    return next((name for name, count in counts.items() if count > 1), None)


def _attributes(raw: bytes) -> Iterator[str]:
    """Name the attributes of an object that is known to be JSON, each as often as it is named."""
    depth = 0
    for token in _TOKEN.finditer(raw):
        if token[0] in _OPENING:
            depth += 1
        elif token[0] in _CLOSING:
            depth -= 1
        elif token["colon"] and depth == 1:
            yield orjson.loads(token["text"])


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
    if not (is_count(epoch, 1) and is_count(sequence, 1)):
        return f"epoch and sequence are whole numbers from 1, not {epoch!r} and {sequence!r}"
    if value.get("id") != f"{epoch}.{sequence}":
        return f"the id of entry {epoch}.{sequence} says {value.get('id')!r}"
    if not is_hash(previous):
        return f"previous is a SHA-256 hash, not {previous!r}"
    if (sequence == 1) != (previous == ZERO_HASH):
        return f"entry {epoch}.{sequence} cannot have previous {previous}"
    return ""


def _time_fault(time: object) -> str:
    if not isinstance(time, str) or _moment(time) is None:
        return f"time is RFC 3339 text with an offset, not {time!r}"
    return ""


def _moment(time: str) -> datetime | None:
    """Read a time; None if it is none, or says nothing of where on earth."""
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
