"""Reading the lines of an export or an archive, however long, without holding the file."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

LONGEST_LINE = 4 << 20
"""Longer than any entry or attachment may be."""

_CHUNK = 1 << 16
_ZLIB = 0x78
"""The first byte of everything that zlib compressed with its usual window."""


class TornText(ValueError):  # noqa: N818 - reads as what happened
    """The text cannot be read any further; the message says why."""


def is_compressed(start: bytes) -> bool:
    """Tell from its first bytes whether a file is an archive, which is compressed."""
    return len(start) > 1 and start[0] == _ZLIB and int.from_bytes(start[:2], "big") % 31 == 0


def read_lines(path: Path) -> Iterator[bytes]:
    """Read a file's lines, without their ends; an archive is unpacked on the way.

    Raises:
        TornText: when no further line can be read: damaged, cut off, or endless.
        OSError: if the disk refuses.
    """
    with path.open("rb") as file:
        start = file.read(2)
        file.seek(0)
        chunks = _inflated(file) if is_compressed(start) else _plain(file)
        yield from _cut(chunks)


def _cut(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
        if len(rest) > LONGEST_LINE:
            raise TornText(f"a line has more than {LONGEST_LINE} bytes")
    if rest:
        yield rest


def _plain(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _inflated(file: BinaryIO) -> Iterator[bytes]:
    """Unpack zlib streams that stand one behind the other."""
    inflater = zlib.decompressobj()
    begun = False
    try:
        while chunk := file.read(_CHUNK):
            while chunk:
                if inflater.eof:
                    inflater = zlib.decompressobj()
                begun = True
                yield inflater.decompress(chunk, _CHUNK)
                chunk = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        while not inflater.eof and (rest := inflater.decompress(b"", _CHUNK)):
            yield rest
    except zlib.error as error:
        raise TornText(f"its compression is damaged ({error})") from None
    if begun and not inflater.eof:
        raise TornText("it is cut off")
