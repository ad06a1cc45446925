"""uplink.db: how far the collector has followed, and what is wrong with the way to it.

The uplink writes it, the desk's badge reads it. Losing it only makes the device send again, so it
is not synced at every word and a damaged one is made anew.
"""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from appliance.journal import acknowledged
from appliance.journal.entry import START, Watermark
from appliance.journal.word import Word

_VERSION = 1
_OTHER, _REFUSED = "other-", "refused"

_LINK = """
create table if not exists link (
    one integer primary key check (one = 1),
    connected integer not null,
    connected_at text,
    last_ack_at text,
    problem text not null,
    sentence text not null
) strict
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the way to the collector.

    Attributes:
        key: A stable name, such as ``unreachable``.
        sentence: What was expected, what was found, what to do; English, for the technician.
    """

    key: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LinkState:
    """What the uplink knows.

    Attributes:
        connected: Whether the broker is connected now.
        connected_at: Since when it is, or was last; local time with offset.
        last_ack_at: When the collector itself last answered.
        acked: Up to where the collector holds what this device holds; `START` if unknown.
        remote: The collector's last word, also when it holds something else. The desk hands it to
            `Journal.reconcile` when it starts.
        others: The rest of that word: further epochs it holds under this device's name.
        refused: Whether the collector holds something else where this journal stands. The desk
            hands the word to `Journal.meet` then, whatever else is wrong with the way.
        problem: What is wrong, or None.
    """

    connected: bool = False
    connected_at: datetime | None = None
    last_ack_at: datetime | None = None
    acked: Watermark = START
    remote: Watermark = START
    others: tuple[Watermark, ...] = ()
    refused: bool = False
    problem: Problem | None = None

    @property
    def word(self) -> Word:
        """The collector's last word, whole."""
        return Word(self.remote, self.others)


class LinkStore:
    """The one writer of uplink.db."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._state = _read(connection)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open uplink.db, made anew when it is not there or cannot be read.

        Raises:
            sqlite3.Error: if the disk refuses.
        """
        try:
            return cls(_connect(path))
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                path.with_name(name).unlink(missing_ok=True)
            return cls(_connect(path))

    @property
    def state(self) -> LinkState:
        """What was last kept."""
        return self._state

    def keep(self, state: LinkState) -> None:
        """Keep a state; the same again costs nothing.

        Raises:
            sqlite3.Error: if the disk refuses.
        """
        if state == self._state:
            return
        problem = state.problem or Problem("", "")
        self._connection.execute("begin immediate")
        try:
            self._connection.execute(
                "insert or replace into link values (1, ?, ?, ?, ?, ?)",
                (
                    state.connected,
                    _to_text(state.connected_at),
                    _to_text(state.last_ack_at),
                    problem.key,
                    problem.sentence,
                ),
            )
            self._connection.execute("delete from watermark")
            marks = [("acked", state.acked), ("remote", state.remote)]
            marks += [(f"{_OTHER}{mark.epoch}", mark) for mark in state.others]
            marks += [(_REFUSED, state.remote)] if state.refused else []
            self._connection.executemany(
                "insert or replace into watermark values (?, ?, ?, ?)",
                [(name, mark.epoch, mark.sequence, mark.hash) for name, mark in marks],
            )
            self._connection.execute("commit")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("rollback")
            raise
        self._state = state

    def close(self) -> None:
        """Close the file; doing it twice is allowed."""
        self._connection.close()


class LinkReader:
    """Reads uplink.db beside the uplink; while there is none, nothing is known."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._file = 0

    def read(self) -> LinkState:
        """Tell what the uplink last kept."""
        try:
            file = self._path.stat().st_ino
        except OSError:
            self.close()
            return LinkState()
        try:
            if self._connection is None or file != self._file:
                self.close()
                self._connection, self._file = self._open(), file
            return _read(self._connection)
        except sqlite3.Error:
            self.close()  # made anew meanwhile, or not made yet: the next look finds it
            return LinkState()

    def close(self) -> None:
        """Close the file; doing it twice is allowed."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        uri = f"{self._path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        connection.execute("pragma query_only = on")
        return connection


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=5)
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute(acknowledged.TABLE)
        connection.execute(_LINK)
        connection.execute(f"pragma user_version = {_VERSION}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _read(connection: sqlite3.Connection) -> LinkState:
    row = connection.execute(
        "select connected, connected_at, last_ack_at, problem, sentence from link"
    ).fetchone()
    if row is None:
        return LinkState()
    connected, connected_at, last_ack_at, problem, sentence = row
    return LinkState(
        connected=bool(connected),
        connected_at=_from_text(connected_at),
        last_ack_at=_from_text(last_ack_at),
        acked=acknowledged.read_watermark(connection, "acked"),
        remote=acknowledged.read_watermark(connection, "remote"),
        others=_read_others(connection),
        refused=acknowledged.read_watermark(connection, _REFUSED) != START,
        problem=Problem(problem, sentence) if problem else None,
    )


def _read_others(connection: sqlite3.Connection) -> tuple[Watermark, ...]:
    rows = connection.execute(
        "select epoch, sequence, hash from watermark where name glob ? order by epoch desc",
        (f"{_OTHER}*",),
    )
    return tuple(Watermark(*row) for row in rows)


def _to_text(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _from_text(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
