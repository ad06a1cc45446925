"""The back office's orders to erase personal data, as the uplink keeps them for the desk.

They stand in directory.db: the uplink writes them down as they come, the desk carries them out and
notes for itself how far it got. An order names attachments by their references and people by their
subjects; it says nothing of anybody.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from appliance.journal.entry import Entry
from appliance.services.erasing import Order, Place
from appliance.store.connect import open_reader

_KEEP = "insert into erasure (epoch, sequence, what, value) values (?, ?, ?, ?)"
_READ = (
    "select epoch, sequence, what, value from erasure where (epoch, sequence) > (?, ?)"
    " order by epoch, sequence, number"
)
_UNWIPED = "select 1 from residue"
_AT_ONCE = 1000
"""References and subjects that are read at once, and a little more: an order is never cut."""


def keep(connection: sqlite3.Connection, order: Entry) -> None:
    """Write an order down, within the uplink's transaction."""
    for what, name in (("reference", "references"), ("subject", "subjects")):
        connection.executemany(
            _KEEP,
            [(order.epoch, order.sequence, what, each) for each in _texts(order.data.get(name))],
        )


class Erasures:
    """Reads the orders, beside the uplink. Used from one thread.

    Args:
        path: The file directory.db.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._file = 0

    def after(self, place: Place) -> Order | None:
        """Return what is ordered after a place of the directory, None if nothing is.

        Several orders become one.
        """
        try:
            rows = self._rows(place)
        except (OSError, sqlite3.Error):
            self.close()  # not made yet, or made anew meanwhile: the next look finds it
            return None
        references: list[str] = []
        subjects: list[str] = []
        for epoch, sequence, what, value in rows:
            if len(references) + len(subjects) >= _AT_ONCE and (epoch, sequence) != place:
                break
            place = (epoch, sequence)
            (references if what == "reference" else subjects).append(value)
        if not references and not subjects:
            return None
        return Order(place, tuple(dict.fromkeys(references)), tuple(dict.fromkeys(subjects)))

    def close(self) -> None:
        """Close the file; again is allowed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _rows(self, place: Place) -> list[tuple[int, int, str, str]]:
        file = self._path.stat().st_ino
        if self._connection is None or file != self._file:
            self.close()
            self._connection, self._file = open_reader(self._path), file
        if self._connection.execute(_UNWIPED).fetchone():
            return []  # the uplink has still to wipe it here; until then nothing is answered
        return self._connection.execute(_READ, place).fetchall()


def _texts(listed: object) -> Iterable[str]:
    """Take the texts of a list; what is none, a later program may have put there."""
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
