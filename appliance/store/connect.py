"""How the databases are opened: one writer a file, everybody else only asks.

The settings are those of the design: no implicit transactions, a write-ahead log, every commit
synced. A reader is held to questions by ``query_only``; a file with a write-ahead log cannot be
opened truly read-only once its writer has gone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database, Migrations

from appliance.services.ports import StoreError

BUSY_TIMEOUT_S = 5.0


def open_writer(path: Path, migrations: Migrations) -> sqlite3.Connection:
    """Open a database for its one writer and bring its tables up to date.

    Args:
        path: The file; it and its folder are made when they do not exist.
        migrations: The steps that made the tables what they are.

    Raises:
        StoreError: If the file cannot be opened, or is no database.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path)
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=full")
        connection.execute("pragma foreign_keys=on")
        migrations.apply(Database(connection))
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"{path} was expected to be a database that can be written; {error}."
        ) from error
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """Open a database that another process writes.

    Raises:
        StoreError: If the file does not exist or cannot be read.
    """
    if not path.exists():
        raise StoreError(f"{path} does not exist yet; its writer makes it when it starts.")
    try:
        connection = _connect(path)
        connection.execute("pragma query_only=on")
    except sqlite3.Error as error:
        raise StoreError(
            f"{path} was expected to be a database that can be read; {error}."
        ) from error
    return connection


def is_damage(error: BaseException | None) -> bool:
    """Say whether SQLite found that a file is damaged or no database at all."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    return code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, and the right to write from the first statement on."""
    connection.execute("begin immediate")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise
    connection.execute("commit")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, timeout=BUSY_TIMEOUT_S, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    return connection
