"""Quick keys from a file: ``category``, ``page``, ``position``, ``article``, ``label``, ``colour``.

The file says everything about the categories it names: a place of theirs that it leaves out
becomes empty. Keys of other categories stay.
"""

from __future__ import annotations

from collections.abc import Sequence

from appliance.domain.article import LONGEST_CODE
from collector.directory.editing import Change
from collector.directory.files import Fault, FileRefused, cells
from collector.directory.files.table import Column, Record, read_table, refuse_doubles
from collector.directory.models import Article, Category
from collector.directory.rows import QUICK_KEYS, Row, category_key

_MOST = 99
_COLUMNS = (
    Column("category", cells.words(60), needed=True),
    Column("page", cells.whole(1, _MOST), needed=True),
    Column("position", cells.whole(1, _MOST), needed=True),
    Column("article", cells.words(LONGEST_CODE), needed=True),
    Column("label", cells.words(40), empty=""),
    Column("colour", cells.colour, empty=""),
)


def read_keys(name: str, content: bytes) -> Change:
    """Read a file of quick keys into the change it makes.

    Raises:
        FileRefused: With everything that is wrong.
    """
    records, faults = read_table(name, content, _COLUMNS)
    for record in records:
        record.values["category"] = category_key(record.values["category"])
    faults += refuse_doubles(records, "category", "page", "position")
    faults += _unknown(records)
    if faults:
        raise FileRefused(name, faults)
    rows = [record.values for record in records]
    return Change(quick_keys=[*rows, *_emptied(rows)])


def _unknown(records: Sequence[Record]) -> list[Fault]:
    articles = set(Article.objects.filter(active=True).values_list("code", flat=True))
    categories = set(Category.objects.values_list("key", flat=True))
    faults = []
    for record in records:
        if record.values["article"] not in articles:
            faults.append(record.fault("article", "no article on sale has this code"))
        if record.values["category"] not in categories:
            known = ", ".join(sorted(categories)) or "none yet"
            faults.append(record.fault("category", f"there is no such category; there are {known}"))
    return faults


def _emptied(rows: Sequence[Row]) -> list[Row]:
    """Take away the keys that lie where the file says nothing."""
    named = {row["category"] for row in rows}
    places = {QUICK_KEYS.key_of(row) for row in rows}
    held = QUICK_KEYS.model._default_manager.filter(category__in=named)  # noqa: SLF001 (Django's own name for it)
    before = [QUICK_KEYS.row_of(each) for each in held]
    return [{**row, "active": False} for row in before if QUICK_KEYS.key_of(row) not in places]
