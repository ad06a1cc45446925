"""The basket on the counter: lines come, change and go; a total is always at hand.

A basket is never changed, every step makes a new one, so the screen, the store and the thread that
saves it can each hold theirs.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from appliance.domain.agreed import AgeCheck, BasketDiscount
from appliance.domain.article import Article, Unit
from appliance.domain.changes import Recount, RemovedLine
from appliance.domain.errors import (
    AgreedLineError,
    BasketError,
    ImpossibleValueError,
    UnknownLineError,
)
from appliance.domain.line import (
    LARGEST_QUANTITY_MILLI,
    ONE_MILLI,
    Discount,
    DiscountKind,
    Line,
)
from appliance.domain.market import Market
from appliance.domain.money import Rounding, divide
from appliance.domain.points import PointsSpent
from appliance.domain.tax import Taxable, TaxPart, taxes_of

__all__ = [
    "LARGEST_QUANTITY_MILLI",
    "ONE_MILLI",
    "AgeCheck",
    "Basket",
    "BasketDiscount",
    "Discount",
    "DiscountKind",
    "Kind",
    "Line",
    "LineTotals",
    "Recount",
    "RemovedLine",
    "Totals",
    "totals",
]


class Kind(Enum):
    """Which way the goods go; a sale may still hold a returned line and the other way round."""

    SALE = "sale"
    RETURN = "return"
    VOID = "void"
    """The counter-entry of a sale that should not have been."""


@dataclass(frozen=True, slots=True)
class Basket:
    """An open sale.

    Attributes:
        id: UUID as 32 hexadecimal digits, made when the basket was opened.
        opened_at: Local time with its offset.
        cashier: Id of the person.
        lines: In the order of their numbers.
        removed: In the order of their removal, those that were put back too.
        recounts: The quantities that a person set, in that order.
        kind: Sale, return or void.
        customer: The customer's random reference, or empty; a name never enters.
        discount: Taken off the whole sale.
        points: The customer's, to be spent on it.
        age_check: How the buyer's age was found out, once for the sale.
        voids: UUID of the sale that a void undoes, else empty.
    """

    id: str
    opened_at: datetime
    cashier: str
    lines: tuple[Line, ...] = ()
    removed: tuple[RemovedLine, ...] = ()
    recounts: tuple[Recount, ...] = ()
    kind: Kind = Kind.SALE
    customer: str = ""
    discount: BasketDiscount | None = None
    points: PointsSpent | None = None
    age_check: AgeCheck | None = None
    voids: str = ""

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
                if line.continues(article, quantity_milli):
                    return self.set_quantity(line.number, line.quantity_milli + quantity_milli)
        line = Line.of(
            article, number=self.next_number, quantity_milli=quantity_milli, source=source
        )
        return self.put(line)

    @property
    def next_number(self) -> int:
        """The number of the next line: above every one there is or was."""
        taken = [line.number for line in self.lines]
        taken += [gone.line.number for gone in self.removed]
        return max(taken, default=0) + 1

    @property
    def minimum_age(self) -> int:
        """Years the buyer of all this must have; 0 for everybody."""
        return max((line.minimum_age for line in self.lines if line.quantity_milli > 0), default=0)

    @property
    def needs_age_check(self) -> bool:
        """Whether the buyer's age must be asked before paying."""
        asked = 0 if self.age_check is None else self.age_check.years
        return self.minimum_age > asked

    def put(self, line: Line) -> Basket:
        """Add a line as it is, or lay it over the one with its number."""
        if any(other.number == line.number for other in self.lines):
            return self._with(line)
        return replace(self, lines=(*self.lines, line))

    def set_quantity(self, number: int, quantity_milli: int) -> Basket:
        """Set a line's quantity.

        Raises:
            UnknownLineError: There is no such line.
            ImpossibleValueError: The quantity is zero (remove the line instead) or too large.
        """
        return self._with(self._open(number).with_quantity(quantity_milli))

    def take_off(self, number: int, discount: Discount | None) -> Basket:
        """Take something off a line, or with None nothing; what was taken before is forgotten.

        Raises:
            UnknownLineError: There is no such line.
            ImpossibleValueError: It is more than the line, or nothing may be taken off this one.
        """
        line = self._open(number)
        if not line.allows_discount:
            raise ImpossibleValueError(f"Nothing can be taken off “{line.name}”.")
        bare = replace(line, discounts=())
        return self._with(
            bare if discount is None else replace(bare, discounts=(bare.follow(discount),))
        )

    def set_price(
        self, number: int, unit_price_minor: int, reason: str, *, allowed_by: str = ""
    ) -> Basket:
        """Ask another price than the article's, and keep both with the reason.

        What was taken off the line before is forgotten: the price now is what was agreed.

        Raises:
            UnknownLineError: There is no such line.
            ImpossibleValueError: The price is negative or too high, or there is no reason.
        """
        if not reason.strip():
            raise ImpossibleValueError("A changed price needs a reason.")
        line = self._open(number)
        listed = line.listed_price_minor
        changed = replace(
            line,
            unit_price_minor=unit_price_minor,
            listed_price_minor=line.unit_price_minor if listed is None else listed,
            reason=reason,
            allowed_by=allowed_by,
            discounts=(),
            label_minor=None,
        )
        return self._with(changed)

    def remove(self, number: int, at: datetime, by: str = "") -> Basket:
        """Take a line out and remember it; what hangs on it, such as a deposit, goes with it.

        Args:
            number: The line's.
            at: Now.
            by: Who takes it out, by id.

        Raises:
            UnknownLineError: There is no such line.
        """
        self.line(number)
        gone = [line for line in self.lines if number in (line.number, line.parent)]
        return replace(
            self,
            lines=tuple(line for line in self.lines if line not in gone),
            removed=(*self.removed, *(RemovedLine(line, at, by=by) for line in gone)),
        )

    def _open(self, number: int) -> Line:
        """Return a line that may be changed."""
        line = self.line(number)
        if line.is_settled or line.is_without_receipt or line.account:
            how = "is for one card or customer" if line.account else "comes back as was agreed"
            raise AgreedLineError(f"“{line.name}” {how}; take the line out to change that.")
        return line

    def _with(self, changed: Line) -> Basket:
        lines = (changed if line.number == changed.number else line for line in self.lines)
        return replace(self, lines=tuple(lines))

    def to_json(self, *, with_lines: bool = True) -> str:
        """Write the basket for the desk's store.

        Args:
            with_lines: False where each line is kept by itself.
        """
        data: dict[str, Any] = {
            "id": self.id,
            "opened_at": self.opened_at.isoformat(),
            "cashier": self.cashier,
            "kind": self.kind.value,
            **({"lines": [line.to_data() for line in self.lines]} if with_lines else {}),
            "removed": [{"line": gone.line.to_data()} | gone.told() for gone in self.removed],
            "recounts": [each.to_data() for each in self.recounts],
            "customer": self.customer,
            "discount": None if self.discount is None else asdict(self.discount),
            "points": None if self.points is None else asdict(self.points),
            "age_check": None if self.age_check is None else asdict(self.age_check),
            "voids": self.voids,
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
            discount, check, points = data["discount"], data["age_check"], data.get("points")
            return cls(
                id=str(data["id"]),
                opened_at=datetime.fromisoformat(data["opened_at"]),
                cashier=str(data["cashier"]),
                lines=tuple(map(Line.from_data, data.get("lines", ()))),
                removed=tuple(
                    RemovedLine.of(Line.from_data(item["line"]), item) for item in data["removed"]
                ),
                recounts=tuple(map(Recount.from_data, data.get("recounts", ()))),
                kind=Kind(data["kind"]),
                customer=str(data["customer"]),
                discount=None if discount is None else BasketDiscount(**discount),
                points=None if points is None else PointsSpent(**points),
                age_check=None if check is None else AgeCheck(**check),
                voids=str(data["voids"]),
            )
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise BasketError(f"The stored basket cannot be read: {error}.") from error


@dataclass(frozen=True, slots=True)
class LineTotals:
    """A line with its amounts.

    Attributes:
        line: The line.
        tax: What it comes to, with and without tax.
        taxable: What of it was taxed, where it was worked out here; kept for the next time.
    """

    line: Line
    tax: TaxPart
    taxable: Taxable | None = field(default=None, compare=False, repr=False)

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
            == sum([line.gross_minor for line in self.lines])
        ):
            raise ImpossibleValueError(f"A total of {self.gross_minor} does not add up.")

    @property
    def item_count(self) -> int:
        """How many things lie on the counter, for the screen."""
        return divide(self.items_milli, ONE_MILLI, Rounding.UP)


def totals(basket: Basket, market: Market, on: date, *, before: Totals | None = None) -> Totals:
    """Add up a basket.

    Args:
        basket: What is sold.
        market: Its taxes and rounding.
        on: The day whose tax rates hold.
        before: What it came to in the same market before it was changed: the amounts of lines that
            are the very same objects are taken from there. Taxes are rounded over all lines anew.

    Raises:
        UnknownTaxClassError: A line's tax class is not in the market.
    """
    known = {} if before is None else {id(each.line): each for each in before.lines}
    then = [known.get(id(line)) for line in basket.lines]
    taxables = [
        (None if was is None else was.taxable)
        or Taxable(line.tax_class, line.amount_minor(market.rounding), line.taxed)
        for line, was in zip(basket.lines, then, strict=True)
    ]
    parts = [None if was is None else was.tax for was in then]
    per_line, per_rate = taxes_of(taxables, market, on, before=parts)
    return Totals(
        lines=tuple(
            [
                was if was is not None and was.tax is part else LineTotals(line, part, taxable)
                for line, was, part, taxable in zip(
                    basket.lines, then, per_line, taxables, strict=True
                )
            ]
        ),
        taxes=per_rate,
        gross_minor=sum(part.gross_minor for part in per_rate),
        net_minor=sum(part.net_minor for part in per_rate),
        tax_minor=sum(part.tax_minor for part in per_rate),
        items_milli=sum([_items_milli(line) for line in basket.lines]),
    )


def _items_milli(line: Line) -> int:
    if line.unit is Unit.PIECE:
        return line.quantity_milli
    return ONE_MILLI if line.quantity_milli > 0 else -ONE_MILLI
