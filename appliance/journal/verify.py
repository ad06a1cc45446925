"""Checks a journal, wherever it lies, and says what is wrong and where.

A file of the device is checked by its chain and against heads known from elsewhere; an export by
its manifest and signatures too. Nothing is ever written to the file that is checked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from appliance.journal import schema
from appliance.journal.checker import Checker
from appliance.journal.entry import Watermark
from appliance.journal.errors import JournalAbsent, JournalForeign, from_sqlite
from appliance.journal.report import Finding, Kind, Report
from appliance.journal.signing import PublicKey
from appliance.journal.verify_export import verify_export

_SQLITE = b"SQLite format 3\x00"


def verify(path: Path, *, key: PublicKey | None = None, heads: Iterable[Watermark] = ()) -> Report:
    """Check a device's journal.db or an export.

    Args:
        path: The file.
        key: The device's public key, for the signatures of an export.
        heads: Places and hashes known from elsewhere: a Z report, the collector's word.

    Raises:
        JournalAbsent: if there is no such file.
        JournalForeign: if it is neither.
    """
    try:
        with path.open("rb") as file:
            start = file.read(len(_SQLITE))
    except OSError as error:
        raise JournalAbsent(f"expected a journal or an export at {path}: {error}") from error
    if start == _SQLITE:
        return _verify_database(path, heads)
    if start.startswith(b"{"):
        return verify_export(path, key=key, heads=heads)
    raise JournalForeign(f"{path} is neither a journal.db nor an export of one")


def _verify_database(path: Path, heads: Iterable[Watermark]) -> Report:
    report = Report(f"{path.name}, a device's file")
    checker = Checker(report, heads=heads)
    with closing(_open_untouched(path)) as connection:
        try:
            _read_rows(connection, path, report, checker)
        except sqlite3.OperationalError as error:
            raise from_sqlite(error, path, "not read") from error
        except sqlite3.Error as error:
            sentence = f"the file is damaged after entry {checker.top} ({error})"
            report.findings.append(Finding(Kind.UNREADABLE, str(checker.top), sentence))
    checker.finish()
    return report


def _read_rows(
    connection: sqlite3.Connection, path: Path, report: Report, checker: Checker
) -> None:
    fault = schema.fault(connection)
    if fault:
        raise JournalForeign(f"{path} {fault}")
    for name in schema.missing_guards(connection):
        sentence = f"the guard '{name}', which keeps the file append-only, is gone or changed"
        report.findings.append(Finding(Kind.UNGUARDED, name, sentence))
    for position, epoch, sequence, raw in connection.execute(
        "select position, epoch, sequence, raw from entry order by position"
    ):
        checker.read(raw, f"row {position}", (epoch, sequence))


def _open_untouched(path: Path) -> sqlite3.Connection:
    """Open a file so that nothing is written to it; beside a running desk its log is read too."""
    log = path.with_name(path.name + "-wal")
    how = "mode=ro" if log.exists() else "immutable=1"
    uri = f"{path.absolute().as_uri()}?{how}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5)
