"""The basket on the counter: lines come, change and go; a total is always at hand.

A basket is never changed, every step makes a new one, so the screen, the store and the thread that
saves it can each hold theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from appliance.domain.article import HIGHEST_PRICE_MINOR, Article, Unit
from appliance.domain.errors import BasketError, ImpossibleValueError, UnknownLineError
from appliance.domain.market import Market
from appliance.domain.money import Rounding, divide
from appliance.domain.tax import Taxable, TaxPart, taxes_of

ONE_MILLI = 1000
LARGEST_QUANTITY_MILLI = 10**9
"""A million pieces: past it somebody has scanned a code into the quantity."""


class Kind(Enum):
    """Which way the goods go; a sale may still hold a returned line and the other way round."""

    SALE = "sale"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a basket.

    Attributes:
        number: From 1, never used again in the basket.
        article_code: The article's code.
        name: As sold.
        category: Key of the category, or empty.
        unit: What the price is for.
        quantity_milli: In thousandths; below zero for what comes back. Never zero.
        unit_price_minor: Of one piece or one kilogram.
        tax_class: The market's key.
        source: How it came: ``scan``, ``key``, ``search`` …
        discount_minor: Taken off the line; of the sign of its amount, and not more than that.
        listed_price_minor: The article's own price, where another was asked.
        reason: Why another price was asked, else empty.
    """

    number: int
    article_code: str
    name: str
    category: str
    unit: Unit
    quantity_milli: int
    unit_price_minor: int
    tax_class: str
    source: str
    discount_minor: int = 0
    listed_price_minor: int | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a line no till can charge."""
        if not 0 < abs(self.quantity_milli) <= LARGEST_QUANTITY_MILLI:
            raise ImpossibleValueError(
                f"The quantity of “{self.name}” must be up to {LARGEST_QUANTITY_MILLI // 1000} "
                f"and not zero, found {self.quantity_milli / 1000:g}."
            )
        if not 0 <= self.unit_price_minor <= HIGHEST_PRICE_MINOR:
            raise ImpossibleValueError(
                f"The price of “{self.name}” must be from 0 to {HIGHEST_PRICE_MINOR} minor units, "
                f"found {self.unit_price_minor}."
            )
        most = divide(self.quantity_milli * self.unit_price_minor, ONE_MILLI, Rounding.UP)
        if not min(0, most) <= self.discount_minor <= max(0, most):
            raise ImpossibleValueError(
                f"The discount on “{self.name}” must be up to its amount, "
                f"found {self.discount_minor}."
            )

    def amount_minor(self, rounding: Rounding) -> int:
        """Return quantity times price, rounded, less the discount."""
        full = divide(self.quantity_milli * self.unit_price_minor, ONE_MILLI, rounding)
        return full - self.discount_minor


@dataclass(frozen=True, slots=True)
class RemovedLine:
    """A line that was taken out, and when: kept, because a scan that vanishes is a question."""

    line: Line
    at: datetime


@dataclass(frozen=True, slots=True)
class Basket:
    """An open sale.

    Attributes:
        id: UUID as 32 hexadecimal digits, made when the basket was opened.
        opened_at: Local time with its offset.
        cashier: Id of the person.
        lines: In the order of their numbers.
        removed: In the order of their removal.
        kind: Sale or return.
    """

    id: str
    opened_at: datetime
    cashier: str
    lines: tuple[Line, ...] = ()
    removed: tuple[RemovedLine, ...] = ()
    kind: Kind = Kind.SALE

    @property
    def is_empty(self) -> bool:
        """Whether nothing lies in it now."""
        return not self.lines

    def line(self, number: int) -> Line:
        """Return a line by its number.

        Raises:
            UnknownLineError: There is none.
        """
        for line in self.lines:
            if line.number == number:
                return line
        raise UnknownLineError(f"The basket has no line {number}; it may have been removed.")

    def add(
        self,
        article: Article,
        quantity_milli: int = ONE_MILLI,
        source: str = "scan",
        merge: bool = True,  # noqa: FBT001, FBT002 - the plan's signature; read by name everywhere
    ) -> Basket:
        """Add an article, or raise the line it already has.

        Only pieces at the same price and in the same direction are raised: each weighing and each
        changed price stays a line of its own.

        Args:
            article: What is added.
            quantity_milli: How much, below zero for what comes back.
            source: How it came.
            merge: Whether a line of the same article may be raised.

        Raises:
            ImpossibleValueError: The quantity is zero or too large.
        """
        if merge:
            for line in self.lines:
                if _continues(line, article, quantity_milli):
                    return self.set_quantity(line.number, line.quantity_milli + quantity_milli)
        taken = [line.number for line in self.lines]
        taken += [gone.line.number for gone in self.removed]
        line = Line(
            number=max(taken, default=0) + 1,
            article_code=article.code,
            name=article.name,
            category=article.category,
            unit=article.unit,
            quantity_milli=quantity_milli,
            unit_price_minor=article.price_minor,
            tax_class=article.tax_class,
            source=source,
        )
        return replace(self, lines=(*self.lines, line))

    def set_quantity(self, number: int, quantity_milli: int) -> Basket:
        """Set a line's quantity.

        Raises:
            UnknownLineError: There is no such line.
            ImpossibleValueError: The quantity is zero (remove the line instead) or too large.
        """
        return self._with(replace(self.line(number), quantity_milli=quantity_milli))

    def set_price(self, number: int, unit_price_minor: int, reason: str) -> Basket:
        """Ask another price than the article's, and keep both with the reason.

        Raises:
            UnknownLineError: There is no such line.
            ImpossibleValueError: The price is negative or too high, or there is no reason.
        """
        if not reason.strip():
            raise ImpossibleValueError("A changed price needs a reason.")
        line = self.line(number)
        listed = line.listed_price_minor
        changed = replace(
            line,
            unit_price_minor=unit_price_minor,
            listed_price_minor=line.unit_price_minor if listed is None else listed,
            reason=reason,
        )
        return self._with(changed)

    def remove(self, number: int, at: datetime) -> Basket:
        """Take a line out and remember it.

        Raises:
            UnknownLineError: There is no such line.
        """
        line = self.line(number)
        kept = tuple(other for other in self.lines if other.number != number)
        return replace(self, lines=kept, removed=(*self.removed, RemovedLine(line, at)))

    def _with(self, changed: Line) -> Basket:
        lines = (changed if line.number == changed.number else line for line in self.lines)
        return replace(self, lines=tuple(lines))

    def to_json(self) -> str:
        """Write the basket for the desk's store."""
        data = {
            "id": self.id,
            "opened_at": self.opened_at.isoformat(),
            "cashier": self.cashier,
            "kind": self.kind.value,
            "lines": [_line_data(line) for line in self.lines],
            "removed": [
                {"line": _line_data(gone.line), "at": gone.at.isoformat()} for gone in self.removed
            ],
        }
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Basket:
        """Read a basket from the desk's store.

        Raises:
            BasketError: The text is not a basket.
        """
        try:
            data = json.loads(text)
            return cls(
                id=str(data["id"]),
                opened_at=datetime.fromisoformat(data["opened_at"]),
                cashier=str(data["cashier"]),
                lines=tuple(_line(item) for item in data["lines"]),
                removed=tuple(
                    RemovedLine(_line(item["line"]), datetime.fromisoformat(item["at"]))
                    for item in data["removed"]
                ),
                kind=Kind(data["kind"]),
            )
        except (ValueError, LookupError, TypeError) as error:
            raise BasketError(f"The stored basket cannot be read: {error}.") from error


@dataclass(frozen=True, slots=True)
class LineTotals:
    """A line with its amounts."""

    line: Line
    tax: TaxPart

    @property
    def gross_minor(self) -> int:
        """What the customer pays for the line."""
        return self.tax.gross_minor


@dataclass(frozen=True, slots=True)
class Totals:
    """What a basket comes to. Lines add up to taxes, taxes to the total.

    Attributes:
        lines: Each line with its amounts.
        taxes: One part for each tax class, in the market's order.
        gross_minor: What the customer owes, before cash rounding.
        net_minor: Without tax.
        tax_minor: The tax.
        items_milli: Pieces, and one for each weighing, in thousandths; returned ones count back.
    """

    lines: tuple[LineTotals, ...]
    taxes: tuple[TaxPart, ...]
    gross_minor: int
    net_minor: int
    tax_minor: int
    items_milli: int

    def __post_init__(self) -> None:
        """Refuse totals that do not add up."""
        if not (
            self.net_minor + self.tax_minor
            == self.gross_minor
            == sum(part.gross_minor for part in self.taxes)
            == sum(line.gross_minor for line in self.lines)
        ):
            raise ImpossibleValueError(f"A total of {self.gross_minor} does not add up.")

    @property
    def item_count(self) -> int:
        """How many things lie on the counter, for the screen."""
        return divide(self.items_milli, ONE_MILLI, Rounding.UP)


def totals(basket: Basket, market: Market, on: date) -> Totals:
    """Add up a basket.

    Args:
        basket: What is sold.
        market: Its taxes and rounding.
        on: The day whose tax rates hold.

    Raises:
        UnknownTaxClassError: A line's tax class is not in the market.
    """
    amounts = [line.amount_minor(market.rounding) for line in basket.lines]
    taxables = [
        Taxable(line.tax_class, amount) for line, amount in zip(basket.lines, amounts, strict=True)
    ]
    per_line, per_rate = taxes_of(taxables, market, on)
    return Totals(
        lines=tuple(LineTotals(*pair) for pair in zip(basket.lines, per_line, strict=True)),
        taxes=per_rate,
        gross_minor=sum(part.gross_minor for part in per_rate),
        net_minor=sum(part.net_minor for part in per_rate),
        tax_minor=sum(part.tax_minor for part in per_rate),
        items_milli=sum(_items_milli(line) for line in basket.lines),
    )


def _items_milli(line: Line) -> int:
    if line.unit is Unit.PIECE:
        return line.quantity_milli
    return ONE_MILLI if line.quantity_milli > 0 else -ONE_MILLI


def _continues(line: Line, article: Article, quantity_milli: int) -> bool:
    return (
        line.article_code == article.code
        and line.unit is Unit.PIECE
        and line.unit_price_minor == article.price_minor
        and line.tax_class == article.tax_class
        and line.listed_price_minor is None
        and not line.discount_minor
        and (line.quantity_milli > 0) == (quantity_milli > 0)
    )


def _line_data(line: Line) -> dict[str, Any]:
    names = (name for name in Line.__slots__ if name != "unit")
    return {"unit": line.unit.value, **{name: getattr(line, name) for name in names}}


def _line(data: Mapping[str, Any]) -> Line:
    return Line(**{**data, "unit": Unit(data["unit"])})
