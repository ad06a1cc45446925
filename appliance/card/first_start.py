"""Makes the fourth partition as large as the card, and gives it a file system if it has none.

It runs at each start before that partition is mounted, and mostly has nothing to do. The power may
go at any moment of it:

- The partition grows by writing the card's first sector once. A sector is written or it is not.
- The file system grows after it is mounted, by systemd (``x-systemd.growfs``), and the kernel
  does that in steps of its own journal. What was not done is done at the next start.
- A file system is made only where there never was one: the partition begins with nothing but
  zeros. While it is made the sector after the first says so, so that half a file system is made
  anew, and one in use never.
"""

from __future__ import annotations

import fcntl
import logging
import os
import struct
import subprocess
from array import array
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

SECTOR = 512
SIGNATURE = 0xFEA51234
"""The number of every card of ours; another's table is never written."""

NUMBER = 4
PART = Path("/dev/disk/by-partuuid") / f"{SIGNATURE:08x}-{NUMBER:02d}"
MAKING = b"balie: a file system is being made\n".ljust(SECTOR, b"\0")

FILE_SYSTEM = (
    *("-q", "-L", "balie-data", "-m", "0", "-b", "4096", "-i", "32768", "-J", "size=16"),
    *("-O", "has_journal,extent,metadata_csum,^64bit"),
)
"""How the partition of what is sold is laid out: for a card that grows, and few large files."""

_ENTRY = struct.Struct("<B3sB3sII")
_PLACE = 446 + (NUMBER - 1) * _ENTRY.size
_SIGNATURE_AT = 440
_GRAIN = 2048
"""Partitions begin and end at whole MiB."""

_LEAST = 8 * _GRAIN
_BLKPG, _RESIZE = 0x1269, 3
"""The kernel's request to change what it knows of a partition: linux/blkpg.h."""

_REQUEST, _PARTITION = struct.Struct("@iiiP"), struct.Struct("@qqi128x4x")
_LARGEST = 2**32 - 1
_LINUX = 0x83
_LOOKED_AT = 1024 * 1024


class CardError(OSError):
    """The card is not as it should be; the message says what to do."""


def grown(table: bytes, sectors: int) -> bytes | None:
    """Return the card's first sector with the last partition reaching to the card's end.

    Args:
        table: The sector as it is.
        sectors: How many the card has.

    Returns:
        The sector, or None where nothing is to be gained.

    Raises:
        CardError: It is no card of ours.
    """
    (signature,) = struct.unpack_from("<I", table, _SIGNATURE_AT)
    flag, first, kind, last, start, length = _ENTRY.unpack_from(table, _PLACE)
    if table[-2:] != b"\x55\xaa" or signature != SIGNATURE or kind != _LINUX:
        raise CardError(
            "A card with Balie's four partitions was expected and another was found. "
            "Nothing was written to it; flash it anew."
        )
    wanted = min((sectors - start) // _GRAIN * _GRAIN, _LARGEST // _GRAIN * _GRAIN)
    if wanted < length + _LEAST:
        return None
    entry = _ENTRY.pack(flag, first, kind, last, start, wanted)
    return table[:_PLACE] + entry + table[_PLACE + _ENTRY.size :]


def grow(disk: Path, *, tell_kernel: Callable[[int, int, int], None] | None = None) -> bool:
    """Let the last partition reach to the card's end; tell whether it grew.

    Args:
        disk: The whole card.
        tell_kernel: Takes the open card, and the partition's first byte and length in bytes.

    Raises:
        OSError: The card refused, or is none of ours.
    """
    opened = os.open(disk, os.O_RDWR | os.O_SYNC)
    try:
        sectors = os.lseek(opened, 0, os.SEEK_END) // SECTOR
        table = grown(os.pread(opened, SECTOR, 0), sectors)
        if table is None:
            return False
        os.pwrite(opened, table, 0)
        *_, start, length = _ENTRY.unpack_from(table, _PLACE)
        (tell_kernel or _tell_kernel)(opened, start * SECTOR, length * SECTOR)
    finally:
        os.close(opened)
    return True


def fill(disk: Path, part: Path) -> bool:
    """Make a file system on the partition if it never had one; tell whether it was made.

    Raises:
        CardError: It could not be made. The partition must not be used.
    """
    opened = os.open(disk, os.O_RDWR | os.O_SYNC)
    try:
        if os.pread(opened, SECTOR, SECTOR) != MAKING:
            if not _is_blank(part):
                return False
            os.pwrite(opened, MAKING, SECTOR)
        command = ["mkfs.ext4", "-F", *FILE_SYSTEM, str(part)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise CardError(
                f"No file system could be made on {part}: {ended.stderr.strip()}. "
                "Use another storage card."
            )
        with part.open("rb+") as made:
            os.fsync(made.fileno())
        os.pwrite(opened, bytes(SECTOR), SECTOR)
    finally:
        os.close(opened)
    return True


def main(part: Path = PART) -> int:
    """Do what is to be done, and return the exit status: 1 where the partition must not be used."""
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    device = part.resolve()
    disk = Path("/dev") / (Path("/sys/class/block") / device.name).resolve().parent.name
    try:
        if grow(disk):
            log.info("The place of what is sold now reaches to the end of the card.")
    except OSError as error:  # a small partition sells as well
        log.warning("The partition could not be made larger: %s", error)
    try:
        if fill(disk, device):
            log.info("The place of what is sold has a new file system.")
    except OSError as error:
        log.error("%s", error)  # noqa: TRY400  # the sentence says it all
        return 1
    return 0


def _is_blank(part: Path) -> bool:
    with part.open("rb") as source:
        return not source.read(_LOOKED_AT).strip(b"\0")


def _tell_kernel(disk: int, start: int, length: int) -> None:
    """Have the kernel know the partition's new length, though others of the card are in use."""
    partition = array("B", _PARTITION.pack(start, length, NUMBER))
    address, size = partition.buffer_info()
    fcntl.ioctl(disk, _BLKPG, _REQUEST.pack(_RESIZE, 0, size, address))


if __name__ == "__main__":
    raise SystemExit(main())
