"""Reads files of an ext4 file system that nobody shut down, without mounting or changing it.

A device that lost its power leaves the latest of its directories and file sizes in the file
system's own journal alone. Whoever reads past that journal (a mount with ``noload``, or a tool that
takes the file system as it lies) does not find the last sales, and perhaps no journal.db at all.
Mounting it properly would write to the card. So the file system's skeleton (everything but what
the files hold) is copied aside, a few MB, its journal is played into the copy, the copy tells where
each file lies, and the files themselves are read from the card.

Needs ``e2image`` and ``debugfs`` of e2fsprogs, and no rights but to read the card.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_EXTENT = re.compile(
    r"^ *(\d+)/ *(\d+) +\d+/ *\d+ +(\d+) - +(\d+) +(\d+)(?: - +(\d+))? +\d+ *(\w*) *$",
    re.MULTILINE,
)
_SIZE = re.compile(r"\bSize: (\d+)")
_KIND = re.compile(r"\bType: (\S+)")
_BLOCK_SIZE = re.compile(r"^Block size:\s+(\d+)", re.MULTILINE)
_PIECE_BYTES = 1 << 20
_UNWRITTEN = "Uninit"
_MOST_DEPTH = 5
_SYSTEM_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"


class CardError(OSError):
    """The card cannot be read; the message says what was expected and what to do."""


@dataclass(frozen=True, slots=True)
class _Extent:
    """A run of blocks of a file, or a block that only tells of further runs."""

    is_leaf: bool
    logical: int
    physical: int
    count: int
    unwritten: bool


class Ext4:
    """One file system.

    Args:
        card: The card or image; only read.
        offset: Where the file system begins, in bytes.
        aside: An empty folder for the copy of the skeleton.

    Raises:
        CardError: It cannot be read.
    """

    def __init__(self, card: Path, offset: int, aside: Path) -> None:
        self._card = card
        self._offset = offset
        self._skeleton = aside / "skeleton.img"
        _run("e2image", "-r", "-o", str(offset), str(card), str(self._skeleton))
        told = self._ask("stats -h")
        size = _BLOCK_SIZE.search(told)
        if size is None:
            raise CardError(
                f"{card}: an ext4 file system was expected at byte {offset}, and its first block "
                "cannot be read. Copy the card with ddrescue and give the copy."
            )
        self._block_bytes = int(size[1])
        if "needs_recovery" in told:
            _run("debugfs", "-w", "-R", "jr", str(self._skeleton))
            if "needs_recovery" in self._ask("stats -h"):
                raise CardError(
                    f"{card}: the file system's own journal is damaged, so its last files cannot "
                    "be told. Copy the card with ddrescue, have e2fsck mend the copy, give that."
                )

    def is_file(self, path: str) -> bool:
        """Tell whether there is such a file; a name that debugfs would misread is none."""
        if '"' in path or not path.isprintable():
            return False
        self._fetch_folders(path)
        return self._kind(path) == "regular"

    def copy(self, path: str, target: Path) -> int:
        """Copy a file off the card.

        Args:
            path: From the file system's root.
            target: A new file, readable by its owner alone.

        Returns:
            How many bytes the card could not give; zeros stand for them.

        Raises:
            CardError: There is no such file, or it is kept in a way that is not understood.
        """
        if not self.is_file(path):
            raise CardError(f"{self._card}: there is no file {path}.")
        size = int((_SIZE.search(self._ask(f'stat "{path}"')) or ["", "0"])[1])
        extents = self._extents(path)
        lost = 0
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with (
            self._card.open("rb", buffering=0) as card,
            open(target, "wb", opener=lambda name, _: os.open(name, flags, 0o600)) as out,
        ):
            out.truncate(size)
            for each in extents:
                if each.is_leaf and not each.unwritten:
                    lost += self._copy_run(card, out, each, size)
        return lost

    def _copy_run(self, card: BinaryIO, out: BinaryIO, run: _Extent, size: int) -> int:
        """Copy a run of blocks; return how many bytes could not be read."""
        at, left, lost = run.logical * self._block_bytes, run.count * self._block_bytes, 0
        source = self._offset + run.physical * self._block_bytes
        left = min(left, size - at)
        out.seek(at)
        while left > 0:
            wanted = min(left, _PIECE_BYTES)
            piece, missing = _read(card.fileno(), source, wanted, self._block_bytes)
            out.write(piece)
            lost += missing
            source, left = source + wanted, left - wanted
        return lost

    def _kind(self, path: str) -> str:
        found = _KIND.search(self._ask(f'stat "{path}"'))
        return found[1] if found else ""

    def _fetch_folders(self, path: str) -> None:
        """Fetch the blocks of every folder on the way that only the played journal told of."""
        parts = path.strip("/").split("/")[:-1]
        for depth in range(len(parts) + 1):
            folder = "/" + "/".join(parts[:depth])
            for each in self._extents(folder):
                if each.is_leaf:
                    self._fetch(each.physical, each.count)

    def _extents(self, path: str) -> list[_Extent]:
        """Tell where a file lies; blocks of the tree itself are fetched where they are missing."""
        for _ in range(_MOST_DEPTH):
            told = self._ask(f'ex "{path}"')
            found = [_extent(match) for match in _EXTENT.finditer(told)]
            missing = [each for each in found if not each.is_leaf and self._fetch(each.physical, 1)]
            if not missing:
                break
        return found

    def _fetch(self, block: int, count: int) -> bool:
        """Bring blocks into the skeleton that are empty there; return whether any was."""
        fetched = False
        with self._skeleton.open("r+b") as skeleton, self._card.open("rb", buffering=0) as card:
            for number in range(block, block + count):
                at = number * self._block_bytes
                if os.pread(skeleton.fileno(), self._block_bytes, at).strip(b"\0"):
                    continue
                piece, _ = _read(
                    card.fileno(), self._offset + at, self._block_bytes, self._block_bytes
                )
                if piece.strip(b"\0"):
                    os.pwrite(skeleton.fileno(), piece, at)
                    fetched = True
        return fetched

    def _ask(self, question: str) -> str:
        return _run("debugfs", "-R", question, str(self._skeleton))


def _extent(match: re.Match[str]) -> _Extent:
    level, depth, first, last, physical, end, flag = match.groups()
    return _Extent(
        is_leaf=int(level) == int(depth) and end is not None,
        logical=int(first),
        physical=int(physical),
        count=int(last) - int(first) + 1,
        unwritten=flag == _UNWRITTEN,
    )


def _read(file: int, at: int, count: int, block_bytes: int) -> tuple[bytes, int]:
    """Read from the card; where it refuses, block by block, with zeros for what is lost."""
    try:
        piece = os.pread(file, count, at)
    except OSError:
        if count <= block_bytes:
            return bytes(count), count
        parts = [
            _read(file, at + start, min(block_bytes, count - start), block_bytes)
            for start in range(0, count, block_bytes)
        ]
        return b"".join(part for part, _ in parts), sum(lost for _, lost in parts)
    return piece.ljust(count, b"\0"), count - len(piece)


def _run(*command: str) -> str:
    """Run a program of e2fsprogs and return what it says.

    Raises:
        CardError: It is not installed, or could not do its part.
    """
    environment = {**os.environ, "PATH": _SYSTEM_PATH, "LC_ALL": "C", "DEBUGFS_PAGER": "cat"}
    try:
        ended = subprocess.run(command, capture_output=True, env=environment, check=False)
    except FileNotFoundError as error:
        raise CardError(
            f"{command[0]} is needed to read the card's file system and is not here. Install "
            "e2fsprogs, then do this again."
        ) from error
    said = ended.stdout.decode("utf-8", "replace")
    if ended.returncode:
        why = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CardError(
            f"{command[0]} could not read the card: {why[-1] if why else 'it did not say why'}. "
            "Copy the card with ddrescue and give the copy."
        )
    return said
