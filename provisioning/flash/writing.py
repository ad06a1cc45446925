"""Writes an image to a card so that it is whole or does not start, and reads it back."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from provisioning.flash.source import Source
from provisioning.workstation.progress import SetupError, Step

MIB = 1 << 20
PIECE_BYTES = 4 * MIB
_SYNC_EVERY = 16
"""Pieces between two syncs: so the speed that is shown is the card's, not the computer's memory's."""


@dataclass(slots=True)
class Written:
    """What was written.

    Attributes:
        size_bytes: How much.
        sha256: The hash of all of it.
        pieces: The hash of each piece, to tell where the card differs.
    """

    size_bytes: int = 0
    sha256: str = ""
    pieces: list[bytes] = field(default_factory=list)


def write(source: Source, target: Path, step: Step) -> Written:
    """Write an image; its beginning, without which nothing starts, comes last.

    Args:
        source: The image.
        target: A card, or a file; a file is made or written over.
        step: Shows how far it is.

    Raises:
        SetupError: The image is damaged, the card too small or failing. The card does not start.
    """
    written, whole = Written(), hashlib.sha256()
    first = b""
    with _opened(target) as out:
        speed = _Speed(step, source.size_bytes)
        with source.open() as stream:
            for number, piece in enumerate(_pieces(stream.read)):
                whole.update(piece)
                written.pieces.append(hashlib.sha256(piece).digest())
                if number:
                    _put(out, piece, written.size_bytes, target)
                else:
                    first = piece
                    _put(out, bytes(len(piece)), 0, target)
                written.size_bytes += len(piece)
                if number % _SYNC_EVERY == 0:
                    _sync(out, target)
                    speed.show(written.size_bytes)
        written.sha256 = whole.hexdigest()
        if source.sha256 and source.sha256 != written.sha256:
            raise SetupError(
                f"{source.path} is not the image that was built: its hash should be "
                f"{source.sha256[:16]}…, it is {written.sha256[:16]}…. Fetch or build it anew. The "
                "card was left so that it does not start."
            )
        _sync(out, target)
        _put(out, first, 0, target)
        _sync(out, target)
    step.result(f"{written.size_bytes // MIB} MiB, {speed.words(written.size_bytes)}")
    return written


def compare(target: Path, written: Written, step: Step) -> None:
    """Read a card back and compare every byte with what was written.

    Raises:
        SetupError: They differ, or the card cannot be read.
    """
    speed, at = _Speed(step, written.size_bytes), 0
    with target.open("rb", buffering=0) as card:
        # What the computer still remembers of it must not stand in for the card.
        os.posix_fadvise(card.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        for number, wanted in enumerate(written.pieces):
            length = min(PIECE_BYTES, written.size_bytes - at)
            try:
                piece = _read_whole(card.read, length)
            except OSError as error:
                raise _bad(target, at, error.strerror or str(error)) from error
            if hashlib.sha256(piece).digest() != wanted:
                raise _bad(target, at, "it gives back other bytes than were written")
            at += length
            if number % _SYNC_EVERY == 0:
                speed.show(at)
    step.result(f"every byte is as written, {speed.words(at)}")


class _Speed:
    """How far, and how fast since the beginning."""

    def __init__(self, step: Step, whole: int | None) -> None:
        self._step = step
        self._whole = whole
        self._begun = time.monotonic()

    def words(self, done: int) -> str:
        """Say how fast."""
        return f"{done / MIB / max(time.monotonic() - self._begun, 0.001):.0f} MiB/s"

    def show(self, done: int) -> None:
        """Say how far."""
        if self._whole is None:
            self._step.working(f"{done // MIB} MiB, {self.words(done)}")
        else:
            self._step.part(done // MIB, max(self._whole // MIB, 1), f"MiB, {self.words(done)}")


@contextlib.contextmanager
def _opened(target: Path) -> Iterator[int]:
    """Open a card so that nobody else uses it meanwhile, or make a file."""
    exists = target.exists()
    # O_EXCL of a block device refuses one that is mounted or part of something.
    flags = os.O_RDWR | (os.O_EXCL if target.is_block_device() else os.O_CREAT | os.O_TRUNC)
    try:
        out = os.open(target, flags, 0o644)
    except OSError as error:
        what = {errno.EBUSY: "is in use", errno.EACCES: "may not be written to"}
        words = what.get(error.errno or 0, error.strerror or "cannot be opened")
        raise SetupError(
            f"{target} {words}. Unmount it, and do this as root ('sudo python3 -m provisioning "
            "flash …')."
            if exists
            else f"{target} cannot be made: {words}."
        ) from error
    try:
        yield out
    finally:
        os.close(out)


def _pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while piece := _read_whole(read, PIECE_BYTES):
        yield piece


def _read_whole(read: Callable[[int], bytes], length: int) -> bytes:
    """Read so many bytes, or all that is left: a pipe gives them in bits."""
    parts = []
    while length and (part := read(length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _put(out: int, piece: bytes, at: int, target: Path) -> None:
    view = memoryview(piece)
    while view:
        try:
            count = os.pwrite(out, view, at)
        except OSError as error:
            raise _refused(target, at, error) from error
        view, at = view[count:], at + count


def _sync(out: int, target: Path) -> None:
    try:
        os.fsync(out)
    except OSError as error:
        raise _refused(target, 0, error) from error


def _refused(target: Path, at: int, error: OSError) -> SetupError:
    if error.errno == errno.ENOSPC:
        return SetupError(
            f"{target} is too small: it ends at {at // MIB} MiB. Take a larger card. This one does "
            "not start."
        )
    return SetupError(
        f"{target} failed while it was written ({error.strerror}). Throw this card away and take "
        "another: one that fails now would fail in the shop."
    )


def _bad(target: Path, at: int, why: str) -> SetupError:
    return SetupError(
        f"{target} does not hold what was written at {at // MIB} MiB: {why}. Throw this card away "
        "and take another; or try another reader once."
    )
