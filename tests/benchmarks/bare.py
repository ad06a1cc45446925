"""The bare writer: ready-made rows into a table of the collector's columns and key, no more.

2,000 rows to a transaction that waits for the disk, a fiftieth of them twice; what is there already
is left out by ``ON CONFLICT DO NOTHING``.
"""

# ruff: noqa: PLC0415 (Django is set up before the collector's settings are read)

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks import figures
from tests.benchmarks.backlog import AT, TWICE, Shop

if TYPE_CHECKING:
    from appliance.journal.entry import Entry

TOGETHER = 2000

Row = tuple[Any, ...]


class BareSqlite:
    """Ready-made rows into a table of the same shape, with the collector's settings."""

    def __init__(self, url: str, folder: Path) -> None:
        from collector.database import database_settings

        self._database = sqlite3.connect(folder / "bare.db", isolation_level=None)
        pragmas = database_settings(url)["OPTIONS"]["init_command"]
        self._database.executescript(
            f"{pragmas} create table entry (device_id text not null, epoch integer not null,"
            " sequence integer not null, hash text not null, previous text not null,"
            " type text not null, time text not null, raw blob not null, received text not null,"
            " primary key (device_id, epoch, sequence));"
        )

    def rows(self, shop: Shop) -> list[Row]:
        """Make the rows before the clock runs."""
        at = AT.replace(tzinfo=None).isoformat(" ")
        return [_row(name, entry, at) for name, entry in shop.entries]

    def write(self, rows: Sequence[Row]) -> None:
        """Write a transaction."""
        self._database.execute("begin immediate")
        self._database.executemany(
            "insert into entry values (?,?,?,?,?,?,?,?,?) on conflict do nothing", rows
        )
        self._database.execute("commit")

    def write_all(self, transactions: Sequence[Sequence[Row]]) -> float:
        """Write them; return the seconds of a processor that a server used for it: there is none."""
        for rows in transactions:
            self.write(rows)
        return 0.0

    def close(self) -> None:
        """Close the file."""
        self._database.close()


class BarePostgresql:
    """The same on PostgreSQL."""

    def __init__(self, url: str, _folder: Path) -> None:
        import psycopg

        self._connection = psycopg.connect(url)
        shape = (
            "(device_id varchar(64) not null, epoch integer not null, sequence bigint not null,"
            " hash varchar(64) not null, previous varchar(64) not null,"
            " type varchar(100) not null, time timestamptz not null, raw bytea not null,"
            " received timestamptz not null{key})"
        )
        key = ", primary key (device_id, epoch, sequence)"
        self._connection.execute(f"create table bare_entry {shape.format(key=key)}")
        self._connection.execute(f"create temporary table stage {shape.format(key='')}")
        self._connection.commit()

    def rows(self, shop: Shop) -> list[Row]:
        """Make the rows before the clock runs."""
        return [_row(name, entry, AT) for name, entry in shop.entries]

    def write(self, rows: Sequence[Row]) -> None:
        """Write a transaction."""
        texts = ["varchar"] * 3
        types = ["varchar", "int4", "int8", *texts, "timestamptz", "bytea", "timestamptz"]
        with self._connection.cursor() as cursor:
            with cursor.copy("copy stage from stdin (format binary)") as copy:
                copy.set_types(types)
                for row in rows:
                    copy.write_row(row)
            cursor.execute("insert into bare_entry select * from stage on conflict do nothing")
            cursor.execute("truncate stage")
        self._connection.commit()

    def write_all(self, transactions: Sequence[Sequence[Row]]) -> float:
        """Write them; return the seconds of a processor that the server used for it."""
        server = self._connection.info.backend_pid
        used = figures.processor_s(server)
        for rows in transactions:
            self.write(rows)
        return figures.processor_s(server) - used

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _row(name: str, entry: Entry, at: object) -> Row:
    return (
        name, entry.epoch, entry.sequence, entry.hash, entry.previous, entry.type, at, entry.raw, at
    )  # fmt: skip


def with_some_twice(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Cut rows into transactions, one row of so many in it twice."""
    fresh = TOGETHER * TWICE // (TWICE + 1)
    for start in range(0, len(rows), fresh):
        together = list(rows[start : start + fresh])
        yield together + together[::TWICE]
