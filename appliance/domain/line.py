"""One line of a basket: an article, how much of it, for how much, and what was taken off.

A line has one form as data, in desk.db while the sale is open and in the journal once it is done.
Keys that say nothing (no discount, no tare) are left out, so an ordinary line stays short.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import Enum
from typing import Any

from appliance.domain.article import HIGHEST_PRICE_MINOR, Article, ArticleKind, Unit
from appliance.domain.errors import ImpossibleValueError
from appliance.domain.money import Rounding, divide
from appliance.domain.tax import Taxed

ONE_MILLI = 1000
LARGEST_QUANTITY_MILLI = 10**9
"""A million pieces: past it somebody has scanned a code into the quantity."""
WHOLE_BP = 10_000
"""All of it, in basis points."""


class DiscountKind(Enum):
    """Why less is asked."""

    LINE = "line"
    """A person took it off this line."""
    PROMOTION = "promotion"
    """A rule of the back office."""
    BASKET = "basket"
    """The line's share of what a person took off the whole sale."""
    CUSTOMER = "customer"
    """The customer's own price."""
    POINTS = "points"
    """The line's share of what points that were saved take off the sale."""


@dataclass(frozen=True, slots=True)
class Discount:
    """Something taken off a line.

    Attributes:
        kind: Why.
        name: What the receipt and the screen call it: the promotion's name, or the reason.
        amount_minor: How much, of the sign of the line's amount.
        percent_bp: Of what, where it was given as a share: it follows the quantity.
        rule: Id of the promotion, or empty.
        allowed_by: Who allowed it where the cashier may not, or empty.
    """

    kind: DiscountKind
    name: str
    amount_minor: int
    percent_bp: int = 0
    rule: str = ""
    allowed_by: str = ""

    def __post_init__(self) -> None:
        """Refuse a discount without a name, or of more than everything."""
        if not self.name.strip():
            raise ImpossibleValueError("A discount needs a reason.")
        if not 0 <= self.percent_bp <= WHOLE_BP:
            raise ImpossibleValueError(
                f"A discount is between 0 and 100 %, not {self.percent_bp / 100:g} %."
            )

    def to_data(self) -> dict[str, Any]:
        """Return it in JSON's own types."""
        data: dict[str, Any] = {
            "kind": self.kind.value,
            "name": self.name,
            "amount_minor": self.amount_minor,
        }
        said = {"percent_bp": self.percent_bp, "rule": self.rule, "allowed_by": self.allowed_by}
        return data | {key: value for key, value in said.items() if value}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Discount:
        """Read what `to_data` made."""
        return cls(**{**data, "kind": DiscountKind(data["kind"])})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something that comes back was sold.

    Attributes:
        sale: UUID of that sale.
        receipt: Its number.
        line: The line on it.
    """

    sale: str
    receipt: str
    line: int


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
        kind: Goods, or something that only looks like goods on a receipt.
        discounts: What was taken off, in the order in which it was taken.
        listed_price_minor: The article's own price, where another was asked.
        reason: Why another price was asked, or why it comes back without a receipt; else empty.
        allowed_by: Who allowed that, where the cashier may not.
        label_minor: The amount on the article's own label, where it and not quantity times price
            is what the customer pays.
        tare_milli: What the packing weighed, already taken off the quantity.
        origin: Where it was sold, for what comes back.
        taxed: The tax it was sold with, for what comes back by its receipt.
        restock: Whether what comes back can be sold again.
        parent: Number of the line it belongs to, such as a bottle's deposit; 0 for none.
        minimum_age: Years a buyer must have; 0 for everybody.
        allows_discount: Whether anything may be taken off.
        account: The balance it moves: the card that money is put on, or the customer who pays
            off; else empty.
        expires: The last day of the card, where it has one.
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
    kind: ArticleKind = ArticleKind.GOODS
    discounts: tuple[Discount, ...] = ()
    listed_price_minor: int | None = None
    reason: str = ""
    allowed_by: str = ""
    label_minor: int | None = None
    tare_milli: int = 0
    origin: Origin | None = None
    taxed: Taxed | None = None
    restock: bool = True
    parent: int = 0
    minimum_age: int = 0
    allows_discount: bool = True
    account: str = ""
    expires: date | None = None

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
        if self.label_minor is not None and self.label_minor * self.quantity_milli < 0:
            raise ImpossibleValueError(f"The label of “{self.name}” goes the other way.")
        most = self.full_minor(Rounding.UP)
        if not min(0, most) <= self.discount_minor <= max(0, most):
            raise ImpossibleValueError(
                f"The discount on “{self.name}” must be up to its amount, "
                f"found {self.discount_minor}."
            )

    @classmethod
    def of(cls, article: Article, *, number: int, quantity_milli: int, source: str) -> Line:
        """Make a line of an article at its own price."""
        return cls(
            number=number,
            article_code=article.code,
            name=article.name,
            category=article.category,
            unit=article.unit,
            quantity_milli=quantity_milli,
            unit_price_minor=article.price_minor,
            tax_class=article.tax_class,
            source=source,
            kind=article.kind,
            minimum_age=article.minimum_age,
            allows_discount=article.kind is ArticleKind.GOODS,
        )

    @property
    def discount_minor(self) -> int:
        """Everything taken off, together."""
        if not self.discounts:
            return 0
        return sum(discount.amount_minor for discount in self.discounts)

    def full_minor(self, rounding: Rounding) -> int:
        """Return what the line comes to before anything is taken off."""
        if self.label_minor is not None:
            return self.label_minor
        return divide(self.quantity_milli * self.unit_price_minor, ONE_MILLI, rounding)

    def amount_minor(self, rounding: Rounding) -> int:
        """Return quantity times price, rounded, less the discounts."""
        return self.full_minor(rounding) - self.discount_minor

    def continues(self, article: Article, quantity_milli: int) -> bool:
        """Whether a further scan of an article can raise this line instead of adding one."""
        return (
            self.article_code == article.code
            and self.unit is Unit.PIECE
            and self.unit_price_minor == article.price_minor
            and self.tax_class == article.tax_class
            and self.listed_price_minor is None
            and self.label_minor is None
            and self.origin is None
            and not self.parent
            and not self.account
            and not self.reason
            and not any(each.kind is DiscountKind.LINE for each in self.discounts)
            and (self.quantity_milli > 0) == (quantity_milli > 0)
        )

    @property
    def is_settled(self) -> bool:
        """Whether it comes back as it was sold, so that nothing about it can be agreed anew."""
        return self.origin is not None

    @property
    def is_without_receipt(self) -> bool:
        """Whether it comes back without its receipt, as much of it as somebody allowed."""
        known = self.origin is None and self.listed_price_minor is None
        return known and bool(self.reason) and self.quantity_milli < 0

    def with_quantity(self, quantity_milli: int) -> Line:
        """Return the line with another quantity.

        What rules took off is forgotten, for they are asked anew; what a person took off as a
        share follows, and an amount stays.

        Raises:
            ImpossibleValueError: The quantity is zero or too large, or is less than what was
                taken off.
        """
        kept = tuple(each for each in self.discounts if each.kind is DiscountKind.LINE)
        changed = replace(self, quantity_milli=quantity_milli, discounts=(), label_minor=None)
        return replace(changed, discounts=tuple(changed.follow(each) for each in kept))

    def follow(self, discount: Discount) -> Discount:
        """Return a discount given as a share with the amount it comes to on this line now."""
        if not discount.percent_bp:
            return discount
        full = self.full_minor(Rounding.HALF_UP)
        share = divide(full * discount.percent_bp, WHOLE_BP, Rounding.HALF_UP)
        return replace(discount, amount_minor=share)

    def to_data(self) -> dict[str, Any]:
        """Return it in JSON's own types, without its tax."""
        data: dict[str, Any] = {
            "line": self.number,
            "article": self.article_code,
            "name": self.name,
            "category": self.category,
            "unit": self.unit.value,
            "quantity_milli": self.quantity_milli,
            "unit_price_minor": self.unit_price_minor,
            "discount_minor": self.discount_minor,
            "tax_class": self.tax_class,
            "source": self.source,
        }
        return data | dict(self._unusual())

    def _unusual(self) -> Mapping[str, Any]:
        """Return what an ordinary line does not have."""
        goods = self.kind is ArticleKind.GOODS
        said: dict[str, Any] = {
            "kind": None if goods else self.kind.value,
            "discounts": [discount.to_data() for discount in self.discounts] or None,
            "listed_price_minor": self.listed_price_minor,
            "label_minor": self.label_minor,
            "origin": None if self.origin is None else asdict(self.origin),
            "rate_bp": None if self.taxed is None else self.taxed.rate_bp,
            "tax_minor": None if self.taxed is None else self.taxed.tax_minor,
            "restock": None if self.restock else False,
            "allows_discount": None if self.allows_discount or not goods else False,
            "expires": None if self.expires is None else self.expires.isoformat(),
        }
        for name in ("reason", "allowed_by", "tare_milli", "parent", "minimum_age", "account"):
            said[name] = getattr(self, name) or None
        return {key: value for key, value in said.items() if value is not None}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Line:
        """Read what `to_data` made; keys it does not know are left.

        Raises:
            ImpossibleValueError: It is no line a till can charge.
            KeyError, TypeError, ValueError: Something is missing or not what it should be.
        """
        kind = ArticleKind(data.get("kind", ArticleKind.GOODS.value))
        origin = data.get("origin")
        line = cls(
            number=data["line"],
            article_code=data["article"],
            name=data["name"],
            category=data["category"],
            unit=Unit(data["unit"]),
            quantity_milli=data["quantity_milli"],
            unit_price_minor=data["unit_price_minor"],
            tax_class=data["tax_class"],
            source=data["source"],
            kind=kind,
            discounts=tuple(map(Discount.from_data, data.get("discounts", ()))),
            listed_price_minor=data.get("listed_price_minor"),
            reason=data.get("reason", ""),
            allowed_by=data.get("allowed_by", ""),
            label_minor=data.get("label_minor"),
            tare_milli=data.get("tare_milli", 0),
            origin=None if origin is None else Origin(**origin),
            taxed=None if origin is None or "tax_minor" not in data else _taxed(data),
            restock=data.get("restock", True),
            parent=data.get("parent", 0),
            minimum_age=data.get("minimum_age", 0),
            allows_discount=data.get("allows_discount", kind is ArticleKind.GOODS),
            account=data.get("account", ""),
            expires=date.fromisoformat(data["expires"]) if "expires" in data else None,
        )
        if line.discount_minor != data["discount_minor"]:
            raise ImpossibleValueError(
                f"The discounts on “{line.name}” come to {line.discount_minor}, "
                f"not {data['discount_minor']}."
            )
        return line


def _taxed(data: Mapping[str, Any]) -> Taxed:
    return Taxed(data["rate_bp"], data["tax_minor"])
