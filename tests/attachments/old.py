"""A journal as the program of issue 2 made it: version 1 of the tables, in its own words."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from appliance.journal.entry import ZERO_HASH, Watermark, make

TABLES = """
begin immediate;
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
CREATE TRIGGER entry_is_next before insert on entry
when new.position is not (select coalesce(max(position), 0) + 1 from entry)
    or new.epoch is not (select max(epoch) from epoch)
    or new.sequence is not (
        select new.position - first_position + 1 from epoch where epoch = new.epoch
    )
begin select raise(abort, 'an entry is added only as the exact next'); end;
CREATE TRIGGER entry_stays before update on entry
begin select raise(abort, 'an entry is never changed'); end;
CREATE TRIGGER entry_is_kept before delete on entry
begin select raise(abort, 'an entry is never removed'); end;
CREATE TRIGGER epoch_is_next before insert on epoch
when new.epoch <= (select coalesce(max(epoch), 0) from epoch)
    or new.first_position is not (select coalesce(max(position), 0) + 1 from entry)
begin select raise(abort, 'an epoch is opened only after all others'); end;
CREATE TRIGGER epoch_stays before update on epoch
begin select raise(abort, 'an epoch is never changed'); end;
CREATE TRIGGER epoch_is_kept before delete on epoch
begin select raise(abort, 'an epoch is never removed'); end;
pragma application_id = 1111575625;
pragma user_version = 1;
commit;
"""


def make_old(path: Path, device: str = "shop-1", count: int = 5) -> list[bytes]:
    """Make a journal of version 1 with so many entries; return their bytes."""
    after = Watermark(1, 0, ZERO_HASH)
    rows = []
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("pragma page_size = 1024")
        file.execute("pragma journal_mode = wal")
        file.executescript(TABLES)
        file.execute("insert into epoch values (1, 1)")
        for number in range(1, count + 1):
            kind = "balie.journal.opened.v1" if number == 1 else "balie.test.v1"
            at = datetime(2026, 11, 22, 12, 0, number, tzinfo=UTC)
            entry = make(after, device=device, type=kind, time=at, data={"number": number})
            file.execute("insert into entry values (?, 1, ?, ?)", (number, number, entry.raw))
            rows.append(entry.raw)
            after = entry.watermark
    return rows
