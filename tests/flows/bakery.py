"""A bakery and café in Edinburgh: its real Saturday, with prices made from the names of things.

See tests/data/bakery-saturday.md for where the sales come from.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.flows.shop import DIRECTORY, article

SATURDAY = Path(__file__).parents[1] / "data" / "bakery-saturday.csv"
EDINBURGH = ZoneInfo("Europe/London")
FOOD = {"Bread", "Baguette", "Farm House", "Cake", "Scone", "Pastry", "Toast", "Jam", "Granola"}
"""Food of the bakery is taxed at nothing, the rest at the standard rate."""


@dataclass(frozen=True)
class Ticket:
    """One sale as it was."""

    number: str
    at: datetime
    items: tuple[str, ...]


def tickets(file=SATURDAY):
    """Read the sales of a day, in order."""
    found = {}
    is_packed = Path(file).suffix == ".gz"
    with (gzip.open if is_packed else open)(file, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            at = datetime.fromisoformat(row["at"]).replace(tzinfo=EDINBURGH)
            found.setdefault(row["sale"], (at, []))[1].append(row["item"])
    return [Ticket(number, at, tuple(items)) for number, (at, items) in found.items()]


def price_of(item):
    """Make a price from a name: 0.60 to 6.55 in steps of five pence, the same on every run."""
    return 60 + 5 * (zlib.crc32(item.encode()) % 120)


def code_of(item):
    return "B-" + "".join(sign for sign in item.upper() if sign.isalnum())[:18]


def directory(sold):
    """What the back office says: an article and a quick key for each thing that is sold."""
    items = sorted({item for ticket in sold for item in ticket.items})
    articles = [
        article(
            code_of(item),
            item,
            price_of(item),
            tax_class="zero" if item in FOOD else "standard",
            category="bakery",
        )
        for item in items
    ]
    keys = [
        {"category": "bakery", "page": 1 + at // 24, "position": 1 + at % 24, "article": code_of(i)}
        for at, i in enumerate(items)
    ]
    return {
        "articles": articles,
        "categories": [{"key": "bakery", "name": "Bakery", "colour": "", "position": 1}],
        "quick_keys": keys,
        "staff": DIRECTORY["staff"],
        "settings": {**DIRECTORY["settings"], "lock_after_s": 86_000, "receipt": "none"},
    }
