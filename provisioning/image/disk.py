"""Makes the card: a partition to start from, two roots, and the place of what is sold.

Everything that programs would choose by chance or by the clock is fixed, so that the same recipe
makes the same bits: the disk's signature, file system names and times, the order of files.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.card.first_start import FILE_SYSTEM
from provisioning.image.recipe import Disk
from provisioning.workstation.progress import SetupError

MIB = 1024 * 1024
SPACE = uuid.UUID("6b1f0d2e-6f0e-5f3c-9a54-1c9b5b5d3c61")
"""Names made for file systems are made from this and their label."""

_SUPERBLOCK_AT = 1024
_ROOT_INODE, _FIRST_INODE = 2, 11

ROOT = (
    *("-q", "-L", "balie-root", "-m", "0", "-b", "4096"),
    *("-O", "^has_journal,extent,metadata_csum,^64bit"),
)
"""How a root is laid out: it is only read, so it keeps no journal."""


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes file systems and cards.

    Attributes:
        epoch: Seconds since 1970 that every file system and file carries as its time.
        log: What the programs say.
    """

    epoch: int
    log: Path

    def root(self, tree: Path, target: Path, *, mib: int) -> None:
        """Make a read-only root of a folder.

        Raises:
            SetupError: It does not fit.
        """
        self._ext4(target, mib, ROOT, tree)

    def data(self, target: Path, *, mib: int, tree: Path | None = None) -> None:
        """Make the file system of what is sold: empty, or with the files of a folder."""
        self._ext4(target, mib, FILE_SYSTEM, tree)

    def start(self, tree: Path, target: Path, *, mib: int) -> None:
        """Make the FAT partition that the firmware reads."""
        target.unlink(missing_ok=True)
        with target.open("wb") as file:
            file.truncate(mib * MIB)
        self._run("mkfs.vfat", "-F", "32", "-n", "BALIE", "-i", "ba11e000", "--invariant", target)
        for path in sorted(tree.rglob("*")):
            os.utime(path, (self.epoch, self.epoch))
            inside = f"::{path.relative_to(tree).as_posix()}"
            if path.is_dir():
                self._run("mmd", "-i", target, inside)
            else:
                self._run("mcopy", "-m", "-i", target, path, inside)

    def card(self, parts: dict[str, Path], target: Path, disk: Disk) -> None:
        """Join the partitions to a card.

        Args:
            parts: The files of ``start``, ``root-a``, ``root-b`` and ``data``.
            target: The card; sparse, written whole or not at all.
            disk: How it is cut up.
        """
        aside = target.with_suffix(".new")
        with aside.open("wb") as file:
            file.truncate(disk.card_mib * MIB)
        kinds = {"start": "c, *", "root-a": "83", "root-b": "83", "data": "83"}
        sizes = {
            "start": disk.start_mib,
            "root-a": disk.root_mib,
            "root-b": disk.root_mib,
            "data": disk.data_mib,
        }
        table, at, places = [f"label: dos\nlabel-id: {disk.signature}"], 1, {}
        for name, kind in kinds.items():
            table.append(f"{at * MIB // 512}, {sizes[name] * MIB // 512}, {kind}")
            places[name], at = at, at + sizes[name]
        self._run("sfdisk", "--quiet", aside, told="\n".join(table) + "\n")
        for name, place in places.items():
            _lay_into(parts[name], aside, place * MIB)
        aside.replace(target)

    def _ext4(self, target: Path, mib: int, options: tuple[str, ...], tree: Path | None) -> None:
        target.unlink(missing_ok=True)
        name = str(uuid.uuid5(SPACE, options[options.index("-L") + 1]))
        self._run(
            *("mkfs.ext4", *options, "-U", name, "-E", f"hash_seed={name},nodiscard"),
            *(("-d", str(tree)) if tree else ()),
            *(str(target), f"{mib}M"),
        )
        # Files have their times from the folder. When its inode was last changed cannot be
        # set there, and mke2fs copies that too; inodes are given out one after the other.
        changed = "".join(f"sif <{inode}> ctime @{self.epoch}\n" for inode in _inodes(target))
        self._run("debugfs", "-w", "-f", "-", target, told=changed)

    def _run(self, *command: str | Path, told: str | None = None) -> None:
        # E2FSPROGS_FAKE_TIME is how mke2fs of Debian 12 is told the time.
        environment = {
            **os.environ,
            "SOURCE_DATE_EPOCH": str(self.epoch),
            "E2FSPROGS_FAKE_TIME": str(self.epoch),
            "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin",
            "MTOOLS_SKIP_CHECK": "1",
            "TZ": "UTC",
        }
        with self.log.open("ab") as out:
            ended = subprocess.run(
                [str(word) for word in command],
                input=None if told is None else told.encode(),
                stdout=out,
                stderr=out,
                env=environment,
                check=False,
            )
        if ended.returncode:
            raise SetupError(
                f"{command[0]} could not make its part of the image (code {ended.returncode}). "
                f"What it said is in {self.log}."
            )


def _inodes(part: Path) -> Iterator[int]:
    """Yield the inodes of files and folders that a new file system has in use."""
    with part.open("rb") as source:
        source.seek(_SUPERBLOCK_AT)
        count, _blocks, _reserved, _free_blocks, free = struct.unpack("<5I", source.read(20))
    yield _ROOT_INODE
    yield from range(_FIRST_INODE, count - free + 1)


def _lay_into(part: Path, card: Path, offset: int) -> None:
    """Copy a partition into its place, leaving out what is empty."""
    with part.open("rb") as source, card.open("r+b") as target:
        target.seek(offset)
        while piece := source.read(MIB):
            if piece.strip(b"\0"):
                target.write(piece)
            else:
                target.seek(len(piece), os.SEEK_CUR)


def free_bytes(folder: Path) -> int:
    """Return how many bytes may still be written where ``folder`` is."""
    return shutil.disk_usage(folder).free
