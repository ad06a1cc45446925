"""What this program could not use of the directory, and a newer one reads again.

An entry of a type that this program does not know is passed over, and its type is noted. An entry
that it cannot use is refused, and why is noted. A later version has the directory sent again from
its beginning; of what it held before it then takes only what it had not understood, and of a type
of which it had refused something all that follows that: in their order, since what was said later
counts. Nothing of it shows before the last of it is in, so no old price comes back for a moment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from appliance.journal.entry import Entry, Watermark

TABLE = """create table passed_over (
    type text primary key, epoch integer, sequence integer
) strict, without rowid"""
"""The place is null until a program understands the type; then it is how far to read again."""

SINCE = (
    "alter table passed_over add column since_epoch integer not null default 0",
    "alter table passed_over add column since_sequence integer not null default 0",
    "alter table refused add column type text not null default 'balie.directory.changed.v1'",
    "alter table refused add column epoch integer not null default 0",
    "alter table refused add column sequence integer not null default 0",
    "alter table refused add column software text not null default ''",
    "alter table part add column sequence integer not null default 0",
)
"""From where a type is read again; of what was refused its type, where it begins and by whom."""

_NOT_UNDERSTOOD = "select type, 0, 0 from passed_over where epoch is null"
_REFUSED = "select type, epoch, sequence from refused where software <> ? order by epoch, sequence"
_READ_AGAIN = "insert or replace into passed_over values (?, ?, ?, ?, ?)"
_READING = (
    "select since_epoch, since_sequence, epoch, sequence from passed_over"
    " where epoch is not null and type = ?"
)
_UNTIL = (
    "select epoch, sequence from passed_over where epoch is not null"
    " order by epoch desc, sequence desc limit 1"
)


def pass_over(connection: sqlite3.Connection, kind: str) -> None:
    """Note a type that is not understood."""
    connection.execute("insert or ignore into passed_over (type) values (?)", (kind,))


def refuse(
    connection: sqlite3.Connection,
    name: str,
    entry: Entry,
    why: Exception,
    *,
    first: int,
    software: str,
) -> None:
    """Note something that cannot be used.

    Args:
        connection: To directory.db, within the uplink's transaction.
        name: What it is called: the change, or the entry's place.
        entry: The last one it consists of.
        why: What came of trying.
        first: Sequence of the first entry it consists of.
        software: The program that could not use it.
    """
    reason = f"{type(why).__name__}: {why}"
    connection.execute(
        "insert or replace into refused values (?, ?, ?, ?, ?, ?)",
        (name, reason, entry.type, entry.epoch, first, software),
    )


def begin(
    connection: sqlite3.Connection, understood: Collection[str], held: Watermark, software: str
) -> None:
    """Begin to read again if this program may understand what another did not."""
    rows = connection.execute(_NOT_UNDERSTOOD).fetchall()
    # In this order, so that of each type the first that was refused counts.
    rows += reversed(connection.execute(_REFUSED, (software,)).fetchall())
    now = [(kind, *held.place, *since) for kind, *since in rows if kind in understood]
    if now:
        connection.executemany(_READ_AGAIN, now)
        connection.execute("delete from watermark")
    connection.execute("delete from refused where software <> ?", (software,))


def until(connection: sqlite3.Connection) -> tuple[int, int] | None:
    """Tell up to which place the directory is being read again, None where it is not."""
    row = connection.execute(_UNTIL).fetchone()
    return None if row is None else (row[0], row[1])


def is_wanted(connection: sqlite3.Connection, entry: Entry) -> bool:
    """Tell whether an entry is to be taken: it is new, or was not understood before."""
    end = until(connection)
    if end is None:
        return True
    place = entry.watermark.place
    if place > end:
        connection.execute("delete from passed_over where epoch is not null")
        return True
    row = connection.execute(_READING, (entry.type,)).fetchone()
    return row is not None and (row[0], row[1]) <= place <= (row[2], row[3])
