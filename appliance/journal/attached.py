"""The attachments in journal.db: kept with their entry, read for sending and checking, erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from appliance.journal.attachments import Attachment, Carried, Held

_KEEP = (
    "insert into attachment (position, reference, subject, salt, content) values (?, ?, ?, ?, ?)"
)
_ERASE = (
    "update attachment set salt = null, content = null, erased_at = ?"
    " where number = ? and erased_at is null"
)


def keep(connection: sqlite3.Connection, position: int, attachments: Sequence[Attachment]) -> None:
    """Keep what belongs to the entry that was just inserted at a position."""
    for each in attachments:
        row = (position, each.reference, each.subject, each.salt, each.content)
        connection.execute(_KEEP, row)


def weights(connection: sqlite3.Connection, first: int, last: int) -> dict[int, int]:
    """Tell how many bytes of attachments entries carry that are not erased, by position."""
    return dict(
        connection.execute(
            "select position, sum(length(content)) from attachment"
            " where position between ? and ? and content is not null group by position",
            (first, last),
        )
    )


def carried(connection: sqlite3.Connection, first: int, last: int) -> list[Carried]:
    """Read the attachments of a run of entries, by positions; what is erased stays out."""
    rows = connection.execute(
        "select e.epoch, e.sequence, a.reference, a.salt, a.content"
        " from attachment a join entry e on e.position = a.position"
        " where a.position between ? and ? and a.content is not null order by a.number",
        (first, last),
    )
    return [Carried(*row) for row in rows.fetchall()]


def said(connection: sqlite3.Connection, subject: str = "") -> list[tuple[bytes, str, bytes]]:
    """Read what is attached and not erased, in order: the entry's bytes, the reference, the content.

    Args:
        connection: To the journal.
        subject: About whom; empty for everybody.
    """
    mine = " and a.subject = ?" if subject else ""
    rows = connection.execute(
        "select e.raw, a.reference, a.content from attachment a"  # noqa: S608 - only our own words
        f" join entry e on e.position = a.position where a.content is not null{mine}"
        " order by a.number",
        (subject,) if subject else (),
    )
    return rows.fetchall()


def held(connection: sqlite3.Connection) -> Iterator[tuple[int, Held]]:
    """Read everything that is held or erased, with its entry's position, in their order."""
    rows = connection.execute(
        "select position, reference, salt, content from attachment order by position, number"
    )
    for position, reference, salt, content in rows:
        yield position, Held(reference, salt, content)


def erase(
    connection: sqlite3.Connection, references: Iterable[str], subjects: Iterable[str], at: str
) -> tuple[str, ...]:
    """Let go of what attachments say, within a transaction.

    Args:
        connection: The writer's, with ``secure_delete`` on.
        references: Which.
        subjects: About whom; all of theirs.
        at: The time, RFC 3339.

    Returns:
        The references of all that are meant and of which nothing is left now, those erased
        before included.
    """
    rows: dict[int, str] = {}
    for column, values in (("reference", references), ("subject", subjects)):
        sql = f"select number, reference from attachment where {column} = ?"  # noqa: S608 - only our own words
        for value in values:
            rows.update(connection.execute(sql, (value,)).fetchall())
    connection.executemany(_ERASE, [(at, number) for number in rows])
    return tuple(rows[number] for number in sorted(rows))


def empty_log(connection: sqlite3.Connection, patience_ms: int = 200) -> bool:
    """Copy the write-ahead log into the file and cut it to nothing.

    Until then it may still hold pages as they were before the erasure. A reader in the middle of
    a question holds it up for that moment.

    Returns:
        Whether the log is empty.
    """
    (patience_before,) = connection.execute("pragma busy_timeout").fetchone()
    connection.execute(f"pragma busy_timeout = {patience_ms}")
    try:
        (busy, _, _) = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
    finally:
        connection.execute(f"pragma busy_timeout = {patience_before}")
    return not busy
