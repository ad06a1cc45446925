"""What of Balie lies on a card, an image of one, or in a folder: copied aside, never touched."""

from __future__ import annotations

import shutil
import sqlite3
import tomllib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from appliance.recovery.ext4 import CardError, Ext4
from appliance.recovery.partitions import file_systems

LABEL = "balie-data"
"""The name of the file system that outlives every update; `provisioning.image.disk` gives it."""
SETTINGS = "balie.toml"
JOURNAL = ("journal.db", "journal.db-wal")
CURSOR = ("uplink.db", "uplink.db-wal")
_HOME = PurePosixPath("/var/lib/balie")
"""Where that file system is mounted on the device."""
_DATA, _KEY = "data", "identity/device.key"

Fetch = Callable[[str, Path], int]


@dataclass(frozen=True, slots=True)
class Copy:
    """What was copied off a card.

    Attributes:
        where: Where it lay, in words.
        journal: journal.db, with what belongs to it beside it.
        cursor: uplink.db; it may not be there.
        key: The device's private key; it may not be there.
        lost_bytes: How many bytes of these the card could not give.
    """

    where: str
    journal: Path
    cursor: Path
    key: Path
    lost_bytes: int = 0


def copy_off(source: Path, aside: Path, *, with_key: bool = True) -> Copy:
    """Copy a device's journal, cursor and key off a card.

    Args:
        source: A card, an image of one or of its data partition, or a device's own folder.
        aside: An empty folder that nobody else may read.
        with_key: Whether its key is wanted too.

    Raises:
        CardError: There is no journal of ours, or the card cannot be read.
    """
    try:
        if source.is_dir():
            return _take(f"the folder {source}", _Folder(source), aside, with_key=with_key)
        return _from_card(source, aside, with_key=with_key)
    except PermissionError as error:
        raise CardError(f"{source} may not be read: {error.strerror}. Do this as root.") from error
    except FileNotFoundError as error:
        raise CardError(f"{source} is not there; name a card, an image or a folder.") from error


def _from_card(source: Path, aside: Path, *, with_key: bool) -> Copy:
    found = file_systems(source)
    ours = [each for each in found if each.label == LABEL]
    for number, each in enumerate(ours or found):
        place = aside / f"part-{number}"
        place.mkdir(mode=0o700)
        part = f", partition {each.number}" if each.number else ""
        files = _Partition(Ext4(source, each.offset, place))
        if ours or files.has(SETTINGS) or files.has(f"{_DATA}/{JOURNAL[0]}"):
            return _take(f"{source}{part}", files, aside, with_key=with_key)
    raise CardError(
        f"{source}: a partition called {LABEL!r} with a device's journal was expected, found "
        f"{len(found)} others. Is it the card of a register, and whole?"
    )


class _Folder:
    """A device's folder that is mounted, or was copied."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, path: str) -> bool:
        return (self._folder / path).is_file()

    def copy(self, path: str, target: Path) -> int:
        shutil.copyfile(self._folder / path, target)
        return 0


class _Partition:
    """The data partition of a card."""

    def __init__(self, files: Ext4) -> None:
        self._files = files

    def has(self, path: str) -> bool:
        return self._files.is_file(f"/{path}")

    def copy(self, path: str, target: Path) -> int:
        return self._files.copy(f"/{path}", target)


def _take(where: str, files: _Folder | _Partition, aside: Path, *, with_key: bool) -> Copy:
    settings = _settings(files, aside)
    data = _inside(settings.get("device"), "data", _DATA)
    if not files.has(_join(data, JOURNAL[0])) and files.has(JOURNAL[0]):
        data = "."  # the folder of the databases itself
    if not files.has(_join(data, JOURNAL[0])):
        raise CardError(
            f"{where}: a journal was expected at {_join(data, JOURNAL[0])}, and there is none. If "
            "this device never sold, nothing is lost; else look for the card it sold on."
        )
    lost = 0
    for name in (*JOURNAL, *CURSOR):
        if files.has(_join(data, name)):
            lost += files.copy(_join(data, name), aside / name)
    key = _inside(settings.get("broker"), "key", _KEY)
    if with_key and files.has(key):
        files.copy(key, aside / "device.key")
    return Copy(where, aside / JOURNAL[0], aside / CURSOR[0], aside / "device.key", lost)


def _settings(files: _Folder | _Partition, aside: Path) -> dict[str, Any]:
    """Read the settings as far as they can be read: a card that dies may tear any file."""
    if not files.has(SETTINGS):
        return {}
    files.copy(SETTINGS, aside / SETTINGS)
    try:
        return tomllib.loads((aside / SETTINGS).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def _inside(table: Any, name: str, otherwise: str) -> str:
    """Return a path of the settings, from the root of the data partition."""
    told = table.get(name) if isinstance(table, dict) else None
    if not isinstance(told, str):
        return otherwise
    path = PurePosixPath(told)
    if not path.is_absolute():
        return str(path)
    return str(path.relative_to(_HOME)) if path.is_relative_to(_HOME) else otherwise


def _join(folder: str, name: str) -> str:
    return str(PurePosixPath(folder) / name)


def count_unsent(copy: Copy) -> int:
    """Tell how many entries of a copied journal the collector never acknowledged.

    It needs nothing but Python, so that whatever writes cards anew can ask. A journal that cannot
    be read counts as one: nobody knows.
    """
    try:
        with closing(sqlite3.connect(copy.journal)) as journal:
            epoch, sequence = _acknowledged(copy.cursor)
            (unsent,) = journal.execute(
                "select count(*) from entry where epoch > ? or (epoch = ? and sequence > ?)",
                (epoch, epoch, sequence),
            ).fetchone()
            return int(unsent)
    except sqlite3.Error:
        return 1


def _acknowledged(cursor: Path) -> tuple[int, int]:
    if not cursor.exists():
        return 0, 0
    try:
        with closing(sqlite3.connect(cursor)) as opened:
            row = opened.execute(
                "select epoch, sequence from watermark where name = 'acked'"
            ).fetchone()
    except sqlite3.Error:
        return 0, 0
    return row or (0, 0)
