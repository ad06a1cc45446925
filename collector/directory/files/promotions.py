"""Promotions from a file; the file says everything: one that it leaves out ends.

| column | meaning |
| --- | --- |
| id, name, kind, goods | needed; the kinds are those of ``appliance/domain/promotion.md`` |
| goods | codes of articles with spaces between, ``category:drinks`` for a category, ``all``; the parts of a bundle with ``+`` between |
| count | how many a deal takes, of each part |
| price, percent, amount, pay, from | the values of the kind; amounts have the market's decimals |
| first_day, last_day | as 2026-11-22 |
| weekdays | 1 is Monday, with spaces between |
| starts, ends | as 16:00 |
| group | the price group it is for |

Of promotions that come to the same, the first in the file counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from appliance.domain.errors import PromotionError
from appliance.domain.market import Market
from appliance.domain.promotion import MOST_UNITS, Promotion, PromotionKind
from collector.directory.editing import Change
from collector.directory.files import Fault, FileRefused, cells
from collector.directory.files.table import Column, Record, read_table, refuse_doubles
from collector.directory.models import Article, Category
from collector.directory.models import Promotion as Held
from collector.directory.rows import Row, category_key

_LONGEST_ID = 40
_LONGEST_NAME = 60
_CATEGORY = "category:"
_VALUES = {
    "price": "price_minor",
    "percent": "percent_bp",
    "amount": "amount_minor",
    "pay": "pay",
    "from": "from_minor",
}
_WHEN = ("first_day", "last_day", "weekdays", "starts", "ends")

Part = dict[str, Any]


def read_promotions(name: str, content: bytes, market: Market) -> Change:
    """Read a file of promotions into the change it makes.

    Args:
        name: The file's name, for its errors.
        content: Its bytes.
        market: The shop's market, for its decimals.

    Raises:
        FileRefused: With everything that is wrong.
    """
    records, faults = read_table(name, content, _columns(market))
    faults += refuse_doubles(records, "id")
    faults += _unknown(records)
    rows = []
    for position, record in enumerate(records, 1):
        row = {"id": record.values["id"], "position": position, "rule": _rule(record.values)}
        try:
            Promotion.from_data({**row["rule"], "id": row["id"]})
        except PromotionError as wrong:
            faults.append(record.fault("kind", str(wrong).rstrip(".")))
        rows.append(row)
    if faults:
        raise FileRefused(name, faults)
    return Change(promotions=[*rows, *_ended(rows)])


def _columns(market: Market) -> Sequence[Column]:
    amount = cells.from_zero(
        cells.number(market.decimals, f"an amount in {market.currency}"), "an amount"
    )
    return (
        Column("id", cells.words(_LONGEST_ID), needed=True),
        Column("name", cells.words(_LONGEST_NAME), needed=True),
        Column("kind", cells.one_of([kind.value for kind in PromotionKind]), needed=True),
        Column("goods", _goods, needed=True),
        Column("count", cells.whole(1, MOST_UNITS)),
        Column("price", amount),
        Column("percent", cells.from_zero(cells.number(2, "a percentage"), "a percentage")),
        Column("amount", amount),
        Column("pay", cells.whole(1, MOST_UNITS)),
        Column("from", amount),
        Column("first_day", _day),
        Column("last_day", _day),
        Column("weekdays", _weekdays),
        Column("starts", _time),
        Column("ends", _time),
        Column("group", cells.words(_LONGEST_ID)),
    )


def _goods(text: str) -> list[Part]:
    return [_part(words.split()) for words in text.split("+")]


def _part(words: Sequence[str]) -> Part:
    if not words:
        raise ValueError("there is a + without goods on both sides")
    if list(words) == ["all"]:
        return {}
    categories = [word.removeprefix(_CATEGORY) for word in words if word.startswith(_CATEGORY)]
    part: Part = {}
    if categories:
        part["categories"] = [category_key(each) for each in categories]
    if len(categories) < len(words):
        part["articles"] = [word for word in words if not word.startswith(_CATEGORY)]
    return part


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise ValueError("a day is written 2026-11-22") from None


def _time(text: str) -> str:
    if not re.fullmatch(r"[0-9]{2}:[0-9]{2}", text.strip()):
        raise ValueError("a time is written 16:00")
    try:
        return time.fromisoformat(text.strip()).isoformat("minutes")
    except ValueError:
        raise ValueError("a time lies between 00:00 and 23:59") from None


def _weekdays(text: str) -> list[int]:
    words = text.split()
    if not words or not all(re.fullmatch("[1-7]", word) for word in words):
        raise ValueError("weekdays are numbers from 1 (Monday) to 7 with spaces between")
    return sorted({int(word) for word in words})


def _rule(values: dict[str, Any]) -> Row:
    count = values.get("count", 1)
    parts = [{**part, "count": count} if count > 1 else dict(part) for part in values["goods"]]
    rule: Row = {"name": values["name"], "kind": values["kind"], "parts": parts}
    window = {name: values[name] for name in _WHEN if name in values}
    if window:
        rule["window"] = window
    rule |= {to: values[name] for name, to in _VALUES.items() if name in values}
    if "group" in values:
        rule["group"] = values["group"]
    return rule


def _unknown(records: Sequence[Record]) -> list[Fault]:
    articles = set(Article.objects.filter(active=True).values_list("code", flat=True))
    categories = set(Category.objects.values_list("key", flat=True))
    faults = []
    for record in records:
        for part in record.values["goods"]:
            faults += [
                record.fault("goods", f"no article on sale has the code {code}")
                for code in part.get("articles", ())
                if code not in articles
            ]
            faults += [
                record.fault("goods", f"there is no category {key}")
                for key in part.get("categories", ())
                if key not in categories
            ]
    return faults


def _ended(rows: Sequence[Row]) -> list[Row]:
    """Take away the promotions of which the file says nothing."""
    named = {row["id"] for row in rows}
    held = Held.objects.values_list("id", flat=True)
    return [{"id": id_, "active": False} for id_ in held if id_ not in named]
