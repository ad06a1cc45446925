"""An archive: old entries as a file of compressed batches, to be kept for years.

The text is that of an export: a line that says from where to where the file goes, then batches,
each a header and one entry a line. Line and batches are a zlib stream each, one behind the other,
so that a batch in the middle is read without those before it, and any program that unpacks zlib
streams gives the text. The signatures are those the device made of its heads, so an archive is
checked with the device's public key alone.

An archive holds entries of one device and one epoch without a gap.
"""

from __future__ import annotations

import base64
import contextlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Self

import orjson

from appliance.journal.batch import Batch, header, read_lines, verify
from appliance.journal.entry import Line, Watermark
from appliance.journal.errors import EntryError, ForgedBatch, JournalError
from appliance.journal.signing import PublicKey

SUFFIX = ".balie"
KIND = "archive 1"
ZLIB = b"\x78"
"""The byte every archive begins with, which neither a database nor a text has."""

_LEVEL = 9
"""Written once, kept for years: a few hundredths of the size for twice the work."""
_PIECE_BYTES = 64 * 1024
_LONGEST_TEXT = 16 << 20
"""Of one batch, unpacked: twice what may travel, so that nobody can fill the memory."""


class ArchiveError(JournalError, ValueError):
    """An archive that is torn, altered or not the one that is expected."""


@dataclass(frozen=True, slots=True)
class Span:
    """What an archive says of itself in its first line.

    Attributes:
        device: Whose journal it is.
        after: The entry before the first: its place, and the hash the first one names.
        until: The last entry's place and hash.
    """

    device: str
    after: Watermark
    until: Watermark

    @property
    def entries(self) -> int:
        """How many entries there are."""
        return self.until.sequence - self.after.sequence

    @property
    def file_name(self) -> str:
        """What such an archive is called."""
        first, last = self.after.sequence + 1, self.until.sequence
        return f"{self.device}-{self.until.epoch}-{first}-{last}{SUFFIX}"

    def to_json(self) -> bytes:
        """Make the first line, without its line end: an export's, and the hash before the first."""
        return orjson.dumps(
            {
                "balie": KIND,
                "device": self.device,
                "epoch": self.until.epoch,
                "first": self.after.sequence + 1,
                "previous": self.after.hash,
                "until": orjson.Fragment(self.until.to_json()),
                "entries": self.entries,
                "signature": "",
            }
        )

    @classmethod
    def from_json(cls, line: bytes) -> Self:
        """Read the first line.

        Raises:
            ArchiveError: if it says something else.
        """
        try:
            value = orjson.loads(line)
            until = Watermark.from_json(orjson.dumps(value["until"]))
            before = {"epoch": value["epoch"], "sequence": value["first"] - 1}
            after = Watermark.from_json(orjson.dumps({**before, "hash": value["previous"]}))
            span = cls(str(value["device"]), after, until)
        except (EntryError, LookupError, TypeError, ValueError) as error:
            raise ArchiveError(
                f"the first line of an archive says from where to where it goes: {error}"
            ) from None
        forward = after.epoch == until.epoch and after.sequence < until.sequence
        if value.get("balie") != KIND or not forward or value.get("entries") != span.entries:
            raise ArchiveError("its first line is not that of an archive of one epoch")
        return span


@dataclass(frozen=True, slots=True)
class Piece:
    """Where in the file a batch lies, and what is in it.

    Attributes:
        first: The sequence of its first entry.
        offset: In the file, in bytes.
        length: In the file, in bytes.
        hashes: The hashes of its entries, 32 bytes each, in order.
    """

    first: int
    offset: int
    length: int
    hashes: bytes

    @property
    def last(self) -> int:
        """The sequence of its last entry."""
        return self.first + len(self.hashes) // 32 - 1

    def hash_of(self, sequence: int) -> str:
        """Tell the hash of one of its entries."""
        at = (sequence - self.first) * 32
        return self.hashes[at : at + 32].hex()


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found in an archive in which everything is as it should be.

    Attributes:
        span: From where to where it goes.
        pieces: Its batches.
        raw_size: The size of its entries before compression, in bytes.
    """

    span: Span
    pieces: tuple[Piece, ...]
    raw_size: int


@dataclass(frozen=True, slots=True)
class _Made:
    """A signature the device made earlier, given again."""

    signature: str

    def sign(self, _data: bytes, /) -> bytes:
        return base64.b64decode(self.signature)


def write(out: BinaryIO, span: Span, runs: Iterable[tuple[Sequence[Line], str]]) -> None:
    """Write an archive.

    Args:
        out: A new file.
        span: From where to where.
        runs: Entries that follow each other, and the device's signature of the last of them, in
            base64; at most ``LIMITS.entries`` each.
    """
    out.write(zlib.compress(span.to_json() + b"\n", _LEVEL))
    for entries, signature in runs:
        first = header(entries, stream="journal", device=span.device, signer=_Made(signature))
        lines = [first, *(entry.raw for entry in entries)]
        out.write(zlib.compress(b"\n".join(lines) + b"\n", _LEVEL))


def read_span(path: Path) -> Span:
    """Read from where to where an archive goes.

    Raises:
        ArchiveError: if it cannot be read or is none.
    """
    for line in read_text(path):
        return Span.from_json(line)
    raise ArchiveError(f"{path} is empty; expected an archive")


def read_text(path: Path) -> Iterator[bytes]:
    """Read an archive's lines, without their ends, as it goes: memory stays flat.

    Raises:
        ArchiveError: if it cannot be read or is torn, with the place.
    """
    for _, _, lines in _streams(path):
        yield from lines


def prove(path: Path, *keys: PublicKey) -> Proof:
    """Read an archive from its first to its last byte and check everything in it.

    Args:
        path: The file.
        keys: The device's public keys: the one it has, and those it had.

    Raises:
        ArchiveError: if anything is not as it should be: torn, changed, not chained, not signed
            by the device, more or less than it says; with the place.
    """
    span: Span | None = None
    pieces: list[Piece] = []
    reached = Watermark(0, 0, "")
    raw_size = 0
    for offset, length, lines in _streams(path):
        try:
            if span is None:
                span = Span.from_json(b"\n".join(lines))
                reached = span.after
                continue
            batch = _read_batch(lines, span, reached, keys)
        except JournalError as error:
            place = f"after entry {reached}" if span else "at its beginning"
            raise ArchiveError(f"{path} was altered {place}: {error}") from error
        reached = batch.watermark
        hashes = b"".join(bytes.fromhex(entry.hash) for entry in batch.entries)
        pieces.append(Piece(batch.first, offset, length, hashes))
        raw_size += sum(len(entry.raw) for entry in batch.entries)
    if span is None or reached != span.until:
        end = span.until if span else "an entry"
        raise ArchiveError(f"{path} ends at {reached}; expected it to end at {end}")
    return Proof(span, tuple(pieces), raw_size)


def read_piece(path: Path, piece: Piece) -> list[bytes]:
    """Read the entries of one batch, byte for byte, without those before it.

    Raises:
        ArchiveError: if the file is not there, or the batch is not the one that was written.
    """
    try:
        with path.open("rb") as file:
            file.seek(piece.offset)
            packed = file.read(piece.length)
    except OSError as error:
        raise _unreadable(path, error) from error
    where = f"entries {piece.first} to {piece.last}"
    try:
        text = zlib.decompressobj().decompress(packed, _LONGEST_TEXT)
    except zlib.error as error:
        raise ArchiveError(f"{path} was altered at {where}: {error}") from None
    lines = text.split(b"\n")[1:-1]
    for number, line in enumerate(lines, piece.first):
        if sha256(line).hexdigest() != piece.hash_of(number):
            raise ArchiveError(f"{path} was altered at entry {number}: its hash is another")
    if len(lines) * 32 != len(piece.hashes):
        raise ArchiveError(f"{path} was altered at {where}: {len(lines)} of them are there")
    return lines


def file_hash(path: Path) -> str:
    """Tell the SHA-256 of a whole file, in hexadecimal.

    Raises:
        ArchiveError: if it cannot be read.
    """
    digest = sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                digest.update(piece)
    except OSError as error:
        raise _unreadable(path, error) from error
    return digest.hexdigest()


def _read_batch(
    lines: Sequence[bytes], span: Span, after: Watermark, keys: Sequence[PublicKey]
) -> Batch:
    batch = read_lines(lines)
    if (batch.stream, batch.device) != ("journal", span.device):
        raise ArchiveError(f"it should be of {span.device}, it is of {batch.device}")
    if not _continues(batch, after):
        raise ArchiveError(f"entry {batch.entries[0].watermark} does not follow {after}")
    _verify(batch, keys)
    return batch


def _verify(batch: Batch, keys: Sequence[PublicKey]) -> None:
    """Check that a batch was signed with one of the keys its device ever had."""
    for key in keys[:-1]:
        with contextlib.suppress(ForgedBatch):
            return verify(batch, key)
    return verify(batch, keys[-1])


def _continues(batch: Batch, after: Watermark) -> bool:
    first = batch.entries[0]
    return first.epoch == after.epoch and first.follows(after)


def _streams(path: Path) -> Iterator[tuple[int, int, list[bytes]]]:
    """Read the file's zlib streams: where each begins, its length, its lines."""
    try:
        with path.open("rb") as file:
            offset, rest = 0, b""
            while rest := rest or file.read(_PIECE_BYTES):
                text, length, rest = _inflate(path, offset, file, rest)
                if not text.endswith(b"\n"):
                    raise ArchiveError(f"{path} was altered at byte {offset}: a line has no end")
                yield offset, length, text.split(b"\n")[:-1]
                offset += length
    except OSError as error:
        raise _unreadable(path, error) from error


def _inflate(path: Path, offset: int, file: BinaryIO, rest: bytes) -> tuple[bytes, int, bytes]:
    """Unpack one stream; return its text, its length and what was read beyond it."""
    inflater = zlib.decompressobj()
    text, length = bytearray(), 0
    try:
        while not inflater.eof:
            piece = rest or file.read(_PIECE_BYTES)
            if not piece:
                raise ArchiveError(f"{path} is torn: it ends within the batch at byte {offset}")
            length += len(piece)
            text += inflater.decompress(piece, _LONGEST_TEXT - len(text))
            if inflater.unconsumed_tail:
                raise ArchiveError(f"{path} was altered at byte {offset}: a batch is too long")
            rest = b""
    except zlib.error as error:
        raise ArchiveError(f"{path} was altered at byte {offset}: {error}") from None
    return bytes(text), length - len(inflater.unused_data), inflater.unused_data


def _unreadable(path: Path, error: OSError) -> ArchiveError:
    return ArchiveError(f"the archive {path} cannot be read: {error.strerror or error}")
