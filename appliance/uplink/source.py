"""The journal as the sender reads it, whether or not the desk has made it yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from appliance.journal.entry import START, Line, Sendable, Watermark
from appliance.journal.errors import JournalAbsent
from appliance.journal.reader import JournalReader


class JournalSource:
    """Reads journal.db, which the desk writes; until it is there, there is nothing to send."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: JournalReader | None = None

    @property
    def head(self) -> Watermark:
        """The last entry's place."""
        return self._reader.head if self._reader else START

    def pruned(self) -> Watermark:
        """The last entry that the desk let go of; `START` while every entry is there."""
        return self._reader.pruned if self._reader else START

    def changed(self) -> bool:
        """Tell whether there may be something new since this was last asked.

        Raises:
            JournalError: if what lies there is no journal, or cannot be read.
        """
        if self._reader is None:
            try:
                self._reader = JournalReader.open(self._path)
            except JournalAbsent:
                return False
        return self._reader.changed()

    def entries(self, after: Watermark, limit: int) -> Iterable[Line]:
        """Read what follows a place, unread bytes, as far as its attachments fit beside it."""
        return self._reader.travelling(after, limit) if self._reader else ()

    def attachments(self, entries: Sequence[Sendable]) -> list[bytes]:
        """Read what travels beside a run of entries, a line each."""
        return (
            [each.to_line() for each in self._reader.attachments(entries)] if self._reader else []
        )

    def find(self, epoch: int, sequence: int) -> Watermark | None:
        """Tell an entry's place and hash."""
        return self._reader.find(epoch, sequence) if self._reader else None

    def close(self) -> None:
        """Close the file; doing it twice is allowed."""
        if self._reader:
            self._reader.close()
            self._reader = None
