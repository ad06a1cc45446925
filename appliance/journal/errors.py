"""What can go wrong with a journal, each as one sentence: expected, found, what to do."""

# ruff: noqa: N818 - each name says what is the matter; a further word would not

from __future__ import annotations

import sqlite3
from pathlib import Path


class JournalError(Exception):
    """The journal could not do what was asked; nothing of it was done by half."""


class EntryError(JournalError, ValueError):
    """Bytes that are no entry, or data that cannot become one."""


class AttachmentError(JournalError, ValueError):
    """Something beside an entry that is no attachment, or cannot become one."""


class BatchError(JournalError, ValueError):
    """Bytes that are no batch, or a batch whose parts do not agree."""


class ForgedBatch(BatchError):
    """A batch whose signature is missing or was not made with the device's key."""


class KeyUnreadable(JournalError, ValueError):
    """A key file that is not there or holds no Ed25519 key."""


class JournalAbsent(JournalError, FileNotFoundError):
    """There is no journal at this place yet."""


class JournalForeign(JournalError, ValueError):
    """The file is not a journal of this device."""


class JournalNewer(JournalForeign):
    """A later version of this program wrote the file."""


class JournalDamaged(JournalError, ValueError):
    """The journal's tail is torn, changed or does not chain; it must not be written to."""


class JournalTaken(JournalError, RuntimeError):
    """Another program wrote to this journal, which has exactly one writer."""


class JournalBusy(JournalError, RuntimeError):
    """What was erased may still stand in the write-ahead log; erasing is to be tried again."""


class JournalFull(JournalError, OSError):
    """No room on the disk: nothing was written."""


class JournalReadOnly(JournalError, PermissionError):
    """The disk or the file cannot be written to: nothing was written."""


class JournalFault(JournalError, OSError):
    """The disk reported a fault: nothing counts as written."""


def from_sqlite(error: sqlite3.Error, path: Path, what: str = "not recorded") -> JournalError:
    """Translate SQLite's error into ours, with what to do about it.

    Args:
        error: What SQLite raised.
        path: The journal's file, named in the sentence.
        what: What did not happen: ``not recorded`` or ``not read``.
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        sentence = f"{what}: no room on the disk for {path}; make room, then try again"
        return JournalFull(sentence)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        sentence = f"{what}: {path} cannot be opened or written to; check the disk and its rights"
        return JournalReadOnly(sentence)
    if code == sqlite3.SQLITE_IOERR:
        sentence = f"{what}: the disk failed at {path}; change the storage card soon"
        return JournalFault(sentence)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return JournalDamaged(f"{path} is damaged ({error}); keep the file and verify it")
    if code in (sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return JournalTaken(
            f"{what}: another program writes to {path} ({error}); let only one desk run"
        )
    return JournalError(f"{what}: {path}: {error}")
