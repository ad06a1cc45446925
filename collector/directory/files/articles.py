"""Articles from a file.

| column | meaning |
| --- | --- |
| code | the shop's own code, or the GTIN; needed |
| gtin | the article's GTIN, where ``code`` is not it |
| name, price, tax_class | needed for an article that is new |
| category | its name; one that is new is added |
| unit | piece or kg |
| cost, stock, colour | where known |
| stock_elsewhere | what other places have: ``Utrecht 3; Den Haag 1.5``, behind each its figure |
| kind | goods, deposit, gift_card or account; goods where it says nothing |
| minimum_age | years a buyer must have |
| deposit | the code of the deposit article that comes with each |
| packing | what its packing weighs in kg, where it is weighed in it |
| active | no takes it off sale |

A column that is not there changes nothing of an article that exists. Prices and costs have the
decimals of the shop's market.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from appliance.domain.article import (
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_PLACE,
    MOST_PLACES,
    OLDEST_AGE,
    ArticleKind,
)
from appliance.domain.gtin import LENGTHS, check_digit, is_digits, is_gtin
from appliance.domain.market import Market
from collector.directory.editing import Change
from collector.directory.files import Fault, FileRefused, cells
from collector.directory.files.table import Column, Record, read_table, refuse_doubles
from collector.directory.models import Article, Category
from collector.directory.rows import Row, category_key, own_gtin

_LONGEST_CATEGORY = 60
_QUANTITY = cells.number(3, "a quantity")
_PLACE = cells.words(LONGEST_PLACE)
_NEEDED_IF_NEW = ("name", "price", "tax_class")
_FIELDS = {
    "price": "price_minor",
    "cost": "cost_minor",
    "stock": "stock_milli",
    "packing": "tare_milli",
}


def read_articles(name: str, content: bytes, market: Market) -> Change:
    """Read a file of articles into the change it makes.

    Args:
        name: The file's name, for its errors.
        content: Its bytes.
        market: The shop's market: decimals and tax classes.

    Raises:
        FileRefused: With everything that is wrong.
    """
    records, faults = read_table(name, content, _columns(market))
    existing = set(Article.objects.values_list("code", flat=True))
    faults += refuse_doubles(records, "code")
    for record in records:
        faults += _faults_of(record, is_new=record.values["code"] not in existing)
    rows = [_row(record) for record in records]
    faults += _shared_gtins(records, rows)
    if faults:
        raise FileRefused(name, faults)
    return Change(articles=rows, categories=_new_categories(records))


def _columns(market: Market) -> Sequence[Column]:
    price = cells.number(market.decimals, f"an amount in {market.currency}")
    return (
        Column("code", cells.words(LONGEST_CODE), needed=True),
        Column("gtin", cells.gtin, empty=None),
        Column("name", cells.words(LONGEST_NAME)),
        Column("price", cells.from_zero(price, "a price")),
        Column("tax_class", cells.one_of(tuple(market.tax_classes))),
        Column("category", cells.words(_LONGEST_CATEGORY), empty=""),
        Column("unit", cells.one_of(("piece", "kg")), empty="piece"),
        Column("cost", cells.from_zero(price, "a cost"), empty=None),
        Column("stock", _QUANTITY, empty=None),
        Column("stock_elsewhere", _elsewhere, empty=[]),
        Column("colour", cells.colour, empty=""),
        Column("kind", cells.one_of([kind.value for kind in ArticleKind]), empty="goods"),
        Column("minimum_age", cells.whole(0, OLDEST_AGE), empty=0),
        Column("deposit", cells.words(LONGEST_CODE), empty=""),
        Column("packing", cells.from_zero(cells.number(3, "a weight in kg"), "a weight"), empty=0),
        Column("active", cells.yes_or_no, empty=True),
    )


def _elsewhere(text: str) -> list[Row]:
    """Read what other places have; each one's last word is its figure."""
    places: list[Row] = []
    for part in filter(None, (each.strip() for each in text.split(";"))):
        place, _, figure = part.rpartition(" ")
        if not place:
            raise ValueError(f"“{part}” is a place and its stock, such as Utrecht 3; Arnhem 1.5")
        try:
            name, quantity = _PLACE(place), _QUANTITY(figure)
        except ValueError as wrong:
            raise ValueError(f"of “{part}”: {wrong}") from wrong
        if any(name == each["place"] for each in places):
            raise ValueError(f"{name} stands there more than once")
        places.append({"place": name, "quantity_milli": quantity})
    if len(places) > MOST_PLACES:
        raise ValueError(f"this names up to {MOST_PLACES} places, found {len(places)}")
    return places


def _faults_of(record: Record, *, is_new: bool) -> list[Fault]:
    if not is_new:
        return []
    code = record.values["code"]
    faults = [
        record.fault(column, "a new article needs one")
        for column in _NEEDED_IF_NEW
        if column not in record.values
    ]
    # With a column for GTINs a code may be any number; without one it is likely to be the GTIN.
    looks_like_gtin = is_digits(code) and len(code) in LENGTHS and "gtin" not in record.values
    if looks_like_gtin and not is_gtin(code):
        expected = check_digit(code[:-1])
        faults.append(
            record.fault("code", f"the check digit of this GTIN should be {expected}; correct it")
        )
    return faults


def _row(record: Record) -> Row:
    row = {_FIELDS.get(name, name): value for name, value in record.values.items()}
    if "category" in row:
        row["category"] = category_key(row["category"])
    if row.get("gtin", "") is None:
        row["gtin"] = own_gtin(row["code"])
    return row


def _shared_gtins(records: Sequence[Record], rows: Sequence[Row]) -> list[Fault]:
    """Find lines after which two active articles would have the same GTIN."""
    held = Article.objects.values_list("code", "gtin", "active")
    after = {code: (gtin, active) for code, gtin, active in held}
    for row in rows:
        gtin, active = after.get(row["code"], (own_gtin(row["code"]), True))
        after[row["code"]] = (row.get("gtin", gtin), row.get("active", active))
    owners: dict[str, list[str]] = defaultdict(list)
    for code, (gtin, active) in after.items():
        if active and gtin:
            owners[gtin].append(code)
    faults = []
    for record in records:
        code = record.values["code"]
        gtin, active = after[code]
        others = [other for other in owners.get(gtin or "", ()) if other != code]
        if active and others:
            faults.append(record.fault("gtin", f"article {others[0]} has the GTIN {gtin} as well"))
    return faults


def _new_categories(records: Iterable[Record]) -> list[Row]:
    """Add the categories that are named for the first time, behind the others."""
    held = dict(Category.objects.values_list("key", "position"))
    position = max(held.values(), default=0)
    added: dict[str, Row] = {}
    for record in records:
        name = record.values.get("category", "")
        key = category_key(name)
        if key and key not in held and key not in added:
            position += 1
            added[key] = {"key": key, "name": name[:1].upper() + name[1:], "position": position}
    return list(added.values())
