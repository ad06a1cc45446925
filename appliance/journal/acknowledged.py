"""The collector's last word, as the uplink keeps it in uplink.db, for whoever checks a journal."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from appliance.journal.entry import START, Watermark

TABLE = """
create table if not exists watermark (
    name text primary key,
    epoch integer not null,
    sequence integer not null,
    hash text not null
) strict, without rowid
"""
"""``acked``: up to where the collector holds what this device holds; ``remote``: its last word."""


def read_watermark(connection: sqlite3.Connection, name: str) -> Watermark:
    """Read one of the watermarks, `START` if there is none."""
    row = connection.execute(
        "select epoch, sequence, hash from watermark where name = ?", (name,)
    ).fetchone()
    return Watermark(*row) if row else START


def read_acknowledged(path: Path) -> list[Watermark]:
    """Tell what the collector acknowledged, if an uplink.db lies here; an empty list if not."""
    if not path.exists():
        return []
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=5)) as connection:
            mark = read_watermark(connection, "acked")
    except sqlite3.Error:
        return []  # a cursor that cannot be read proves nothing, for or against
    return [] if mark == START else [mark]
