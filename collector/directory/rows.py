"""The directory's rows as they travel, and the tables they are kept in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import models

from appliance.domain.article import Article as DomainArticle
from appliance.domain.article import ArticleKind, StockElsewhere, Unit
from appliance.domain.gtin import is_gtin, to_gtin14
from appliance.domain.promotion import Promotion as Rule
from collector.directory.models import Article, Category, Person, Promotion, QuickKey, Setting

Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One list of the directory.

    Attributes:
        name: Its name in an entry.
        model: The table here.
        key: The fields that say which row is meant.
        defaults: Every other field that travels, with what it is for a new row that does not say;
            a field without a sensible value is left out and must be given.
        goes: Whether ``"active": False`` takes the row away; elsewhere it stays, inactive.
        check: Refuses a row that no device could use, with a sentence.
    """

    name: str
    model: type[models.Model]
    key: tuple[str, ...]
    required: tuple[str, ...]
    defaults: Mapping[str, Any]
    goes: bool = False
    check: Callable[[Row], object] = lambda _row: None

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that travels, in order."""
        return (*self.key, *self.required, *self.defaults)

    def key_of(self, row: Mapping[str, Any]) -> Key:
        """Return which row is meant."""
        return tuple(row[name] for name in self.key)

    def held(self, keys: Iterable[Key]) -> dict[Key, Row]:
        """Read the rows with these keys, as they travel."""
        wanted = set(keys)
        if self.key == (self.model._meta.pk.name,):  # noqa: SLF001 (Django's documented way to a model's fields)
            found = self.model._default_manager.in_bulk([key[0] for key in wanted])  # noqa: SLF001 (the same)
            return {(pk,): self.row_of(each) for pk, each in found.items()}
        rows = (self.row_of(each) for each in self.model._default_manager.all())  # noqa: SLF001 (the same)
        return {self.key_of(row): row for row in rows if self.key_of(row) in wanted}

    def row_of(self, instance: models.Model) -> Row:
        """Return a row as it travels."""
        return {name: _travelling(getattr(instance, name)) for name in self.fields}

    def instance_of(self, row: Row) -> models.Model:
        """Return a row as it is kept."""
        return self.model(**{name: row[name] for name in self.fields})


def utc_text(moment: datetime) -> str:
    """Write a moment as rows carry it: RFC 3339 in UTC, whole seconds."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def own_gtin(code: str) -> str | None:
    """Return the GTIN-14 of an article whose code is its GTIN, None where it is not."""
    return to_gtin14(code) if is_gtin(code) else None


def category_key(name: str) -> str:
    """Return the key of a category by its name: small letters, hyphens for everything between."""
    return re.sub(r"\W+", "-", name.lower()).strip("-")


def _travelling(value: Any) -> Any:
    return utc_text(value) if isinstance(value, datetime) else value


def _check_article(row: Row) -> None:
    """Refuse what no register could sell.

    Raises:
        ImpossibleValueError: With a sentence.
        ValueError: The unit is none.
    """
    DomainArticle(
        code=row["code"],
        name=row["name"],
        price_minor=row["price_minor"],
        tax_class=row["tax_class"],
        category=row["category"],
        unit=Unit(row["unit"]),
        gtin=row["gtin"],
        cost_minor=row["cost_minor"],
        stock_milli=row["stock_milli"],
        kind=ArticleKind(row["kind"]),
        minimum_age=row["minimum_age"],
        deposit=row["deposit"],
        tare_milli=row["tare_milli"],
        stock_elsewhere=tuple(StockElsewhere(**each) for each in row["stock_elsewhere"]),
    )


def _check_promotion(row: Row) -> None:
    """Refuse what no register could work out.

    Raises:
        PromotionError: With a sentence.
    """
    Rule.from_data({**row["rule"], "id": row["id"]})


ARTICLES = Table(
    "articles",
    Article,
    ("code",),
    ("name", "price_minor", "tax_class"),
    {
        "gtin": None,
        "category": "",
        "unit": "piece",
        "cost_minor": None,
        "stock_milli": None,
        "stock_at": None,
        "stock_elsewhere": [],
        "colour": "",
        "kind": "goods",
        "minimum_age": 0,
        "deposit": "",
        "tare_milli": 0,
        "active": True,
    },
    check=_check_article,
)
PROMOTIONS = Table(
    "promotions",
    Promotion,
    ("id",),
    ("rule",),
    {"position": 0},
    goes=True,
    check=_check_promotion,
)
CATEGORIES = Table(
    "categories", Category, ("key",), ("name",), {"colour": "", "position": 0}, goes=True
)
QUICK_KEYS = Table(
    "quick_keys",
    QuickKey,
    ("category", "page", "position"),
    ("article",),
    {"label": "", "colour": ""},
    goes=True,
)
STAFF = Table(
    "staff",
    Person,
    ("id",),
    ("name",),
    {"pin_hash": "", "badge_hash": "", "roles": [], "language": "", "active": True},
)
SETTINGS = Table("settings", Setting, ("key",), ("value",), {})

TABLES = (ARTICLES, CATEGORIES, QUICK_KEYS, STAFF, PROMOTIONS)
"""The lists of rows, in the order devices should learn them; settings travel as an object."""
