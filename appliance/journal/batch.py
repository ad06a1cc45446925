"""A batch: what travels. zlib over lines: a header, then one entry a line, then attachments.

The header names the stream, the device and the run of entries, and carries an Ed25519 signature of
the last one's hash, which covers every entry through the chain. An attachment is a line that
travels beside the entries and is not part of the chain; an entry proves it by a commitment in its
own data. Here its line is neither read nor changed.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from cryptography.exceptions import InvalidSignature
from isal import isal_zlib

from appliance.journal.entry import Entry, Sendable, Watermark, parse_envelope
from appliance.journal.errors import BatchError, EntryError, ForgedBatch
from appliance.journal.signing import PublicKey, Signer

Stream = Literal["journal", "directory"]
STREAMS: tuple[Stream, ...] = ("journal", "directory")


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a batch may be before it is refused unread.

    Attributes:
        payload_bytes: As it travels.
        text_bytes: Decompressed.
        entries: How many entries.
        attachments: How many attachments.
    """

    payload_bytes: int = 2 << 20
    text_bytes: int = 8 << 20
    entries: int = 1000
    attachments: int = 1000


LIMITS = Limits()

LARGEST_PACKET = LIMITS.payload_bytes + 64 * 1024
"""The longest packet either end lets the broker hand over: a batch as large as one may be, with its
topic. Nothing honest is longer, whatever the broker would let through."""

_LEVEL = 1
"""How hard ISA-L works, which writes and reads zlib's own format. Measured, 50 sales are 0.12 to
0.16 of their bytes, as by zlib's level 3, for a sixth of its work; 3 saves a fiftieth of that for
four times the work."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A run of entries of one epoch, chained among themselves.

    Attributes:
        stream: ``journal`` (upward) or ``directory`` (downward).
        device: Whose journal, or to whom the directory is addressed.
        epoch: The epoch of all entries.
        first: The sequence of the first entry.
        count: How many entries.
        head: The hash of the last entry.
        signature: Base64 of the Ed25519 signature, empty if unsigned.
        entries: The entries, in order.
        attachments: The lines that came beside the entries, as they came.
    """

    stream: Stream
    device: str
    epoch: int
    first: int
    count: int
    head: str
    signature: str
    entries: tuple[Entry, ...]
    attachments: tuple[bytes, ...] = ()

    @property
    def watermark(self) -> Watermark:
        """The place of the last entry: what the signature is about."""
        return Watermark(self.epoch, self.first + self.count - 1, self.head)


def signed_text(stream: Stream, device: str, head: Watermark) -> bytes:
    """Tell the bytes that a batch's signature is made over."""
    lines = ("balie-batch-1", stream, device, str(head.epoch), str(head.sequence), head.hash)
    return "\n".join(lines).encode()


def header(
    entries: Sequence[Sendable],
    *,
    stream: Stream,
    device: str,
    signer: Signer | None,
    attachments: int = 0,
) -> bytes:
    """Make the header line of a batch, without its line end; ``attachments`` is their number."""
    head = entries[-1].watermark
    signature = signer.sign(signed_text(stream, device, head)) if signer else b""
    beside = {"attachments": attachments} if attachments else {}
    return orjson.dumps(
        {
            "balie": "batch 1",
            "stream": stream,
            "device": device,
            "epoch": head.epoch,
            "first": entries[0].sequence,
            "count": len(entries),
            **beside,
            "head": head.hash,
            "signature": base64.b64encode(signature).decode(),
        }
    )


def pack(
    entries: Sequence[Sendable],
    *,
    stream: Stream,
    device: str,
    signer: Signer | None,
    attachments: Sequence[bytes] = (),
) -> bytes:
    """Make a batch of entries that follow each other in one epoch.

    Args:
        entries: At least one.
        stream: ``journal`` or ``directory``.
        device: Whose journal, or to whom the directory is addressed.
        signer: The sender's key; None leaves the batch unsigned.
        attachments: Lines that travel beside the entries, each without a line end.

    Raises:
        BatchError: if there are no entries, they are of several epochs, or an attachment is no
            line.
    """
    if not entries:
        raise BatchError("a batch has at least one entry")
    if entries[0].epoch != entries[-1].epoch:
        raise BatchError("a batch holds entries of one epoch")
    if not all(line and b"\n" not in line for line in attachments):
        raise BatchError("an attachment is one line of at least one byte")
    lines = [
        header(entries, stream=stream, device=device, signer=signer, attachments=len(attachments)),
        *(entry.raw for entry in entries),
        *attachments,
    ]
    return isal_zlib.compress(b"\n".join(lines), _LEVEL)


def unpack(payload: bytes, limits: Limits = LIMITS) -> Batch:
    """Read a batch and check that its parts agree: count, sequence, chain and head.

    The signature is not checked here, see `verify`: it needs the device's key. Nor are the entries'
    data read, see `Entry.whole`.

    Raises:
        BatchError: if it is too large, torn, or its parts do not agree.
    """
    return read_lines(_lines(_inflate(payload, limits), limits), limits)


def read_lines(lines: Sequence[bytes], limits: Limits = LIMITS) -> Batch:
    """Read a batch from its lines: the header, the entries' bytes and the attachments.

    Raises:
        BatchError: if its parts do not agree.
    """
    value = _read_header(lines[0])
    count, beside = value["count"], value["attachments"]
    if count > limits.entries or beside > limits.attachments or len(lines) != 1 + count + beside:
        raise BatchError(
            f"the header promises {count} entries (at most {limits.entries}) and {beside} "
            f"attachments (at most {limits.attachments}), {len(lines) - 1} lines came"
        )
    attachments = tuple(lines[1 + count :])
    if not all(attachments):
        raise BatchError("an attachment is one line of at least one byte")
    try:
        entries = tuple(parse_envelope(line) for line in lines[1 : 1 + count])
    except EntryError as error:
        raise BatchError(f"a batch holds entries: {error}") from error
    _check_run(value, entries)
    return Batch(
        stream=value["stream"],
        device=value["device"],
        epoch=value["epoch"],
        first=value["first"],
        count=count,
        head=value["head"],
        signature=value["signature"],
        entries=entries,
        attachments=attachments,
    )


def verify(batch: Batch, public_key: PublicKey) -> None:
    """Check that the batch's head was signed with the key that belongs to this public key.

    Raises:
        ForgedBatch: if it was not.
    """
    text = signed_text(batch.stream, batch.device, batch.watermark)
    try:
        public_key.verify(base64.b64decode(batch.signature, validate=True), text)
    except (InvalidSignature, binascii.Error):
        what = "is signed by a stranger" if batch.signature else "is not signed"
        raise ForgedBatch(
            f"the {batch.stream} of {batch.device} up to {batch.watermark} {what}; "
            "expected the signature of its sender's own key"
        ) from None


def _inflate(payload: bytes, limits: Limits) -> bytes:
    if len(payload) > limits.payload_bytes:
        raise BatchError(f"a batch has at most {limits.payload_bytes} bytes, not {len(payload)}")
    inflater = isal_zlib.decompressobj()
    try:
        text = inflater.decompress(payload, limits.text_bytes + 1)
    except isal_zlib.error as error:  # type: ignore[misc]  # its stubs call the class an instance
        raise BatchError(f"a batch is compressed by zlib: {error}") from None
    if len(text) > limits.text_bytes:
        raise BatchError(f"a batch unpacks to at most {limits.text_bytes} bytes")
    if not inflater.eof or inflater.unused_data:
        raise BatchError("a batch ends where its compression ends; this one is torn or longer")
    return text


def _lines(text: bytes, limits: Limits) -> list[bytes]:
    """Cut text into lines; more than may be there are left together.

    As ``split`` does it, which looks at every byte by itself and takes twice as long.
    """
    lines, start = [], 0
    for _ in range(limits.entries + limits.attachments + 1):
        end = text.find(b"\n", start)
        if end < 0:
            break
        lines.append(text[start:end])
        start = end + 1
    lines.append(text[start:])
    return lines


def _read_header(line: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(line)
    except ValueError as error:
        raise BatchError(f"a batch's first line is its header: {error}") from None
    if not isinstance(value, dict) or value.get("balie") != "batch 1":
        raise BatchError("a batch's header says 'balie': 'batch 1'")
    whole = all(
        type(value.get(key)) is int and value[key] > 0 for key in ("epoch", "first", "count")
    )
    text = all(isinstance(value.get(key), str) for key in ("device", "head", "signature"))
    beside = value.setdefault("attachments", 0)
    counted = type(beside) is int and beside >= 0
    if not whole or not text or not counted or value.get("stream") not in STREAMS:
        raise BatchError(
            "a batch's header names stream, device, epoch, first, count, head, signature"
        )
    return value


def _check_run(value: dict[str, Any], entries: Sequence[Entry]) -> None:
    """Refuse entries that are not the promised run, or do not chain."""
    if (entries[0].epoch, entries[0].sequence) != (value["epoch"], value["first"]):
        raise BatchError(
            f"the header promises entries from {value['epoch']}.{value['first']}, "
            f"the first is {entries[0].watermark}"
        )
    epoch, sequence, head = entries[0].epoch, entries[0].sequence, entries[0].hash
    for entry in entries[1:]:
        # Within an epoch `Entry.follows` asks no more than this.
        sequence += 1
        if entry.epoch != epoch or entry.sequence != sequence or entry.previous != head:
            before = Watermark(epoch, sequence - 1, head)
            raise BatchError(f"entry {entry.watermark} does not follow {before}")
        head = entry.hash
    if head != value["head"]:
        raise BatchError(f"the header's hash is not that of the last entry {entries[-1].watermark}")
