"""Checks a journal, wherever it lies, and says what is wrong and where.

A file of the device is checked by its chain and against heads known from elsewhere; an export or
an archive by its manifest and signatures too; a collector's database by all of these and by its own
watermarks and figures. Nothing is ever written to what is checked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from appliance.journal import schema
from appliance.journal.entry import Watermark
from appliance.journal.errors import JournalAbsent, JournalForeign, from_sqlite
from appliance.journal.report import Report
from appliance.journal.signing import PublicKey
from appliance.journal.text import is_compressed
from appliance.journal.verify_collector import verify_tables
from appliance.journal.verify_device import verify_device_file
from appliance.journal.verify_export import verify_export
from appliance.journal.verify_folder import verify_folder


def verify(
    path: Path,
    *,
    key: PublicKey | None = None,
    heads: Iterable[Watermark] = (),
    archives: Path | None = None,
    device: str | None = None,
) -> Report:
    """Check a device's journal.db, an export, an archive, a folder of these, or a collector.db.

    Args:
        path: The file or folder.
        key: The device's public key, for signatures; a collector keeps each device's own, which
            is then held against this one.
        heads: Places and hashes known from elsewhere: a Z report, the collector's word.
        archives: Where a collector's archived entries lie; without it they are not read.
        device: Of a folder or a collector, check this device alone.

    Raises:
        JournalAbsent: if there is no such file.
        JournalForeign: if it is none of these.
        JournalError: if it cannot be read at all.
    """
    if path.is_dir():
        return verify_folder(path, key=key, heads=heads, device=device)
    if path.exists() and _is_database(path):
        return _verify_database(path, key, heads, archives, device)
    try:
        with path.open("rb") as file:
            start = file.read(2)
    except OSError as error:
        raise JournalAbsent(f"expected a journal or an export at {path}: {error}") from error
    if start.startswith(b"{") or is_compressed(start):
        return verify_export(path, key=key, heads=heads)
    raise JournalForeign(
        f"{path} is no journal.db, no export or archive of one, and no collector's database"
    )


def open_untouched(path: Path) -> sqlite3.Connection:
    """Open a file so that nothing is written to it; beside its writer its log is read too."""
    log = path.with_name(path.name + "-wal")
    how = "mode=ro" if log.exists() else "immutable=1"
    uri = f"{path.absolute().as_uri()}?{how}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5)


def _is_database(path: Path) -> bool:
    """Have SQLite itself tell whether a file is a database.

    Not by reading its first bytes: closing any handle of a file lets go of every lock that this
    process has on it, those of an open journal too. SQLite alone takes care of that.
    """
    try:
        with closing(open_untouched(path)) as connection:
            connection.execute("select 1 from sqlite_schema limit 1").fetchone()
    except sqlite3.DatabaseError as error:
        return getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_NOTADB
    return True


def _verify_database(
    path: Path,
    key: PublicKey | None,
    heads: Iterable[Watermark],
    archives: Path | None,
    device: str | None,
) -> Report:
    try:
        with closing(open_untouched(path)) as connection:
            names = _tables(connection)
            if "ingest_entry" not in names:
                _refuse_foreign(connection, path)
                return verify_device_file(connection, path, heads)
            connection.execute("begin")  # one state of everything, however long the reading takes
            return verify_tables(
                lambda sql, values=(): connection.execute(sql, values).fetchall(),
                f"{path.name}, a collector's database",
                names,
                key=key,
                heads=heads,
                archives=archives,
                device=device,
            )
    except sqlite3.Error as error:
        raise from_sqlite(error, path, "not read") from error


def _tables(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("select name from sqlite_schema where type = 'table'")
    return {str(name) for (name,) in rows}


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    fault = schema.fault(connection)
    if fault:
        raise JournalForeign(f"{path} {fault}")
