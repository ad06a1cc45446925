"""What must hold before a card is written over."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from appliance.recovery.card import LABEL, Copy, copy_off, count_unsent
from appliance.recovery.ext4 import CardError
from appliance.recovery.partitions import file_systems
from provisioning.flash import disks
from provisioning.flash.source import Source
from provisioning.workstation.progress import SetupError

GIB = 1 << 30


def check(
    source: Source, target: Path, *, recovered: Path | None = None, root: Path = Path("/")
) -> None:
    """Refuse a disk that must not be written over.

    Args:
        source: The image.
        target: A card, or a file.
        recovered: The file that ``balie recover --output`` wrote of what this card holds unsent.
        root: Where ``sys`` and ``proc`` are.

    Raises:
        SetupError: It is mounted, the system's own, too small, locked, a part of a disk, or it
            holds sales that were never sent.
    """
    if target.exists() and target.samefile(source.path):
        raise SetupError(f"{target} is the image itself; name a card, or another file.")
    if disks.is_device(target):
        _check_disk(source, target, root)
    elif target.exists() and not target.is_file():
        raise SetupError(f"{target} is neither a card nor a file; name one of them.")
    elif str(target).startswith("/dev/"):
        raise SetupError(f"{target} is not there. {listing(root)}")
    if target.exists():
        _check_unsent(target, recovered)


def listing(root: Path = Path("/")) -> str:
    """Say which cards there are, with size and name."""
    cards = [each for each in disks.disks(root) if each.is_card and not each.is_system]
    if not cards:
        return "There is no card: put one into the reader, then do this again."
    lines = [
        f"  {each.path!s:<16} {each.size_bytes / GIB:6.1f} GiB  {each.name}{_state(each)}"
        for each in cards
    ]
    return "\n".join(["These cards are there:", *lines])


def _state(disk: disks.Disk) -> str:
    if disk.is_locked:
        return "  (its switch says read-only)"
    return f"  (mounted at {', '.join(disk.mounted)})" if disk.mounted else ""


def _check_disk(source: Source, target: Path, root: Path) -> None:
    disk = disks.find(target, root)
    if disk is None:
        raise SetupError(f"{target} is a part of a disk; name the whole disk. {listing(root)}")
    if disk.is_system:
        raise SetupError(f"{target} is the disk this computer runs from. {listing(root)}")
    if disk.mounted:
        places = " ".join(f"'{place}'" for place in disk.mounted)
        raise SetupError(
            f"{target} is mounted. Look at what is on it; then unmount it: umount {places}"
        )
    if disk.is_held:
        raise SetupError(f"{target} is part of a volume or used for swapping; take another disk.")
    if disk.is_locked:
        raise SetupError(f"{target} is locked: push the little switch at the card's side.")
    if source.size_bytes is not None and source.size_bytes > disk.size_bytes:
        raise SetupError(
            f"{target} is too small: the image needs {source.size_bytes / GIB:.1f} GiB, it has "
            f"{disk.size_bytes / GIB:.1f}. Take a larger card."
        )


def _check_unsent(target: Path, recovered: Path | None) -> None:
    """Refuse a card of ours that holds what nobody else has."""
    with tempfile.TemporaryDirectory(prefix="balie-flash-") as aside:
        try:
            if not any(each.label == LABEL for each in file_systems(target)):
                return
            copy = copy_off(target, Path(aside), with_key=False)
        except PermissionError as error:
            raise SetupError(f"{target} may not be read: do this as root.") from error
        except CardError as error:
            if "there is none" in str(error):
                return
            raise SetupError(
                f"{target} was a register's card, and what it holds cannot be read: {error} If "
                f"nothing on it is wanted any more, clear it first: wipefs --all {target}*"
            ) from error
        except OSError:
            return  # an empty reader or a blank card that cannot be read has nothing of ours
        count = count_unsent(copy)
        if not count or _is_kept(copy, recovered):
            return
    raise SetupError(
        f"{target} is a register's card with {count} entries that were never sent. Read them "
        f"first: balie recover {target} --output FILE. Give FILE to the collector, then say it "
        "here: --recovered FILE"
    )


def _is_kept(copy: Copy, recovered: Path | None) -> bool:
    """Tell whether a file holds this very journal up to its end."""
    if recovered is None:
        return False
    try:
        with recovered.open("rb") as file:
            told = json.loads(file.readline())
        until, device = told["until"], told["device"]
        with closing(sqlite3.connect(copy.journal)) as journal:
            (raw,) = journal.execute(
                "select raw from entry order by position desc limit 1"
            ).fetchone()
        last = json.loads(raw)
        same = (last["epoch"], last["sequence"], last["source"])
    except (OSError, ValueError, LookupError, TypeError, sqlite3.Error) as error:
        raise SetupError(
            f"{recovered}: a file that 'balie recover --output' wrote was expected: {error}."
        ) from error
    if same != (until["epoch"], until["sequence"], f"/devices/{device}"):
        raise SetupError(
            f"{recovered} is not what this card holds: it ends at {until['epoch']}."
            f"{until['sequence']} of {device}, the card at {same[0]}.{same[1]} of {same[2][9:]}. "
            "Read this card with 'balie recover'."
        )
    return True
