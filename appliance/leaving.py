"""Before a device is updated, written anew or reset: what only it holds is sent or kept first.

``balie unsent`` says whether the collector holds everything; whatever updates a device or writes
its card anew asks it first and stays away while it fails. ``balie reset`` makes the device as new,
and refuses while anything is unsent. Both take ``--export FILE``: the whole journal is copied
there, checked, and then nothing is lost by letting the device go.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance import enrolment
from appliance.build import take
from appliance.config import Settings
from appliance.journal.errors import JournalError
from appliance.journal.reader import JournalReader
from appliance.journal.verify import verify
from appliance.services.resume import resume
from appliance.services.shift_book import ShiftBook
from appliance.services.training import FOLDER as TRAINING
from appliance.store.desk import DeskStore
from appliance.store.outbox import UplinkOutbox

DATABASES = ("journal.db", "desk.db", "directory.db", "uplink.db")
"""What a device keeps, each with SQLite's own files beside it."""
FOLDERS = (TRAINING, "terminal")


class LeavingError(OSError):
    """The device cannot be let go of; the message says why and what to do."""


class LeftError(LeavingError):
    """Something is only on this device."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """What only this device holds.

    Attributes:
        count: Entries the collector has not acknowledged; all of them where nothing is sent at all.
        oldest: When the oldest of them was made.
        sends: Whether the device sends to a collector.
    """

    count: int
    oldest: datetime | None = None
    sends: bool = True

    def __str__(self) -> str:
        """Say it in a sentence."""
        if not self.count:
            return "Nothing is unsent: the collector holds everything."
        if not self.sends:
            return f"This device sends to no collector: its {self.count} entries are only here."
        since = f", the oldest of {self.oldest:%Y-%m-%d %H:%M}" if self.oldest else ""
        return f"{self.count} entries are unsent{since}. Connect the device and wait for them."


def unsent(settings: Settings) -> Unsent:
    """Return what only this device holds.

    Raises:
        LeavingError: If the journal cannot be read, so that nobody knows.
    """
    data = settings.device.data
    journal = data / "journal.db"
    if not journal.exists():
        return Unsent(0, sends=settings.broker is not None)
    if settings.broker is None:
        try:
            with JournalReader.open(journal) as reader:
                return Unsent(sum(1 for _ in reader.lines()), sends=False)
        except JournalError as error:
            raise LeavingError(_unreadable(error)) from error
    with closing(UplinkOutbox(journal, data / "uplink.db", enabled=True)) as outbox:
        seen = outbox.look()
    if seen.problem == "journal":
        raise LeavingError(_unreadable(seen.detail))
    return Unsent(seen.unsent, seen.oldest)


def export(settings: Settings, target: Path) -> int:
    """Copy the whole journal to another place, attachments included, and check the copy.

    Args:
        settings: The device's.
        target: A file that is not there yet, on a disk that stays.

    Returns:
        How many entries it holds.

    Raises:
        LeavingError: If it cannot be written, or is not what the journal is.
    """
    source = settings.device.data / "journal.db"
    if target.exists():
        raise LeavingError(f"{target} is there already; name a new file.")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as journal,
            closing(sqlite3.connect(target)) as copy,
        ):
            journal.backup(copy)
        _sync(target)
        report = verify(target)
    except (sqlite3.Error, JournalError, OSError) as error:
        raise LeavingError(
            f"The journal was not copied to {target}: {error}. Name a file on a disk with room."
        ) from error
    if not report.is_sound:
        raise LeavingError(
            f"The copy in {target} is not sound; see 'balie journal verify {target}', and keep "
            "this device as it is."
        )
    return report.entries


def reset(settings: Settings, target: Path | None = None) -> int:
    """Make a device as new; its name goes on above every number it ever used.

    Args:
        settings: The device's.
        target: Where to copy the journal first, if something of it is unsent.

    Returns:
        How many entries were copied.

    Raises:
        DeskTakenError: If its desk runs.
        LeavingError: If something is unsent and not to be copied, or its uplink runs.
        JournalError: If the journal cannot be read.
        OSError: If a file cannot be removed.
    """
    data = settings.device.data
    with ExitStack() as held:
        take(data, held)
        if _has_uplink(data):
            raise LeavingError("The uplink runs; stop it, then reset the device.")
        left, copied = unsent(settings), 0
        if left.count and target is None:
            raise LeftError(f"{left} Or keep them with --export FILE.")
        if left.count and target is not None:
            copied = export(settings, target)
        _go_on_above(settings)
        for name in DATABASES:
            for file in data.glob(f"{name}*"):
                file.unlink()
        for name in FOLDERS:
            if (data / name).is_dir():
                shutil.rmtree(data / name)
    return copied


def _go_on_above(settings: Settings) -> None:
    """Note where the next journal begins: its numbers, its Z and its epochs go on."""
    data = settings.device.data
    if not (data / "journal.db").exists():
        return
    known = enrolment.read(settings)
    with ExitStack() as held:
        journal = held.enter_context(JournalReader.open(data / "journal.db"))
        shelf = held.enter_context(DeskStore.open(data / "desk.db"))
        start = resume(journal, shelf, settings.device.register, given_out=known.last_number).start
        book = ShiftBook.resume(journal, shelf, clock=datetime.now, begun=known.begun)
        facts = {
            "device": settings.device.id,
            "first_epoch": max(journal.head.epoch + 1, known.first_epoch),
            "last_number": start.number,
            "books": json.dumps(book.books.to_data(), ensure_ascii=False, sort_keys=True),
        }
    file = enrolment.place(settings)
    new = file.with_suffix(".new")
    # A TOML text in double quotes is written as JSON writes it.
    new.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in facts.items()))
    _sync(new)
    new.replace(file)


def _has_uplink(data: Path) -> bool:
    """Say whether somebody listens to the desk's poke."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(str(data / "uplink.sock"))
        except OSError:
            return False
    return True


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _unreadable(why: object) -> str:
    return (
        f"Nobody knows what is unsent: {why}. Keep the storage card as it is and call the "
        "technician."
    )
