"""Checks a device's journal.db: its chain, its places, its guards and its attachments."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from appliance.journal import schema
from appliance.journal.attachments import Held
from appliance.journal.checker import Checker
from appliance.journal.entry import Watermark
from appliance.journal.errors import from_sqlite
from appliance.journal.findings import Kind
from appliance.journal.report import Report
from appliance.journal.verify_attachments import Attached, AttachmentCheck

_PAGE = 500
_WITH_ATTACHMENTS = 2
"""The first version of the tables that keeps attachments."""


def verify_device_file(
    connection: sqlite3.Connection, path: Path, heads: Iterable[Watermark]
) -> Report:
    """Check a device's file; see `appliance.journal.verify.verify`.

    Raises:
        JournalError: if it cannot be read at all.
    """
    report = Report(f"{path.name}, a device's file")
    checker = Checker(report, heads=heads)
    try:
        _read_guards(connection, report)
        attachments = AttachmentCheck(report, _attached(connection), complete=True)
        _read_rows(connection, checker, attachments)
        _read_epochs(connection, report)
    except sqlite3.OperationalError as error:
        raise from_sqlite(error, path, "not read") from error
    except sqlite3.Error as error:
        sentence = f"the file is damaged after entry {checker.top} ({error})"
        report.findings.add(Kind.UNREADABLE, str(checker.top), sentence)
    else:
        attachments.finish()
    checker.finish()
    return report


def _read_guards(connection: sqlite3.Connection, report: Report) -> None:
    for name in schema.missing_guards(connection):
        sentence = f"the guard '{name}', which keeps the file append-only, is gone or changed"
        report.findings.add(Kind.UNGUARDED, name, sentence)
    known = set(schema.TRIGGERS)
    for (name,) in connection.execute("select name from sqlite_schema where type = 'trigger'"):
        if name not in known:
            sentence = f"the trigger '{name}' was added: it may change what is recorded"
            report.findings.add(Kind.UNGUARDED, str(name), sentence)


def _read_rows(
    connection: sqlite3.Connection, checker: Checker, attachments: AttachmentCheck
) -> None:
    position = -1
    while True:
        rows = connection.execute(
            "select position, epoch, sequence, raw from entry where position > ? "
            "order by position limit ?",
            (position, _PAGE),
        ).fetchall()
        for position, epoch, sequence, raw in rows:
            entry = checker.read(bytes(raw), f"row {position}", (epoch, sequence))
            if entry is not None:
                attachments.hold_against(entry)
        if len(rows) < _PAGE:
            return


def _read_epochs(connection: sqlite3.Connection, report: Report) -> None:
    """Hold the table of epochs against where their entries really lie."""
    places = connection.execute(
        "select epoch, first_position from epoch order by first_position"
    ).fetchall()
    for epoch, wanted in places:
        row = connection.execute(
            "select position - sequence + 1 from entry where epoch = ? "
            "and position between ? and ? limit 1",
            (epoch, wanted, wanted + (1 << 40)),
        ).fetchone()
        if row is None and not report.findings and _should_be_here(epoch, report):
            sentence = f"epoch {epoch} should begin in row {wanted}; none of its entries follow it"
            report.findings.add(Kind.SWAPPED, f"{epoch}.1", sentence)
        elif row is not None and row[0] != wanted:
            sentence = f"entry {epoch}.1 lies in row {row[0]}, the file says in row {wanted}"
            report.findings.add(Kind.SWAPPED, f"{epoch}.1", sentence)
    for (earlier, _), (later, _) in pairwise(places):
        if later <= earlier:
            sentence = f"epoch {later} is filed after epoch {earlier}"
            report.findings.add(Kind.SWAPPED, f"{later}.1", sentence)


def _should_be_here(epoch: int, report: Report) -> bool:
    return epoch in report.stretches


def _attached(connection: sqlite3.Connection) -> Attached | None:
    """Tell how to find an entry's attachments; None where this file keeps none."""
    if schema.version(connection) < _WITH_ATTACHMENTS:
        return None

    def of_entry(epoch: int, sequence: int) -> Iterable[Held]:
        rows = connection.execute(
            "select reference, salt, content from attachment where position = "
            "(select first_position + ? - 1 from epoch where epoch = ?)",
            (sequence, epoch),
        )
        return [Held(*row) for row in rows]

    def with_entries() -> Iterable[tuple[str, bytes | None]]:
        return connection.execute(
            "select reference, raw from attachment left join entry using (position) "
            "order by position"
        )

    return Attached(of_entry, with_entries)
