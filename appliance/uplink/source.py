"""The journal as the sender reads it, whether or not the desk has made it yet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from appliance.journal.entry import START, Line, Sendable, Watermark
from appliance.journal.errors import JournalAbsent
from appliance.journal.reader import JournalReader


class JournalSource:
    """Reads journal.db, which the desk writes; until it is there, there is nothing to send.

    A sender asks again after every message. Where it stopped reading is therefore remembered and,
    until the journal changes, also that nothing follows there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: JournalReader | None = None
        self._last: Line | None = None
        self._end: tuple[int, int] | None = None
        self._last_attached = 0

    @property
    def head(self) -> Watermark:
        """The last entry's place."""
        return self._reader.head if self._reader else START

    def pruned(self) -> Watermark:
        """The last entry that the desk let go of; `START` while every entry is there."""
        return self._reader.pruned if self._reader else START

    def changed(self, *, told: bool = False) -> bool:
        """Tell whether there may be something new since this was last asked.

        Args:
            told: The desk said so, and the file need not be asked.

        Raises:
            JournalError: if what lies there is no journal, or cannot be read.
        """
        if self._reader is None:
            try:
                self._reader = JournalReader.open(self._path)
            except JournalAbsent:
                return False
        changed = told or self._reader.changed()
        if changed:
            self._end = None
        return changed

    def entries(self, after: Watermark, limit: int) -> Sequence[Line]:
        """Read what follows a place, unread bytes, as far as its attachments fit beside it."""
        if self._reader is None or after.place == self._end:
            return ()
        lines = self._reader.onwards(self._position(self._reader, after), limit)
        if len(lines) < limit:
            self._end = lines[-1].place if lines else after.place
        # Asked after the lines were read: what belongs to one of them is known then.
        self._last_attached = self._reader.last_attached if lines else 0
        if lines and lines[0].position <= self._last_attached:
            lines = self._reader.travelling(lines)
        self._last = lines[-1] if lines else self._last
        return lines

    def attachments(self, entries: Sequence[Sendable]) -> list[bytes]:
        """Read what travels beside a run of entries, a line each."""
        if self._reader is None or not self._last_attached:
            return []
        return [each.to_line() for each in self._reader.attachments(entries)]

    def find(self, epoch: int, sequence: int) -> Watermark | None:
        """Tell an entry's place and hash."""
        return self._reader.find(epoch, sequence) if self._reader else None

    def close(self) -> None:
        """Close the file; doing it twice is allowed."""
        if self._reader:
            self._reader.close()
            self._reader = None

    def _position(self, reader: JournalReader, after: Watermark) -> int:
        if self._last is not None and self._last.place == after.place:
            return self._last.position
        return reader.position(after)
