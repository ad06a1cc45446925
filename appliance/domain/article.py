"""What the shop sells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from appliance.domain.errors import ImpossibleValueError
from appliance.domain.gtin import is_gtin

GTIN_DIGITS = 14
LONGEST_CODE = 64
LONGEST_NAME = 200
OLDEST_AGE = 99
LONGEST_PLACE = 40
MOST_PLACES = 12
HEAVIEST_PACKING_MILLI = 100_000
HIGHEST_PRICE_MINOR = 10**11
"""A thousand million euros, or a hundred thousand million rupiah: a slip of the keyboard above."""


class Unit(Enum):
    """What one of an article is. A quantity of 1000 thousandths is one of it."""

    PIECE = "piece"
    KG = "kg"


class ArticleKind(Enum):
    """What the money is for. Only goods are ever discounted."""

    GOODS = "goods"
    DEPOSIT = "deposit"
    """Given back when the bottle or crate comes back."""
    GIFT_CARD = "gift_card"
    """Money put on a card; turnover only when it is spent."""
    ACCOUNT = "account"
    """A customer pays off what was bought on account."""


@dataclass(frozen=True, slots=True)
class StockElsewhere:
    """How much of an article another place of the shop has.

    Attributes:
        place: Its name, as on screen.
        quantity_milli: How many thousandths are there.
        at: When that was known, ISO 8601.
    """

    place: str
    quantity_milli: int
    at: str

    def __post_init__(self) -> None:
        """Refuse a place that cannot be shown."""
        if not self.place.strip() or len(self.place) > LONGEST_PLACE:
            raise ImpossibleValueError(
                f"A place that has stock is named in 1 to {LONGEST_PLACE} characters, "
                f"not “{self.place[:80]}”."
            )


@dataclass(frozen=True, slots=True)
class Article:
    """An article as the directory knows it.

    Attributes:
        code: The shop's own code, or the GTIN where it has none.
        name: As on screen and receipt.
        price_minor: Of one piece or one kilogram, with tax where the market's prices include it.
        tax_class: The market's key, such as ``reduced``.
        category: Key of its category, or empty.
        unit: What the price is for.
        gtin: GTIN-14, where it has one.
        cost_minor: What the shop pays, where known.
        stock_milli: How many thousandths are here, where known.
        stock_at: When that was known, ISO 8601.
        stock_elsewhere: What other places have, in the order the shop gave them.
        colour: Of its key, such as ``#2f6f4f``, or none.
        kind: Goods, or something that only looks like goods on a receipt.
        minimum_age: Years a buyer must have; 0 for everybody.
        deposit: Code of the deposit article that comes with each, or empty.
        tare_milli: What its packing weighs, where it is weighed in it; thousandths of a kilogram.
    """

    code: str
    name: str
    price_minor: int
    tax_class: str
    category: str = ""
    unit: Unit = Unit.PIECE
    gtin: str | None = None
    cost_minor: int | None = None
    stock_milli: int | None = None
    stock_at: str | None = None
    colour: str | None = None
    kind: ArticleKind = ArticleKind.GOODS
    minimum_age: int = 0
    deposit: str = ""
    tare_milli: int = 0
    stock_elsewhere: tuple[StockElsewhere, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an article no shop can sell."""
        if not self.code or len(self.code) > LONGEST_CODE or not self.code.isprintable():
            raise ImpossibleValueError(
                f"An article's code has 1 to {LONGEST_CODE} printable characters, "
                f"found {self.code[:80]!r}."
            )
        if not self.name.strip() or len(self.name) > LONGEST_NAME:
            raise ImpossibleValueError(
                f"The name of article {self.code} must have 1 to {LONGEST_NAME} characters."
            )
        if not 0 <= self.price_minor <= HIGHEST_PRICE_MINOR:
            raise ImpossibleValueError(
                f"The price of article {self.code} must be from 0 to {HIGHEST_PRICE_MINOR} "
                f"minor units, not {self.price_minor}."
            )
        if self.gtin is not None and not (len(self.gtin) == GTIN_DIGITS and is_gtin(self.gtin)):
            raise ImpossibleValueError(
                f"The GTIN of article {self.code} must be 14 digits with their check digit, "
                f"not “{self.gtin[:40]}”."
            )
        if not 0 <= self.minimum_age <= OLDEST_AGE:
            raise ImpossibleValueError(
                f"The age for article {self.code} must be 0 to {OLDEST_AGE} years, "
                f"not {self.minimum_age}."
            )
        if not 0 <= self.tare_milli <= HEAVIEST_PACKING_MILLI:
            raise ImpossibleValueError(
                f"The packing of article {self.code} must weigh 0 to "
                f"{HEAVIEST_PACKING_MILLI // 1000} kg, not {self.tare_milli / 1000:g}."
            )
        places = {each.place for each in self.stock_elsewhere}
        if not len(self.stock_elsewhere) == len(places) <= MOST_PLACES:
            raise ImpossibleValueError(
                f"The stock elsewhere of article {self.code} must name up to {MOST_PLACES} places, "
                f"each once, not {', '.join(each.place for each in self.stock_elsewhere)}."
            )
        if self.deposit == self.code:
            raise ImpossibleValueError(f"Article {self.code} cannot be its own deposit.")
