"""Which disks there are, and which of them must not be written over."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SECTOR_BYTES = 512
_NEVER = ("loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd")
"""Beginnings of names of block devices that are no cards."""
_SYSTEM = ("/", "/boot", "/usr", "/var", "/home")


@dataclass(frozen=True, slots=True)
class Disk:
    """A whole disk.

    Attributes:
        path: Its device file.
        name: What it calls itself.
        size_bytes: How large it is.
        is_card: Whether it is removable, or hangs on USB, or is a memory card.
        is_locked: Whether its switch says read-only.
        mounted: Where it, or a part of it, is mounted.
        is_held: Whether something else is laid over it: a volume, an encryption, a swap area.
    """

    path: Path
    name: str
    size_bytes: int
    is_card: bool
    is_locked: bool
    mounted: tuple[str, ...]
    is_held: bool

    @property
    def is_system(self) -> bool:
        """Whether this computer runs from it."""
        return any(place in _SYSTEM for place in self.mounted)


def disks(root: Path = Path("/")) -> tuple[Disk, ...]:
    """Return every disk that could be a card, by name.

    Args:
        root: Where ``sys``, ``proc`` and ``dev`` are.
    """
    folders = sorted((root / "sys" / "block").glob("*"))
    return tuple(
        disk
        for folder in folders
        if not folder.name.startswith(_NEVER)
        and "boot" not in folder.name
        and (disk := _read(folder, root)).size_bytes
    )


def find(target: Path, root: Path = Path("/")) -> Disk | None:
    """Return the whole disk behind a device file; None where it is a part of one, or none."""
    real = Path(os.path.realpath(target))
    folder = root / "sys" / "block" / real.name
    return _read(folder, root) if folder.is_dir() else None


def is_device(target: Path) -> bool:
    """Tell whether a path is a block device."""
    try:
        return stat.S_ISBLK(target.stat().st_mode)
    except OSError:
        return False


def _read(folder: Path, root: Path) -> Disk:
    parts = [folder, *(each for each in folder.glob(f"{folder.name}*") if (each / "dev").exists())]
    numbers = {_word(each / "dev") for part in parts for each in _over(part, root)}
    words = (_word(folder / "device" / name) for name in ("vendor", "model", "name"))
    removable = _word(folder / "removable") == "1"
    return Disk(
        path=root / "dev" / folder.name,
        name=" ".join(word for word in words if word) or folder.name,
        size_bytes=int(_word(folder / "size") or 0) * _SECTOR_BYTES,
        is_card=removable or folder.name.startswith("mmcblk") or "/usb" in os.path.realpath(folder),
        is_locked=_word(folder / "ro") == "1",
        mounted=tuple(_mounted(root, numbers)),
        is_held=any(len(list(_over(part, root))) > 1 for part in parts) or _swaps(root, parts),
    )


def _over(part: Path, root: Path) -> Iterator[Path]:
    """Yield a part and everything that is laid over it."""
    yield part
    for holder in sorted((part / "holders").glob("*")):
        yield from _over(root / "sys" / "block" / holder.name, root)


def _mounted(root: Path, numbers: set[str]) -> Iterator[str]:
    for line in _lines(root / "proc" / "self" / "mountinfo"):
        words = line.split()
        if len(words) > 4 and words[2] in numbers:  # noqa: PLR2004 - number and place of a line
            yield words[4].replace("\\040", " ")


def _swaps(root: Path, parts: list[Path]) -> bool:
    names = {part.name for part in parts}
    return any(Path(line.split()[0]).name in names for line in _lines(root / "proc" / "swaps")[1:])


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text().splitlines() if line.strip()]
    except OSError:
        return []


def _word(file: Path) -> str:
    try:
        return file.read_text(errors="replace").strip()
    except OSError:
        return ""
