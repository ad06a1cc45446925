"""directory.db as the uplink writes it: what the back office says. It can always be fetched again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import orjson

from appliance.domain.errors import DomainError
from appliance.journal.attachments import ERASED
from appliance.journal.entry import START, Entry, Watermark
from appliance.services.ports import StoreError
from appliance.store import again, archived, balances, customers, erasures, migrations
from appliance.store.archived import ARCHIVED
from appliance.store.connect import is_damage, open_writer, transaction
from appliance.store.directory_rows import (
    ARTICLE,
    CATEGORY,
    HELD,
    KEEP_PART,
    PARTS,
    PARTS_DONE,
    PERSON,
    PROMOTION,
    QUICK_KEY,
    WATERMARK,
    WHOLE,
    Row,
    article_values,
    person_values,
    promotion_values,
)

CHANGED = "balie.directory.changed.v1"
UNDERSTOOD = (CHANGED, ERASED, ARCHIVED, customers.TOLD, balances.STATED)
"""Types of entries that are taken; the others wait for a later version."""
_ODD = (
    DomainError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError,
    sqlite3.DataError, sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError,
)  # fmt: skip
"""What comes of an entry that is not as this program expects it; the disk has no part in it."""


class ForkError(StoreError):
    """An entry does not follow from what the device holds: the collector says something else."""


class DirectoryStore:
    """The one writer of directory.db, in the uplink process."""

    def __init__(
        self, connection: sqlite3.Connection, device: str = "", software: str = ""
    ) -> None:
        self._connection = connection
        self._device = device
        self._software = software
        self._refused = _refused(connection)

    @classmethod
    def open(cls, path: Path, device: str = "", software: str = "") -> Self:
        """Open the directory, made anew when there is none or it cannot be read any more.

        Args:
            path: The file.
            device: Whose it is: what is said of single devices is kept for this one.
            software: The program and its version; what another could not use it tries again.

        Raises:
            StoreError: If it cannot be opened.
        """
        try:
            return cls(_opened(path, software), device, software)
        except StoreError as error:
            if not is_damage(error.__cause__):
                raise
        # It holds nothing that the back office does not; it comes again by itself.
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
        return cls(_opened(path, software), device, software)

    @property
    def refused(self) -> Sequence[str]:
        """Why something of the directory could not be used, the latest last; empty where all was."""
        return self._refused

    @property
    def watermark(self) -> Watermark:
        """The last entry held; `START` before the first."""
        return _held(self._connection)

    def receive(self, entries: Sequence[Entry], beside: Sequence[bytes] = ()) -> Watermark:
        """Store entries of the directory stream and apply every change that is now complete.

        Entries at or below the watermark, and those beyond a gap, are passed over: the sender
        sends everything above the watermark again. All of it is one transaction. A new epoch
        begins with the whole directory anew, so its first change replaces everything.

        A change that cannot be used (a price that is no number, say) is refused whole and noted,
        and so is any other entry, so that one bad row never stops the ones after it. A program of
        another version takes what was refused again.

        Args:
            entries: In their order.
            beside: Lines of attachments that came with them: who the customers are.

        Returns:
            The watermark after it, to be reported to the collector.

        Raises:
            ForkError: If an entry does not carry the hash of the one before it.
            StoreError: If the file cannot be written; nothing was stored.
        """
        try:
            with transaction(self._connection):
                mark, carried = self.watermark, customers.read_lines(beside)
                for entry in entries:
                    if _follows(mark, entry):
                        self._take(entry, carried)
                        mark = Watermark(entry.epoch, entry.sequence, entry.hash)
                self._connection.execute(WATERMARK, (mark.epoch, mark.sequence, mark.hash))
            customers.wipe(self._connection)
            self._refused = _refused(self._connection)
        except sqlite3.Error as error:
            raise StoreError(f"The directory could not be written; {error}.") from error
        return mark

    def close(self) -> None:
        """Close the file; again is allowed."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self, entry: Entry, carried: customers.CarriedBy) -> None:
        """Store an entry, or refuse it; apply what waited for the last one that is read again."""
        if again.is_wanted(self._connection, entry):
            with self._refusing(f"{entry.epoch}.{entry.sequence}", entry, entry.sequence):
                self._store(entry, carried)
        if entry.watermark.place == again.until(self._connection):
            for change, first, _ in self._connection.execute(WHOLE, (entry.epoch,)).fetchall():
                self._apply(entry, change, first)

    @contextmanager
    def _refusing(self, name: str, entry: Entry, first: int) -> Iterator[None]:
        """Undo what cannot be used, and note it."""
        self._connection.execute("savepoint odd")
        try:
            yield
        except _ODD as odd:
            self._connection.execute("rollback to odd")
            again.refuse(self._connection, name, entry, odd, first=first, software=self._software)
        self._connection.execute("release odd")

    def _store(self, entry: Entry, carried: customers.CarriedBy) -> None:
        if entry.type not in UNDERSTOOD:
            again.pass_over(self._connection, entry.type)
            return
        if entry.type == ERASED:
            erasures.keep(self._connection, entry)
            customers.erase(self._connection, entry)
        if entry.type == customers.TOLD:
            customers.keep(self._connection, entry, carried)
        if entry.type == ARCHIVED:
            archived.keep(self._connection, self._device, entry)
        if entry.type == balances.STATED:
            balances.keep(self._connection, entry)
        if entry.type != CHANGED:
            return
        data = entry.data
        change, parts = f"{entry.epoch}.{data.get('change')}", int(data.get("parts", 1))
        part = int(data.get("part", 1))
        row = (entry.epoch, change, part, orjson.dumps(data), entry.sequence)
        self._connection.execute(KEEP_PART, row)
        held, first = self._connection.execute(HELD, (entry.epoch, change)).fetchone()
        if held >= parts and again.until(self._connection) is None:
            self._apply(entry, change, first)

    def _apply(self, entry: Entry, change: str, first: int) -> None:
        """Apply a change that is whole with this entry, or refuse it."""
        epoch = entry.epoch
        (held,) = self._connection.execute("select epoch from content").fetchone()
        with self._refusing(change, entry, first):
            if held != epoch:
                self._empty(epoch)
            parts = self._connection.execute(PARTS, (epoch, change))
            self._tidy_search(sum(self._apply_part(orjson.loads(data)) for (data,) in parts))
        # Also after a refusal: better an old directory that follows changes than an empty one.
        self._connection.execute("update content set epoch = ?", (epoch,))
        self._connection.execute(PARTS_DONE, (epoch, epoch, change))

    def _empty(self, epoch: int) -> None:
        """Let go of what an earlier epoch said, at the moment the new one says something."""
        self._connection.execute("delete from refused where epoch < ?", (epoch,))
        customers.forget_all(self._connection)
        for table in (
            "article",
            "category",
            "quick_key",
            "promotion",
            "person",
            "setting",
            "balance",
        ):
            self._connection.execute(f"delete from {table}")  # noqa: S608 - names of this file

    def _apply_part(self, data: Row) -> int:
        """Apply one part and return of how many articles it speaks."""
        self._each(ARTICLE, article_values, data.get("articles", ()))
        self._each(PERSON, person_values, data.get("staff", ()))
        self._kept_or_gone("category", ("key",), CATEGORY, data.get("categories", ()))
        place = ("category", "page", "position")
        self._kept_or_gone("quick_key", place, QUICK_KEY, data.get("quick_keys", ()))
        told = [
            promotion_values(row) if "rule" in row else row for row in data.get("promotions", ())
        ]
        self._kept_or_gone("promotion", ("id",), PROMOTION, told)
        settings = data.get("settings", {})
        self._connection.executemany(
            "insert or replace into setting values (?, ?)",
            ((key, orjson.dumps(value).decode()) for key, value in settings.items()),
        )
        return len(data.get("articles", ()))

    def _tidy_search(self, articles: int) -> None:
        """Join the pieces that a tenth of the shop or more leaves: each search looks into all."""
        (held,) = self._connection.execute("select max(id) from article").fetchone()
        if articles and articles * 10 >= held:
            self._connection.execute("insert into article_part (article_part) values ('optimize')")

    def _each(self, sql: str, values: Callable[[Row], Row], rows: Iterable[Row]) -> None:
        self._connection.executemany(sql, (values(row) for row in rows))

    def _kept_or_gone(
        self, table: str, key: tuple[str, ...], sql: str, rows: Iterable[Row]
    ) -> None:
        """Keep each row, or delete the one at its place where it says ``"active": false``."""
        where = " and ".join(f"{name} = :{name}" for name in key)
        for row in rows:
            if row.get("active", True):
                self._connection.execute(sql, {"label": None, "colour": None, "position": 0, **row})
            else:
                self._connection.execute(f"delete from {table} where {where}", row)  # noqa: S608 - names of this file


def _opened(path: Path, software: str) -> sqlite3.Connection:
    """Open the file; if this version understands more than the one before, have it sent again.

    Raises:
        StoreError: If it cannot be opened or written.
    """
    connection = open_writer(path, migrations.directory)
    try:
        connection.execute("pragma secure_delete = on")  # what is erased leaves no copy behind
        with transaction(connection):
            again.begin(connection, UNDERSTOOD, _held(connection), software)
        customers.wipe(connection)
    except sqlite3.Error as error:
        connection.close()
        raise StoreError(f"The directory could not be written; {error}.") from error
    return connection


def _refused(connection: sqlite3.Connection) -> tuple[str, ...]:
    rows = connection.execute("select change, reason from refused order by epoch, sequence")
    return tuple(f"{change}: {reason}" for change, reason in rows)


def _held(connection: sqlite3.Connection) -> Watermark:
    row = connection.execute("select epoch, sequence, hash from watermark").fetchone()
    return START if row is None else Watermark(*row)


def _follows(mark: Watermark, entry: Entry) -> bool:
    """Say whether the entry is the next one, first of a new epoch included.

    Raises:
        ForkError: If it stands at the next place but after another entry.
    """
    if entry.follows(mark):
        return True
    if entry.epoch == mark.epoch and entry.sequence == mark.sequence + 1:
        raise ForkError(
            f"Entry {entry.epoch}.{entry.sequence} of the directory was expected to follow "
            f"{mark.hash[:12]}, it follows {entry.previous[:12]}; the collector must begin a new epoch."
        )
    return False
