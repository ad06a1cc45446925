"""The directory's rows as they travel, as they are kept, and as the desk knows them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from appliance.domain.article import Article, ArticleKind, StockElsewhere, Unit
from appliance.domain.folding import fold
from appliance.domain.promotion import Promotion

Row = Mapping[str, Any]


def article_values(row: Row) -> Row:
    """Turn an article as it travels into what is kept, with the text that a search looks into.

    Raises:
        ImpossibleValueError: If no shop could sell it.
    """
    article = to_article(dict.fromkeys(ARTICLE_COLUMNS) | dict(row))
    codes = [article.code]
    if article.gtin and not article.gtin.endswith(article.code):
        codes.append(article.gtin)
    return {
        **{name: row.get(name) for name in ARTICLE_COLUMNS},
        "category": article.category,
        "unit": article.unit.value,
        "kind": article.kind.value,
        "minimum_age": article.minimum_age,
        "deposit": article.deposit,
        "tare_milli": article.tare_milli,
        "stock_elsewhere": orjson.dumps(article.stock_elsewhere).decode(),
        "active": int(row.get("active", True)),
        "folded": fold(" ".join([article.name, *codes])),
    }


def person_values(row: Row) -> Row:
    """Turn a person as they travel into what is kept."""
    return {
        "pin_hash": None,
        "badge_hash": None,
        "language": None,
        **row,
        "roles": orjson.dumps(list(row.get("roles", ()))).decode(),
        "active": int(row.get("active", True)),
    }


def promotion_values(row: Row) -> Row:
    """Turn a promotion as it travels into what is kept.

    Raises:
        PromotionError: If no register could work it out.
    """
    Promotion.from_data({**row["rule"], "id": row["id"]})
    return {**row, "rule": orjson.dumps(row["rule"]).decode()}


def to_article(row: Row | sqlite3.Row) -> Article:
    """Turn a row, travelling or kept, into the article it is.

    Raises:
        ImpossibleValueError: If no shop could sell it.
    """
    return Article(
        code=row["code"],
        name=row["name"],
        price_minor=row["price_minor"],
        tax_class=row["tax_class"],
        category=row["category"] or "",
        unit=Unit(row["unit"]),
        gtin=row["gtin"],
        cost_minor=row["cost_minor"],
        stock_milli=row["stock_milli"],
        stock_at=row["stock_at"],
        colour=row["colour"],
        kind=ArticleKind(row["kind"] or "goods"),
        minimum_age=row["minimum_age"] or 0,
        deposit=row["deposit"] or "",
        tare_milli=row["tare_milli"] or 0,
        stock_elsewhere=_elsewhere(row["stock_elsewhere"] or ()),
    )


def _elsewhere(told: str | Iterable[Row]) -> tuple[StockElsewhere, ...]:
    """Read what other places have; what a later version says of them besides is passed over."""
    rows = orjson.loads(told) if isinstance(told, str) else told
    return tuple(StockElsewhere(row["place"], row["quantity_milli"], row["at"]) for row in rows)


def like(word: str) -> str:
    """Make the pattern that finds a word anywhere; its own signs mean themselves."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


WATERMARK = "insert or replace into watermark values (1, ?, ?, ?)"
HELD = "select count(*), min(sequence) from part where epoch = ? and change = ?"
PARTS = "select data from part where epoch = ? and change = ? order by part"
KEEP_PART = "insert or replace into part values (?, ?, ?, ?, ?)"
WHOLE = (
    "select change, min(sequence), max(sequence) from part where epoch = ? group by change"
    " having count(*) >= max(data ->> 'parts') order by max(sequence)"
)
PARTS_DONE = "delete from part where epoch < ? or (epoch = ? and change = ?)"
SELECT = "select * from article"
ARTICLE_COLUMNS = (
    "code", "gtin", "name", "price_minor", "tax_class", "category", "unit",
    "cost_minor", "stock_milli", "stock_at", "colour", "kind", "minimum_age", "deposit",
    "tare_milli", "stock_elsewhere", "active", "folded",
)  # fmt: skip
ARTICLE = (
    f"insert into article ({', '.join(ARTICLE_COLUMNS)})"  # noqa: S608 - names of this file
    f" values ({', '.join(':' + name for name in ARTICLE_COLUMNS)})"
    " on conflict (code) do update set "
    + ", ".join(f"{name} = excluded.{name}" for name in ARTICLE_COLUMNS if name != "code")
)
PERSON = (
    "insert or replace into person values"
    " (:id, :name, :pin_hash, :badge_hash, :roles, :language, :active)"
)
CATEGORY = "insert or replace into category values (:key, :name, :colour, :position)"
PROMOTION = "insert or replace into promotion values (:id, :position, :rule)"
QUICK_KEY = (
    "insert or replace into quick_key values"
    " (:category, :page, :position, :article, :label, :colour)"
)
