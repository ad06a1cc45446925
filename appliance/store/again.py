"""What an older program passed over in the directory, and a newer one reads again.

An entry of a type that this program does not know is passed over, and its type is noted. A later
version that knows the type has the directory sent again from its beginning; of what it held
before it then takes only what it had not understood, so no old price comes back for a moment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from appliance.journal.entry import Entry, Watermark

TABLE = """create table passed_over (
    type text primary key, epoch integer, sequence integer
) strict, without rowid"""
"""The place is null until a program understands the type; then it is how far to read again."""


def pass_over(connection: sqlite3.Connection, kind: str) -> None:
    """Note a type that is not understood."""
    connection.execute("insert or ignore into passed_over (type) values (?)", (kind,))


def begin(connection: sqlite3.Connection, understood: Collection[str], held: Watermark) -> None:
    """Begin to read again if a type that was passed over is understood now."""
    noted = connection.execute("select type from passed_over where epoch is null").fetchall()
    now = [(held.epoch, held.sequence, kind) for (kind,) in noted if kind in understood]
    if now:
        connection.executemany("update passed_over set epoch = ?, sequence = ? where type = ?", now)
        connection.execute("delete from watermark")


def is_wanted(connection: sqlite3.Connection, entry: Entry) -> bool:
    """Tell whether an entry is to be taken: it is new, or was not understood before."""
    reading = connection.execute(
        "select type, epoch, sequence from passed_over where epoch is not null"
    ).fetchall()
    if not reading:
        return True
    if entry.watermark.place > max((epoch, sequence) for _, epoch, sequence in reading):
        connection.execute("delete from passed_over where epoch is not null")
        return True
    return any(
        kind == entry.type and entry.watermark.place <= (epoch, sequence)
        for kind, epoch, sequence in reading
    )
