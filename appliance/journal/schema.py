"""The tables of journal.db: SQL itself refuses everything but the exact next entry.

There is no index beyond the integer primary keys, so a sale costs few bytes on the storage card.
An entry's position is its epoch's first position + its sequence - 1.
"""

from __future__ import annotations

import sqlite3

APPLICATION = 0x42414C49
"""Marks the file as a Balie journal (the letters BALI)."""

VERSION = 1
"""The version of these tables."""

PAGE_BYTES = 1024
"""Each commit writes whole pages, so small ones spare the storage card: measured for sales of 1 to
3 kB, 1,024 bytes write a third less than 4,096, at the same speed."""

TABLES = """
create table entry (
    position integer primary key,
    epoch integer not null,
    sequence integer not null,
    raw blob not null
) strict;
create table epoch (
    epoch integer primary key,
    first_position integer not null
) strict;
"""

TRIGGERS = {
    "entry_is_next": """
CREATE TRIGGER entry_is_next before insert on entry
when new.position is not (select coalesce(max(position), 0) + 1 from entry)
    or new.epoch is not (select max(epoch) from epoch)
    or new.sequence is not (
        select new.position - first_position + 1 from epoch where epoch = new.epoch
    )
begin select raise(abort, 'an entry is added only as the exact next'); end
""",
    "entry_stays": """
CREATE TRIGGER entry_stays before update on entry
begin select raise(abort, 'an entry is never changed'); end
""",
    "entry_is_kept": """
CREATE TRIGGER entry_is_kept before delete on entry
begin select raise(abort, 'an entry is never removed'); end
""",
    "epoch_is_next": """
CREATE TRIGGER epoch_is_next before insert on epoch
when new.epoch <= (select coalesce(max(epoch), 0) from epoch)
    or new.first_position is not (select coalesce(max(position), 0) + 1 from entry)
begin select raise(abort, 'an epoch is opened only after all others'); end
""",
    "epoch_stays": """
CREATE TRIGGER epoch_stays before update on epoch
begin select raise(abort, 'an epoch is never changed'); end
""",
    "epoch_is_kept": """
CREATE TRIGGER epoch_is_kept before delete on epoch
begin select raise(abort, 'an epoch is never removed'); end
""",
}
"""What keeps the journal append-only, by name; written as SQLite gives it back."""


def create(connection: sqlite3.Connection) -> None:
    """Make the tables and triggers in an empty file, in one transaction."""
    statements = ";\n".join(
        (
            TABLES.strip().rstrip(";"),
            *(trigger.strip() for trigger in TRIGGERS.values()),
            f"pragma application_id = {APPLICATION}",
            f"pragma user_version = {VERSION}",
        )
    )
    connection.executescript(f"begin immediate;\n{statements};\ncommit;")


def is_empty(connection: sqlite3.Connection) -> bool:
    """Tell whether the file holds nothing at all yet."""
    return not connection.execute("select 1 from sqlite_schema limit 1").fetchone()


def fault(connection: sqlite3.Connection) -> str:
    """Say why the file is no journal of this version; empty when it is one."""
    (application,) = connection.execute("pragma application_id").fetchone()
    (version,) = connection.execute("pragma user_version").fetchone()
    if application != APPLICATION:
        return "is not a Balie journal"
    if version != VERSION:
        return f"has version {version} of the tables, this program reads version {VERSION}"
    return ""


def missing_guards(connection: sqlite3.Connection) -> list[str]:
    """Name the triggers that are gone or no longer say what they should."""
    found = dict(connection.execute("select name, sql from sqlite_schema where type = 'trigger'"))
    return [name for name, sql in TRIGGERS.items() if found.get(name) != sql.strip()]
