"""Categories from a file: ``name`` and, where wanted, ``key``, ``colour`` and ``position``.

The key is what articles and quick keys name; without one it is made from the name. Without
positions, the order of the file counts.
"""

from __future__ import annotations

from collector.directory.editing import Change
from collector.directory.files import FileRefused, cells
from collector.directory.files.table import Column, read_table, refuse_doubles
from collector.directory.rows import category_key

_LONGEST = 60
_COLUMNS = (
    Column("key", cells.words(_LONGEST), empty=""),
    Column("name", cells.words(_LONGEST), needed=True),
    Column("colour", cells.colour, empty=""),
    Column("position", cells.whole(0, 9999)),
)


def read_categories(name: str, content: bytes) -> Change:
    """Read a file of categories into the change it makes.

    Raises:
        FileRefused: With everything that is wrong.
    """
    records, faults = read_table(name, content, _COLUMNS)
    for position, record in enumerate(records, 1):
        values = record.values
        values["key"] = category_key(values.get("key") or values["name"])
        values.setdefault("position", position)
        if not values["key"]:
            faults.append(record.fault("name", "a name has a letter or a digit"))
    faults += refuse_doubles(records, "key")
    if faults:
        raise FileRefused(name, faults)
    return Change(categories=[record.values for record in records])
