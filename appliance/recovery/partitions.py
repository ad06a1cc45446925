"""Where on a card a file system lies: the partition table, read without the system's help."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path

SECTOR_BYTES = 512
LINUX = 0x83
_TABLE, _ENTRY, _SIGNATURE = 446, struct.Struct("<B3xB3xII"), b"\x55\xaa"
_SUPERBLOCK, _SUPERBLOCK_BYTES = 1024, 1024
_MAGIC, _LABEL = slice(0x38, 0x3A), slice(0x78, 0x88)
_EXT = b"\x53\xef"


@dataclass(frozen=True, slots=True)
class FileSystem:
    """A file system of the ext family.

    Attributes:
        number: Of its partition, from 1; 0 where the whole file is the file system.
        offset: Where it begins, in bytes.
        label: Its name.
    """

    number: int
    offset: int
    label: str


def file_systems(card: Path) -> tuple[FileSystem, ...]:
    """Find the ext file systems of a card, an image of one, or an image of one partition.

    Raises:
        OSError: It cannot be read.
    """
    with card.open("rb") as file:
        if (label := _label_at(file.fileno(), 0)) is not None:
            return (FileSystem(0, 0, label),)
        table = os.pread(file.fileno(), SECTOR_BYTES, 0)
        if table[-2:] != _SIGNATURE:
            return ()
        found = []
        for number in range(1, 5):
            _, kind, first, _ = _ENTRY.unpack_from(table, _TABLE + (number - 1) * _ENTRY.size)
            offset = first * SECTOR_BYTES
            if kind == LINUX and (label := _label_at(file.fileno(), offset)) is not None:
                found.append(FileSystem(number, offset, label))
        return tuple(found)


def _label_at(file: int, offset: int) -> str | None:
    """Return the label of the ext file system that begins here; None where none does."""
    block = os.pread(file, _SUPERBLOCK_BYTES, offset + _SUPERBLOCK)
    if block[_MAGIC] != _EXT:
        return None
    return block[_LABEL].split(b"\0")[0].decode("utf-8", "replace")
