"""desk.db: what is going on now. One thread writes it, so the screen never waits for the card.

Changes to the same basket that come faster than the card can write them are written once: the last
one counts. What could not be written stays in hand and is tried again.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import orjson

from appliance.domain.errors import DomainError
from appliance.journal.attached import empty_log
from appliance.services.ports import KeptBasket, PrintJob, StoreError
from appliance.store import baskets, migrations
from appliance.store.connect import is_damage, open_writer, transaction

RETRY_S = 2.0
JOBS_KEPT = 200
"""Printed receipts of about a day stay at hand; older ones are in the journal."""

Write = Callable[[sqlite3.Connection], object]

log = logging.getLogger(__name__)


class DeskStore:
    """The shelf of `appliance.services.ports`, in desk.db.

    Attributes:
        was_damaged: Whether what was kept before could not be read and was laid aside.
    """

    def __init__(self, connection: sqlite3.Connection, *, was_damaged: bool = False) -> None:
        self.was_damaged = was_damaged
        self._connection = connection
        self._baskets = baskets.Baskets()
        self._reading = threading.Lock()
        self._state = threading.Condition()
        self._waiting: dict[str, Write] = {}
        self._writing = False
        self._closed = False
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name="desk.db", daemon=True)
        self._thread.start()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open desk.db, made anew when there is none.

        A damaged one is laid aside for the technician and the desk begins with an empty one: what
        was sold is in the journal, and an open sale is no reason to sell nothing more.

        Raises:
            StoreError: If it cannot be opened.
        """
        try:
            connection = open_writer(path, migrations.desk)
            connection.execute("pragma secure_delete = on")  # what is wiped leaves no copy behind
            (found,) = connection.execute("pragma quick_check(1)").fetchone()
            if found == "ok":
                connection.execute(_FORGET_OLD_JOBS, (JOBS_KEPT,))
                return cls(connection)
            connection.close()
        except (StoreError, sqlite3.DatabaseError) as error:
            if not is_damage(error if isinstance(error, sqlite3.Error) else error.__cause__):
                raise
        log.error("%s is damaged and is laid aside; an empty one is begun.", path)
        _lay_aside(path)
        return cls(open_writer(path, migrations.desk), was_damaged=True)

    def keep_basket(self, kept: KeptBasket) -> None:
        """Keep a basket as it is now."""
        self._hand_over(f"basket {kept.basket.id}", lambda db: self._baskets.keep(db, kept))

    def drop_basket(self, basket: str) -> None:
        """Let go of a basket that was sold or abandoned."""
        self._hand_over(f"basket {basket}", lambda db: self._baskets.drop(db, basket))

    def baskets(self) -> Sequence[KeptBasket]:
        """Return the baskets kept, oldest first; one of an unknown shape stays for the technician."""
        found = []
        for row in self._ask(baskets.SELECT):
            lines = self._ask(baskets.SELECT_LINES, (row["id"],))
            try:
                found.append(baskets.to_kept(row, lines))
            except (DomainError, LookupError, TypeError, ValueError):
                log.exception("Basket %s cannot be read and is left where it is.", row["id"])
        return found

    def keep_job(self, job: PrintJob) -> None:
        """Keep a print job as it is now."""
        self._hand_over(f"job {job.sale} {job.copy}", lambda db: db.execute(_JOB, asdict(job)))

    def jobs(self, sale: str | None = None) -> Sequence[PrintJob]:
        """Return the jobs of one sale, or those of any sale that are not on paper yet."""
        where, values = ("sale = ?", (sale,)) if sale else ("printed = 0", ())
        rows = self._ask(f"select * from print_job where {where} order by made, copy", values)  # noqa: S608 - two fixed texts
        names = PrintJob.__slots__
        return [
            PrintJob(**{**{n: row[n] for n in names}, "printed": bool(row["printed"])})
            for row in rows
        ]

    def wipe_papers(self, sales: Sequence[str]) -> None:
        """Wipe what the receipts of sales say, and what the file and its log still hold of it.

        Raises:
            StoreError: If it cannot be done now; doing it again finishes it.
        """
        self.flush()
        with self._reading:
            try:
                with transaction(self._connection):
                    self._connection.executemany(_WIPE_JOB, [(sale,) for sale in sales])
                emptied = empty_log(self._connection)
            except sqlite3.Error as error:
                raise StoreError(f"desk.db could not be wiped; {error}.") from error
        if not emptied:
            raise StoreError("desk.db is being read; it is wiped the next time.")

    def keep_fact(self, key: str, value: Any) -> None:
        """Keep a small fact of this desk."""
        row = (key, orjson.dumps(value).decode())
        self._hand_over(
            f"fact {key}", lambda db: db.execute("insert or replace into fact values (?, ?)", row)
        )

    def fact(self, key: str, default: Any = None) -> Any:
        """Return a fact kept before."""
        rows = self._ask("select value from fact where key = ?", (key,))
        return orjson.loads(rows[0]["value"]) if rows else default

    def flush(self) -> None:
        """Wait until everything handed over is on the disk.

        Raises:
            StoreError: If it cannot be written.
        """
        with self._state:
            self._state.wait_for(
                lambda: self._closed or self._trouble or not (self._waiting or self._writing)
            )
            if self._trouble:
                raise StoreError(self._trouble)

    @property
    def trouble(self) -> str:
        """Why the last write failed; empty while all is well."""
        return self._trouble

    def close(self) -> None:
        """Write what is in hand and close; again is allowed."""
        with self._state:
            self._closed = True
            self._state.notify_all()
        self._thread.join()
        with self._reading:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        with self._state:
            self._state.wait_for(lambda: self._trouble or not (self._waiting or self._writing))
        with self._reading:
            return self._connection.execute(sql, values).fetchall()

    def _hand_over(self, key: str, write: Write) -> None:
        with self._state:
            self._waiting[key] = write
            self._state.notify_all()

    def _run(self) -> None:
        while True:
            with self._state:
                self._state.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                taken, self._waiting, self._writing = self._waiting, {}, True
            trouble = self._write(taken)
            with self._state:
                if trouble:
                    self._waiting = taken | self._waiting
                self._trouble, self._writing = trouble, False
                self._state.notify_all()
                if trouble and self._closed:
                    return
                if trouble:
                    self._state.wait_for(lambda: self._closed, timeout=RETRY_S)

    def _write(self, taken: dict[str, Write]) -> str:
        """Write everything in one transaction and say why not, if not."""
        try:
            with self._reading, transaction(self._connection):
                for write in taken.values():
                    write(self._connection)
        except sqlite3.Error as error:
            self._baskets.forget()
            log.error("desk.db could not be written, trying again: %s", error)  # noqa: TRY400 - the sentence is enough
            return f"The desk's notes could not be written ({error}); free some space on the card."
        return ""


def _lay_aside(path: Path) -> None:
    """Rename the file and what belongs to it; the newest damaged one is kept."""
    for end in ("", "-wal", "-shm"):
        file = path.with_name(path.name + end)
        if file.exists():
            file.replace(path.with_name(f"{path.name}.damaged{end}"))


_JOB = (
    "insert into print_job (sale, receipt, copy, document, printed, trouble)"
    " values (:sale, :receipt, :copy, :document, :printed, :trouble)"
    " on conflict (sale, copy) do update set"
    " document = excluded.document, printed = excluded.printed, trouble = excluded.trouble"
)
_WIPE_JOB = "update print_job set document = x'', printed = 1 where sale = ?"
_FORGET_OLD_JOBS = (
    "delete from print_job where printed = 1 and made <= (select max(made) from print_job) - ?"
)
