"""The kernel's own files, read below a root folder so that a test can lay out another machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system that is mounted.

    Attributes:
        place: Where.
        device: The name of its block device, such as ``mmcblk0p4``.
        options: Its options.
    """

    place: str
    device: str
    options: frozenset[str]


@dataclass(frozen=True, slots=True)
class Host:
    """The machine.

    Attributes:
        root: Where its root folder is.
    """

    root: Path = Path("/")

    def read(self, path: str) -> str:
        """Return what a small file says; empty where it is not there or may not be read."""
        return read(self.root / path)

    def number(self, path: str) -> int | None:
        """Read a number, decimal or hexadecimal; None where there is none."""
        try:
            return int(self.read(path), 0)
        except ValueError:
            return None

    def find(self, pattern: str) -> tuple[Path, ...]:
        """Return what fits a pattern, in order."""
        return tuple(sorted(self.root.glob(pattern)))

    def mount_of(self, folder: Path) -> Mount | None:
        """Return the file system that a folder lies on."""
        inside = [each for each in self._mounts() if folder.absolute().is_relative_to(each.place)]
        return max(inside, key=lambda each: len(each.place), default=None)

    def _mounts(self) -> Iterator[Mount]:
        for line in self.read("proc/self/mountinfo").splitlines():
            before, _, after = line.partition(" - ")
            words, kinds = before.split(), after.split()
            if len(words) > 5 and len(kinds) > 2:  # noqa: PLR2004 - as proc(5) has it
                options = frozenset((*words[5].split(","), *kinds[2].split(",")))
                yield Mount(words[4].replace("\\040", " "), Path(kinds[1]).name, options)


def read(file: Path) -> str:
    """Read a small file; empty where it is not there or may not be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST_BYTES).decode("utf-8", "replace").strip("\0 \n")
    except OSError:
        return ""
