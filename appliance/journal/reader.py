"""Reading journal.db from another process, or beside the writer, without disturbing it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, Self, TypeVar

from appliance.journal import attached, schema
from appliance.journal.attachments import MAX_TOGETHER_BYTES, Carried
from appliance.journal.entry import START, Entry, Line, Sendable, Watermark, parse
from appliance.journal.errors import (
    EntryError,
    JournalAbsent,
    JournalDamaged,
    JournalForeign,
    from_sqlite,
)

T = TypeVar("T")

_as_line = partial(tuple.__new__, Line)
"""Makes a row a line without a call of Python: a backlog has many."""
_TAIL = 50
"""How many of the last entries are checked when a journal is opened."""
_PAGE = 500
"""How many rows are read at once."""


class JournalReader:
    """Reads a journal that one other connection may be writing."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._version = -1
        self._up_to_date = False

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a journal for reading only.

        The connection is opened read-write and then told to query only: a WAL file cannot be
        opened truly read-only once its writer has gone.

        Raises:
            JournalAbsent: if there is none yet.
            JournalForeign: if the file is something else.
        """
        if not path.exists():
            raise JournalAbsent(f"there is no journal at {path} yet; the desk makes it")
        try:
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=rw",
                uri=True,
                isolation_level=None,
                timeout=5,
                check_same_thread=False,  # read on one thread, closed by the one that ends it
            )
        except sqlite3.Error as error:
            raise from_sqlite(error, path, "not read") from error
        try:
            connection.execute("pragma query_only = on")
            fault = schema.fault(connection)
            empty = schema.is_empty(connection)
        except sqlite3.Error as error:
            connection.close()
            raise from_sqlite(error, path, "not read") from error
        if fault:
            connection.close()
            if empty:
                raise JournalAbsent(f"the journal at {path} is still empty; the desk fills it")
            raise JournalForeign(f"{path} {fault}")
        return cls(connection, path)

    @property
    def path(self) -> Path:
        """The journal's file."""
        return self._path

    @property
    def head(self) -> Watermark:
        """The last entry's place; `START` while there is none."""
        return self._watermark_at("order by position desc limit 1", ())

    def changed(self) -> bool:
        """Tell whether another connection has committed since this was last asked."""
        ((version,),) = self._select("pragma data_version")
        changed = version != self._version
        self._version = version
        return bool(changed)

    def position(self, watermark: Watermark) -> int:
        """Tell how many entries there ever were at or below a place in the stream."""
        rows = self._select(
            "select epoch, first_position from epoch where epoch >= ? order by epoch limit 2",
            (watermark.epoch,),
        )
        last = self._last_position()
        if not rows:
            return last
        epoch, first = rows[0]
        if epoch > watermark.epoch:
            return int(first) - 1
        end = rows[1][1] - 1 if len(rows) > 1 else last
        return min(int(first) + watermark.sequence - 1, int(end))

    def count_above(self, watermark: Watermark) -> int:
        """Tell how many entries lie above a place in the stream, such as those not yet sent."""
        return self._last_position() - self.position(watermark)

    def find(self, epoch: int, sequence: int) -> Watermark | None:
        """Tell the place and hash of one entry; None if this file does not hold it."""
        if sequence == 0:
            return START if epoch == 0 else None
        position = self.position(Watermark(epoch, sequence, ""))
        found = self._watermark_at("where position = ?", (position,))
        return found if found.place == (epoch, sequence) else None

    def knows(self, mark: Watermark) -> bool:
        """Tell whether a place is one of this journal's, byte for byte.

        What was pruned can no longer be compared, but for the last of it; it counts as known.
        """
        if self.find(mark.epoch, mark.sequence) == mark:
            return True
        pruned = self.pruned
        return mark == pruned or START.place < mark.place < pruned.place

    @property
    def pruned(self) -> Watermark:
        """The last entry that was pruned; `START` while every entry is there."""
        said = self.pruning
        if said is None:
            return START
        return Watermark(said.data["epoch"], said.data["sequence"], said.data["hash"])

    @property
    def pruning(self) -> Entry | None:
        """The entry that says what was pruned; None while every entry is there."""
        if not self._is_up_to_date():
            return None
        return self._entry_where(
            "position = (select announced from pruned order by position desc limit 1)"
        )

    @property
    def last(self) -> Entry | None:
        """The last entry; None while there is none."""
        return self._entry_where("position = (select max(position) from entry)")

    @property
    def first_position(self) -> int:
        """Where the first entry lies that is there; one more for each that was pruned."""
        ((first,),) = self._select("select coalesce(min(position), 1) from entry")
        return int(first)

    @property
    def last_position(self) -> int:
        """Where the last entry lies: how many there ever were."""
        return self._last_position()

    def entries(self, after: Watermark | None = None, limit: int | None = None) -> Iterator[Entry]:
        """Read entries in order, from the one after a place in the stream.

        Args:
            after: Where to begin; None for the very first.
            limit: At most so many; None for all.

        Raises:
            JournalDamaged: if a row holds no entry.
        """
        for _, _, raw, _ in chain.from_iterable(self._pages(after, limit)):
            yield self._parse(raw)

    def at(self, position: int, limit: int) -> list[Entry]:
        """Read up to ``limit`` entries in order from a position on."""
        rows = self._select(
            "select raw from entry where position >= ? order by position limit ?", (position, limit)
        )
        return [self._parse(raw) for (raw,) in rows]

    def lines(self, after: Watermark | None = None, limit: int | None = None) -> Iterator[Line]:
        """Read the same without looking into the bytes."""
        for page in self._pages(after, limit):
            yield from map(_as_line, page)

    def onwards(self, position: int, limit: int) -> list[Line]:
        """Read up to ``limit`` lines above a position: what a sender needs, in one question."""
        return list(map(_as_line, self._page(position, limit)))

    def travelling(self, lines: list[Line]) -> list[Line]:
        """Return the first of some lines that may travel together with what is attached to them."""
        weights = self._attached(attached.weights, lines[0].position, lines[-1].position)
        together = 0
        for count, line in enumerate(lines):
            together += weights.get(line.position, 0)
            if count and together > MAX_TOGETHER_BYTES:
                return lines[:count]
        return lines

    def attachments(self, entries: Sequence[Sendable]) -> list[Carried]:
        """Read the attachments of a run of entries; what is erased stays out."""
        last = self.last_attached if entries else 0
        if not last or (first := self.position(_place_of(entries[0]))) > last:
            return []
        return self._attached(attached.carried, first, first + len(entries) - 1)

    def attached(self, subject: str = "") -> list[tuple[Entry, str, bytes]]:
        """Read what is attached to entries and not erased: the entry, the reference, the content.

        Args:
            subject: About whom; empty for everybody.
        """
        if not self.last_attached:
            return []
        try:
            rows = attached.said(self._connection, subject)
        except sqlite3.Error as error:
            raise from_sqlite(error, self._path, "not read") from error
        return [(self._parse(raw), reference, content) for raw, reference, content in rows]

    @property
    def last_attached(self) -> int:
        """Where the last entry lies that something was ever attached to; 0 for none."""
        if not self._is_up_to_date():
            return 0
        ((last,),) = self._select("select max(position) from attachment")
        return int(last or 0)

    def close(self) -> None:
        """Close the file; doing it twice is allowed."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _pages(
        self, after: Watermark | None, limit: int | None
    ) -> Iterator[list[tuple[int, int, bytes, int]]]:
        """Read page by page, so that no question stays open and holds up the writer's log."""
        position = self.position(after) if after else 0
        left = limit if limit is not None else self._last_position()
        while left > 0:
            rows = self._page(position, min(left, _PAGE))
            yield rows
            if len(rows) < _PAGE:
                return
            position, left = rows[-1][-1], left - len(rows)

    def _page(self, position: int, limit: int) -> list[tuple[int, int, bytes, int]]:
        return self._select(
            "select epoch, sequence, raw, position from entry where position > ? "
            "order by position limit ?",
            (position, limit),
        )

    def _last_position(self) -> int:
        ((last,),) = self._select("select coalesce(max(position), 0) from entry")
        return int(last)

    def _entry_where(self, where: str) -> Entry | None:
        rows = self._select(f"select raw from entry where {where}")  # noqa: S608 - only our own words
        return self._parse(rows[0][0]) if rows else None

    def _watermark_at(self, where: str, values: tuple[int, ...]) -> Watermark:
        sql = f"select epoch, sequence, raw from entry {where}"  # noqa: S608 - only our own words
        for epoch, sequence, raw in self._select(sql, values):
            return Watermark(epoch, sequence, sha256(raw).hexdigest())
        return START

    def _attached(self, read: Callable[[sqlite3.Connection, int, int], T], *run: int) -> T:
        try:
            return read(self._connection, *run)
        except sqlite3.Error as error:
            raise from_sqlite(error, self._path, "not read") from error

    def _is_up_to_date(self) -> bool:
        """Tell whether the tables are no longer of version 1; the desk sees to that meanwhile."""
        if not self._up_to_date:
            self._up_to_date = bool(
                self._select("select 1 from sqlite_schema where name = 'attachment'")
            )
        return self._up_to_date

    def _select(self, sql: str, values: tuple[int, ...] = ()) -> list[Any]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise from_sqlite(error, self._path, "not read") from error

    def _parse(self, raw: bytes) -> Entry:
        try:
            return parse(raw)
        except EntryError as error:
            raise JournalDamaged(
                f"{self._path} holds a row that is no entry ({error}); keep the file and verify it"
            ) from error

    def check_tail(self, source: str) -> None:
        """Check that the last entries chain and are this device's own.

        Raises:
            JournalDamaged: if the tail is torn, changed or does not chain.
            JournalForeign: if it is another device's journal.
        """
        rows = self._select(
            "select position, epoch, sequence, raw from entry order by position desc limit ?",
            (_TAIL,),
        )
        later: Entry | None = None
        for position, epoch, sequence, raw in rows:
            entry = self._parse(raw)
            if (entry.epoch, entry.sequence) != (epoch, sequence):
                raise self._damaged(
                    f"row {position} says {epoch}.{sequence}, its entry {entry.watermark}"
                )
            if later and not later.follows(entry.watermark):
                raise self._damaged(f"entry {later.watermark} does not follow {entry.watermark}")
            if entry.source != source:
                raise JournalForeign(
                    f"{self._path} belongs to {entry.source}, this device is {source}; "
                    "give each device a journal of its own"
                )
            later = entry

    def _damaged(self, what: str) -> JournalDamaged:
        return JournalDamaged(f"{self._path}: {what}; keep the file and verify it")


def _place_of(entry: Sendable) -> Watermark:
    """Tell where an entry stands, without taking its hash."""
    return Watermark(entry.epoch, entry.sequence, "")
