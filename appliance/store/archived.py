"""Up to where the collector has archived this device's journal, as the uplink keeps it for the desk.

It stands in directory.db. What is said of other devices is passed over.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson

from appliance.journal.entry import Entry, Watermark
from appliance.journal.errors import EntryError
from appliance.services.ports import StoreError
from appliance.store.connect import open_reader

ARCHIVED = "balie.journal.archived.v1"

_KEEP = (
    "insert into archived (epoch, sequence, hash) values (?, ?, ?) on conflict (epoch)"
    " do update set sequence = excluded.sequence, hash = excluded.hash"
    " where excluded.sequence > archived.sequence"
)


def keep(connection: sqlite3.Connection, device: str, said: Entry) -> None:
    """Write down what is said of a device, within the uplink's transaction."""
    rows = said.data.get("archived")
    for row in rows if isinstance(rows, list) else ():
        mark = _mark(row) if isinstance(row, dict) and row.get("device") == device else None
        if mark is not None:
            connection.execute(_KEEP, (mark.epoch, mark.sequence, mark.hash))


def read(path: Path) -> Sequence[Watermark]:
    """Tell of each epoch up to where it is archived, nothing while nobody has said.

    Args:
        path: The file directory.db.
    """
    try:
        with closing(open_reader(path)) as connection:
            rows = connection.execute("select epoch, sequence, hash from archived order by epoch")
            return [Watermark(*row) for row in rows]
    except (StoreError, sqlite3.Error):
        return ()  # not made yet, or made anew meanwhile: the next look finds it


def _mark(row: dict[str, Any]) -> Watermark | None:
    """Read a place; what is none tells nothing."""
    try:
        return Watermark.from_json(orjson.dumps(row))
    except EntryError:
        return None
