"""The image as it is read: plain or compressed, with its size and its hash where they are told."""

from __future__ import annotations

import gzip
import lzma
import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from provisioning.workstation.progress import SetupError

_ZST, _XZ, _GZ = b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\x00", b"\x1f\x8b"
_FOOTER_BYTES, _FOOTER_END = 12, b"YZ"
_WORDS = {1: "<B", 2: "<H", 4: "<I", 8: "<Q"}


class Source:
    """An image to be written.

    Args:
        path: The file: ``.img``, or that compressed by zstd, xz or gzip.

    Attributes:
        size_bytes: How large it is unpacked; None where its file does not say.
        sha256: Its hash, unpacked, as the file beside it tells; empty where there is none.

    Raises:
        SetupError: It is not there, or no image.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._begins = file.read(32)
                self.size_bytes = _size(file, self._begins)
        except OSError as error:
            raise SetupError(
                f"An image was expected at {path}: {error.strerror}. Build one with "
                "'python3 -m provisioning image', or name another."
            ) from error
        self.sha256 = self._told()
        if not self._kind and self.size_bytes is not None and not _is_image(path):
            raise SetupError(
                f"{path} is no image of a card: it has no partition table. Name the image that "
                "'python3 -m provisioning image' made."
            )

    @property
    def _kind(self) -> str:
        for magic, kind in ((_ZST, "zstd"), (_XZ, "xz"), (_GZ, "gzip")):
            if self._begins.startswith(magic):
                return kind
        return ""

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open it for reading it unpacked.

        Raises:
            SetupError: It cannot be unpacked, or is damaged.
        """
        kind = self._kind
        if kind == "zstd":
            with _unpacked_by_zstd(self.path) as stream:
                yield stream
            return
        try:
            with _opened(kind, self.path) as stream:
                yield stream
        except (lzma.LZMAError, EOFError, gzip.BadGzipFile) as error:
            raise _damaged(self.path, error) from error

    def _told(self) -> str:
        """Read the hash that the builder wrote beside the image, of the image unpacked."""
        plain = self.path.with_suffix("") if self._kind else self.path
        try:
            return plain.with_name(f"{plain.name}.sha256").read_text().split()[0].lower()
        except (OSError, IndexError, UnicodeDecodeError):
            return ""


def _opened(kind: str, path: Path) -> IO[bytes]:
    if kind == "xz":
        return lzma.open(path)
    return cast("IO[bytes]", gzip.open(path)) if kind else path.open("rb")


@contextmanager
def _unpacked_by_zstd(path: Path) -> Iterator[IO[bytes]]:
    try:
        program = subprocess.Popen(["zstd", "-dcq", str(path)], stdout=subprocess.PIPE)
    except FileNotFoundError as error:
        raise SetupError(
            "zstd is needed to unpack this image and is not here. Install zstd, or name the image "
            "that is not compressed."
        ) from error
    with program:
        if program.stdout is None:  # never: it was asked for
            raise SetupError("zstd gave nothing to read.")
        try:
            yield program.stdout
            rest = program.stdout.read(1)
        except BaseException:  # Ctrl-C too: zstd would wait for a reader for ever
            program.kill()
            raise
        if program.wait() and not rest:
            raise _damaged(path, "zstd says so")


def _damaged(path: Path, why: object) -> SetupError:
    return SetupError(f"{path} is damaged ({why}): fetch or build it anew. The card is not whole.")


def _is_image(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(512)[510:] == b"\x55\xaa"


def _size(file: IO[bytes], begins: bytes) -> int | None:
    if begins.startswith(_ZST):
        return _size_of_zst(begins)
    if begins.startswith(_XZ):
        return _size_of_xz(file)
    if begins.startswith(_GZ):
        return None  # its last word is the size, but only its lower 32 bits
    return file.seek(0, os.SEEK_END)


def _size_of_zst(begins: bytes) -> int | None:
    """Read the size from the header of a frame (RFC 8878, 3.1.1.1)."""
    told = begins[4]
    flag, is_single, dictionary = told >> 6, bool(told & 0x20), (0, 1, 2, 4)[told & 3]
    length = {0: 1 if is_single else 0, 1: 2, 2: 4, 3: 8}[flag]
    if not length:
        return None
    at = 5 + (0 if is_single else 1) + dictionary
    (size,) = struct.unpack_from(_WORDS[length], begins, at)
    return int(size) + (256 if flag == 1 else 0)


def _size_of_xz(file: IO[bytes]) -> int | None:
    """Add up the sizes in the index at the end of a file of one stream (xz format, 4)."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - _FOOTER_BYTES))
    footer = file.read()
    if footer[-2:] != _FOOTER_END:
        return None
    index_bytes = (struct.unpack_from("<I", footer, 4)[0] + 1) * 4
    file.seek(max(0, end - _FOOTER_BYTES - index_bytes))
    numbers = _numbers(file.read(index_bytes)[1:])
    total = 0
    for _ in range(next(numbers)):
        next(numbers)  # the size as it is stored
        total += next(numbers)
    return total


def _numbers(text: bytes) -> Iterator[int]:
    """Read numbers of seven bits a byte, the lowest first."""
    value = shift = 0
    for byte in text:
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            yield value
            value = shift = 0
