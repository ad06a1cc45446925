"""The tables of journal.db: SQL itself refuses everything but the exact next entry.

There is no index on entries beyond the integer primary keys, so a sale costs few bytes on the
storage card. An entry's position is its epoch's first position + its sequence - 1.

What the journal itself says was pruned may go, from the beginning on: the table `pruned` holds up to
which position, and takes that only from the entry that was just recorded.

An attachment is personal data beside its entry. It is inserted with its entry only, and the one
thing that may ever be done to it is to erase it: what it says and its salt become null at once.
"""

from __future__ import annotations

import sqlite3

APPLICATION = 0x42414C49
"""Marks the file as a Balie journal (the letters BALI)."""

VERSION = 2
"""The version of these tables: 1 had entries and epochs, 2 has what `_STEPS` adds."""

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

_ATTACHMENTS = """
create table attachment (
    number integer primary key,
    position integer not null,
    reference text not null unique,
    subject text,
    salt blob,
    content blob,
    erased_at text
) strict;
create index attachment_position on attachment (position);
create index attachment_subject on attachment (subject) where subject is not null;
"""

_PRUNED = """
create table pruned (
    position integer primary key,
    announced integer not null
) strict;
"""

_STEPS = {2: _ATTACHMENTS + _PRUNED}
"""What each version adds to the tables of the one before."""

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
when old.position > (select coalesce(max(position), 0) from pruned)
begin select raise(abort, 'an entry is removed only once the journal says it was pruned'); end
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
    "pruned_is_announced": """
CREATE TRIGGER pruned_is_announced before insert on pruned
when new.position <= (select coalesce(max(position), 0) from pruned)
    or not exists (
        select 1 from entry said join entry gone on gone.position = new.position
        where said.position = new.announced and said.position > gone.position
            and said.position = (select max(position) from entry)
            and json_extract(cast(said.raw as text), '$.type') = 'balie.journal.pruned.v1'
            and json_extract(cast(said.raw as text), '$.data.epoch') = gone.epoch
            and json_extract(cast(said.raw as text), '$.data.sequence') = gone.sequence
    )
begin select raise(abort, 'an entry is pruned only as the last entry of the journal says'); end
""",
    "pruned_stays": """
CREATE TRIGGER pruned_stays before update on pruned
begin select raise(abort, 'what was pruned is never changed'); end
""",
    "pruned_is_kept": """
CREATE TRIGGER pruned_is_kept before delete on pruned
begin select raise(abort, 'what was pruned is never forgotten'); end
""",
    "attachment_is_named": """
CREATE TRIGGER attachment_is_named before insert on attachment
when new.salt is null or new.content is null or new.erased_at is not null
    or exists (select 1 from attachment where reference = new.reference or number = new.number)
    or not exists (
        select 1 from entry where position = new.position
            and position = (select max(position) from entry)
            and instr(raw, cast('"reference":"' || new.reference || '"' as blob))
    )
begin select raise(abort, 'an attachment is added only with the entry that names it'); end
""",
    "attachment_is_only_erased": """
CREATE TRIGGER attachment_is_only_erased before update on attachment
when old.erased_at is not null or new.erased_at is null
    or new.salt is not null or new.content is not null
    or new.number is not old.number or new.position is not old.position
    or new.reference is not old.reference or new.subject is not old.subject
begin select raise(abort, 'an attachment is never changed but by erasing it'); end
""",
    "attachment_is_kept": """
CREATE TRIGGER attachment_is_kept before delete on attachment
when exists (select 1 from entry where position = old.position)
begin select raise(abort, 'an attachment is kept as long as its entry'); end
""",
}
"""What keeps the journal append-only, by name; written as SQLite gives it back."""

_FIRST_GUARDS = {
    "entry_is_next": TRIGGERS["entry_is_next"],
    "entry_stays": TRIGGERS["entry_stays"],
    "entry_is_kept": """
CREATE TRIGGER entry_is_kept before delete on entry
begin select raise(abort, 'an entry is never removed'); end
""",
    "epoch_is_next": TRIGGERS["epoch_is_next"],
    "epoch_stays": TRIGGERS["epoch_stays"],
    "epoch_is_kept": TRIGGERS["epoch_is_kept"],
}
"""The triggers of version 1, in that version's words."""


def create(connection: sqlite3.Connection) -> None:
    """Make the tables and triggers in an empty file, in one transaction."""
    _change(
        connection,
        TABLES,
        *_STEPS.values(),
        *TRIGGERS.values(),
        f"pragma application_id = {APPLICATION}",
    )


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring the tables of an earlier version to this one, in one transaction.

    A power cut leaves the old version or the new one. Nothing is done to a file of this version.
    """
    held = version(connection)
    if held >= VERSION:
        return
    guards = connection.execute("select name from sqlite_schema where type = 'trigger'").fetchall()
    _change(
        connection,
        *(f"drop trigger {name}" for (name,) in guards if name in TRIGGERS),
        *(step for number, step in _STEPS.items() if number > held),
        *TRIGGERS.values(),
    )


def _change(connection: sqlite3.Connection, *statements: str) -> None:
    text = ";\n".join(statement.strip().rstrip(";") for statement in statements)
    try:
        connection.executescript(
            f"begin immediate;\n{text};\npragma user_version = {VERSION};\ncommit;"
        )
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


def is_empty(connection: sqlite3.Connection) -> bool:
    """Tell whether the file holds nothing at all yet."""
    return not connection.execute("select 1 from sqlite_schema limit 1").fetchone()


def version(connection: sqlite3.Connection) -> int:
    """Tell the version of the tables in the file."""
    (held,) = connection.execute("pragma user_version").fetchone()
    return int(held)


def fault(connection: sqlite3.Connection) -> str:
    """Say why the file is no journal that this program reads; empty when it is one.

    An earlier version is read as it is: the uplink sends what is in it before the desk, its one
    writer, has brought it to this version.
    """
    (application,) = connection.execute("pragma application_id").fetchone()
    held = version(connection)
    if application != APPLICATION:
        return "is not a Balie journal"
    if not 1 <= held <= VERSION:
        return f"has version {held} of the tables, this program reads versions 1 to {VERSION}"
    return ""


def is_newer(connection: sqlite3.Connection) -> bool:
    """Tell whether a later version of this program made the tables."""
    (application,) = connection.execute("pragma application_id").fetchone()
    return application == APPLICATION and version(connection) > VERSION


def missing_guards(connection: sqlite3.Connection) -> list[str]:
    """Name the triggers that are gone or no longer say what they should."""
    found = dict(connection.execute("select name, sql from sqlite_schema where type = 'trigger'"))
    expected = TRIGGERS if version(connection) == VERSION else _FIRST_GUARDS
    return [name for name, sql in expected.items() if found.get(name) != sql.strip()]
