"""The journal's one writer: append, and nothing else.

A call of `Journal.append` is one transaction and one sync. When it returns, the entries are on the
disk; when it raises, none of them is, and the next call may succeed.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from appliance.journal import attached, prune, schema
from appliance.journal.attachments import Attachment, with_names
from appliance.journal.entry import START, ZERO_HASH, Entry, Watermark, device_source, make
from appliance.journal.errors import (
    JournalBusy,
    JournalError,
    JournalForeign,
    JournalNewer,
    from_sqlite,
)
from appliance.journal.reader import JournalReader
from appliance.journal.topics import check_device
from appliance.journal.word import Word

__all__ = ["Event", "Journal", "JournalReader"]

OPENED = "balie.journal.opened.v1"
"""The first entry of every epoch."""

_INSERT = "insert into entry (position, epoch, sequence, raw) values (?, ?, ?, ?)"
_TIDY_COMMITS = 400
"""After so many commits an idle moment copies the write-ahead log into the file. Its three syncs
are then less than a hundredth of all."""
_EPOCHS_AHEAD = 1000
"""A collector that claims to hold a later epoch than so many from ours is not believed."""
_FORCED_BYTES = 4 << 20
"""When the log has grown so long all the same, a commit does it."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and is to be recorded.

    Attributes:
        type: What, such as ``balie.sale.completed.v1``.
        data: The facts, in JSON's own types.
        time: When, with offset; None for now by the journal's clock.
        attachments: Personal data that is kept beside the entry, which names it.
    """

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)
    time: datetime | None = None
    attachments: tuple[Attachment, ...] = ()


class Journal(JournalReader):
    """The journal of one device, open for appending. Used from one thread, see `JournalWriter`."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        device: str,
        *,
        clock: Callable[[], datetime] = _utc_now,
        software: str = "",
    ) -> None:
        super().__init__(connection, path)
        self._device = device
        self._clock = clock
        self._software = software
        self._untidy = 0
        self._position = self._last_position()
        self._head = super().head

    @classmethod
    def open(  # type: ignore[override]  # a writer needs to know whose journal it is
        cls,
        path: Path,
        device: str,
        *,
        clock: Callable[[], datetime] = _utc_now,
        software: str = "",
        first_epoch: int = 1,
    ) -> Self:
        """Open a device's journal, made with its first epoch if there is none yet.

        Args:
            path: The file; its folder exists.
            device: The device's name.
            clock: Tells the time with offset, for events that do not bring theirs.
            software: The program's name and version, recorded when an epoch is opened.
            first_epoch: The epoch a new journal begins with; a replaced device gets a higher
                one at enrolment, so that it never uses a number again.

        Raises:
            JournalForeign: if the file is something else or another device's.
            JournalDamaged: if its tail is torn or does not chain.
            JournalError: if the disk refuses; see `appliance.journal.errors`.
        """
        check_device(device)
        try:
            connection = _connect(path)
        except sqlite3.Error as error:
            raise from_sqlite(error, path) from error
        try:
            journal = cls(connection, path, device, clock=clock, software=software)
            journal.check_tail(device_source(device))
            if journal.head == START:
                journal._open_epoch("new", first_epoch, None)
        except sqlite3.Error as error:
            connection.close()
            raise from_sqlite(error, path) from error
        except JournalError:
            connection.close()
            raise
        return journal

    @property
    def device(self) -> str:
        """The device's name."""
        return self._device

    @property
    def head(self) -> Watermark:
        """The last entry's place."""
        return self._head

    def append(self, *events: Event) -> tuple[Entry, ...]:
        """Record events in order, all or none, in one transaction and one sync.

        Raises:
            EntryError: if an event cannot be written as an entry.
            AttachmentError: if what is attached to one cannot be kept.
            JournalFull: if there is no room.
            JournalReadOnly: if the file cannot be written to.
            JournalFault: if the disk failed.
            JournalTaken: if another program wrote to this journal.
        """
        if not events:
            return ()
        entries = self._chain(self._head, events)
        if len(entries) == 1 and not events[0].attachments:
            self._insert_alone(entries)
        else:
            with self._transaction():
                self._insert(entries, events)
        self._advance(entries)
        return entries

    def erase(self, references: Iterable[str], subjects: Iterable[str] = ()) -> tuple[str, ...]:
        """Let go of attachments for good: no page and no log holds them when this returns.

        The entries that name them stay as they are.

        Args:
            references: Which attachments.
            subjects: Whose, for all that are about somebody.

        Returns:
            The references of all of them that this journal ever held, those erased before too.

        Raises:
            JournalBusy: if somebody reads at this moment; doing it again finishes it.
            JournalError: if the disk refuses.
        """
        at = self._clock().isoformat(timespec="milliseconds")
        with self._transaction():
            erased = attached.erase(self._connection, references, subjects, at)
        try:
            emptied = attached.empty_log(self._connection)
        except sqlite3.Error as error:
            raise from_sqlite(error, self._path, "not erased") from error
        if not emptied:
            raise JournalBusy(f"{self._path} is being read: its log is emptied the next time")
        return erased

    def prune(self, plan: prune.Plan) -> Entry:
        """Let the oldest entries go, and say so first; one transaction and one sync.

        Args:
            plan: What goes, as `prune.plan` found it.

        Raises:
            JournalTaken: if the tables do not allow it, for the plan is of another file or time.
            JournalError: if the disk refuses; everything is as before.
        """
        (entry,) = entries = self._chain(self._head, (Event(prune.PRUNED, plan.data),))
        with self._transaction():
            self._insert(entries)
            position = self.position(plan.until)
            prune.remove(self._connection, position=position, announced=self._position + 1)
        self._advance(entries)
        return entry

    def open_epoch(self, reason: str, above: Watermark | None = None) -> Entry:
        """Begin a new epoch: this storage card's story starts anew.

        Args:
            reason: ``new``, ``behind`` (the collector holds more than this card) or
                ``diverged`` (it holds something else).
            above: What the collector holds; the new epoch is above both its and our own.
        """
        epoch = max(self._head.epoch, above.epoch if above else 0) + 1
        return self._open_epoch(reason, epoch, above)

    def reconcile(self, remote: Watermark | None) -> Entry | None:
        """Open a new epoch if the collector holds what this journal does not; asked at a start.

        That happens when a card was lost, copied or put back from an older copy. Numbers that the
        collector already holds are then never used again.

        Args:
            remote: What the collector says it holds of this device; None if it never said.

        Returns:
            The entry that opened the new epoch, or None if nothing was wrong.
        """
        if remote is None or remote.sequence == 0:
            return None
        if remote.epoch > self._head.epoch + _EPOCHS_AHEAD:
            return None  # no card has so many lives: whoever says so shall not use them up
        if remote.place > self._head.place:
            return self.open_epoch("behind", remote)
        if self.find(remote.epoch, remote.sequence) in (remote, None):
            return None
        return self.open_epoch("diverged", remote) if remote.epoch == self._head.epoch else None

    def meet(self, word: Word) -> Entry | None:
        """Open a new epoch if the collector holds something else in the present one.

        Asked while selling goes on, so a later epoch alone is no reason: it is that of a copy of
        this card, and two copies that each went above the other would never end.

        Args:
            word: What the collector says it holds under this device's name.

        Returns:
            The entry that opened the new epoch, or None if the present one is ours.
        """
        present = word.of(self._head.epoch)
        if present is None or self.knows(present):
            return None
        reason = "behind" if present.place > self._head.place else "diverged"
        highest = max(mark.epoch for mark in word.all)
        if highest > self._head.epoch + _EPOCHS_AHEAD:
            highest = self._head.epoch  # as above; a number that is taken is met again
        return self._open_epoch(reason, highest + 1, present)

    def tidy(self) -> None:
        """Copy the write-ahead log into the file if it is due; call it in an idle moment.

        Raises:
            JournalError: if the disk refuses; nothing is lost by that.
        """
        if self._untidy < _TIDY_COMMITS:
            return
        self._untidy = 0
        try:
            self._connection.execute("pragma wal_checkpoint(passive)").fetchone()
        except sqlite3.Error as error:
            raise from_sqlite(error, self._path) from error

    def _open_epoch(self, reason: str, epoch: int, above: Watermark | None) -> Entry:
        data = {
            "epoch": epoch,
            "reason": reason,
            "device": self._device,
            "software": self._software,
            "after": _as_data(self._head),
            "above": _as_data(above or START),
        }
        entries = self._chain(Watermark(epoch, 0, ZERO_HASH), (Event(OPENED, data),))
        with self._transaction():
            self._connection.execute(
                "insert into epoch (epoch, first_position) values (?, ?)",
                (epoch, self._position + 1),
            )
            self._insert(entries)
        self._advance(entries)
        return entries[0]

    def _chain(self, after: Watermark, events: tuple[Event, ...]) -> tuple[Entry, ...]:
        entries = []
        for event in events:
            entry = make(
                after,
                device=self._device,
                type=event.type,
                time=event.time or self._clock(),
                data=with_names(event.data, event.attachments),
            )
            entries.append(entry)
            after = entry.watermark
        return tuple(entries)

    def _insert(self, entries: tuple[Entry, ...], events: tuple[Event, ...] = ()) -> None:
        for position, entry in enumerate(entries, self._position + 1):
            self._connection.execute(_INSERT, (position, entry.epoch, entry.sequence, entry.raw))
            if events:
                event = events[position - self._position - 1]
                attached.keep(self._connection, position, event.attachments)

    def _insert_alone(self, entries: tuple[Entry, ...]) -> None:
        """Insert one entry, the usual case: a statement by itself is a transaction by itself.

        Saying so costs SQLite a tenth of a commit's time.
        """
        try:
            self._insert(entries)
        except sqlite3.Error as error:
            self._undo()
            raise from_sqlite(error, self._path) from error

    def _advance(self, entries: tuple[Entry, ...]) -> None:
        self._position += len(entries)
        self._untidy += 1
        self._head = entries[-1].watermark

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Commit what is done inside, or leave nothing of it."""
        try:
            self._connection.execute("begin immediate")
            yield
            self._connection.execute("commit")
        except sqlite3.Error as error:
            self._undo()
            raise from_sqlite(error, self._path) from error

    def _undo(self) -> None:
        """Roll back, and write over what a failed sync may have left in the log.

        When a sync fails, the commit may still have reached the disk: after a crash it would come
        to life though it was refused. The next thing written to the log replaces it, so something
        that changes nothing is written at once. If the disk refuses that too, the next commit
        does it.
        """
        with contextlib.suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            self._connection.execute(f"pragma user_version = {schema.VERSION}")


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file for durable commits, made with its tables if it is new."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=5, check_same_thread=False)
    try:
        new = schema.is_empty(connection)
        if new:
            connection.execute(f"pragma page_size = {schema.PAGE_BYTES}")
        (mode,) = connection.execute("pragma journal_mode = wal").fetchone()
        connection.execute("pragma synchronous = full")
        connection.execute(f"pragma wal_autocheckpoint = {_FORCED_BYTES // schema.PAGE_BYTES}")
        connection.execute("pragma secure_delete = on")  # what is erased leaves no copy behind
        if new:
            schema.create(connection)
        fault, newer = schema.fault(connection), schema.is_newer(connection)
        if mode == "wal" and not fault:
            schema.upgrade(connection)
    except sqlite3.Error:
        connection.close()
        raise
    if fault or mode != "wal":
        connection.close()
        refusal = JournalNewer if newer else JournalForeign
        raise refusal(f"{path} {fault or 'cannot keep a write-ahead log'}")
    return connection


def _as_data(watermark: Watermark) -> dict[str, Any] | None:
    if watermark == START:
        return None
    return {"epoch": watermark.epoch, "sequence": watermark.sequence, "hash": watermark.hash}
