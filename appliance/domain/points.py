"""Points: what a sale earns, and what points that were saved take off another.

The shop's setting says it all::

    {"earn": 1, "per_minor": 100, "worth_minor": 1, "least": 100, "step": 100, "without": ["tobacco"]}

reads: one point for each euro, a point is worth a cent, at least a hundred are spent and in
hundreds, and nothing of the category ``tobacco`` earns any.

**Spending points is a discount, not a tender.** Points are given free with a sale by the shop that
takes them back: at the later sale the price is reduced "at the time of the supply", and such a
rebate is no part of the taxable amount (Directive 2006/112/EC, article 79 (b)). Something that only
gives a right to a discount is no voucher either (Directive (EU) 2016/1065, recital 6). So points lower
the lines they are shared over, each with the tax of its own rate, and what comes back later comes
back for what was really paid. Points that a shop sells, or that another firm pays for, are no points
but a gift card.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from appliance.domain.article import ArticleKind
from appliance.domain.errors import PointsError
from appliance.domain.line import DiscountKind, Line
from appliance.domain.money import Rounding, divide

_NUMBERS = {"earn": 0, "per_minor": 1, "worth_minor": 0, "least": 1, "step": 1}
"""The rule's numbers, each with the least it may be."""


@dataclass(frozen=True, slots=True)
class PointsSpent:
    """Points a customer wants to spend in a sale.

    Attributes:
        points: How many.
        worth_minor: What one is worth.
        name: What the receipt calls it.
    """

    points: int
    worth_minor: int
    name: str

    def __post_init__(self) -> None:
        """Refuse what is not worth anything."""
        if self.points < 1 or self.worth_minor < 1 or not self.name.strip():
            raise PointsError("Points to spend, their worth and a name for it were expected.")

    @property
    def amount_minor(self) -> int:
        """What comes off the sale, as far as it is that much."""
        return self.points * self.worth_minor


@dataclass(frozen=True, slots=True)
class PointsMoved:
    """What a sale did to a customer's points, as it is recorded.

    Attributes:
        earned: Below zero where goods come back.
        spent: Below zero where what they took off comes back.
        balance: What the register knew of after this; None where it knew nothing.
    """

    earned: int = 0
    spent: int = 0
    balance: int | None = None

    @property
    def change(self) -> int:
        """How many more there are now."""
        return self.earned - self.spent

    def turned(self) -> PointsMoved:
        """Return what undoes it; nobody knows the balance of that moment."""
        return PointsMoved(-self.earned, -self.spent)

    def to_data(self) -> dict[str, int]:
        """Return it in JSON's own types."""
        known = {} if self.balance is None else {"balance": self.balance}
        return {"earned": self.earned, "spent": self.spent, **known}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PointsMoved:
        """Read what `to_data` made."""
        return cls(data["earned"], data["spent"], data.get("balance"))


@dataclass(frozen=True, slots=True)
class PointsRule:
    """How the shop gives points and takes them back.

    Attributes:
        earn: Points for each whole ``per_minor``.
        per_minor: Amount, with tax, that earns them.
        worth_minor: What one takes off; 0 where they cannot be spent at the register.
        least: Fewest that are spent at once.
        step: They are spent in multiples of this.
        without: Categories that earn none.
    """

    earn: int
    per_minor: int
    worth_minor: int = 0
    least: int = 1
    step: int = 1
    without: frozenset[str] = frozenset()

    @classmethod
    def from_data(cls, data: object) -> PointsRule | None:
        """Read the shop's setting; None where it gives no points.

        Raises:
            PointsError: It is no rule.
        """
        if data is None:
            return None
        if not isinstance(data, Mapping):
            raise PointsError("A rule for points is a table.")
        values = {"least": 1, "step": 1, "worth_minor": 0, **data}
        without = values.pop("without", [])
        for name, least in _NUMBERS.items():
            if type(values.get(name)) is not int or values[name] < least:
                raise PointsError(f"“{name}” of a rule for points is a whole number from {least}.")
        if not isinstance(without, list) or not all(isinstance(each, str) for each in without):
            raise PointsError("“without” of a rule for points is a list of categories.")
        unknown = set(values) - set(_NUMBERS)
        if unknown:
            raise PointsError(f"“{min(unknown)}” means nothing in a rule for points.")
        return cls(**values, without=frozenset(without))

    def earned(self, lines: Iterable[tuple[Line, int]]) -> int:
        """Return what a sale earns: whole points of the sum, below zero where goods come back.

        Args:
            lines: Each with what the customer pays for it.
        """
        sum_minor = sum(
            amount
            for line, amount in lines
            if line.kind is ArticleKind.GOODS and line.category not in self.without
        )
        return divide(sum_minor, self.per_minor, Rounding.DOWN) * self.earn

    def most(self, balance: int, total_minor: int) -> int:
        """Return how many points may be spent on goods that come to a total; 0 for none."""
        if not self.worth_minor:
            return 0
        enough = divide(max(0, total_minor), self.worth_minor, Rounding.UP)
        most = min(balance, enough)
        # The last ones before nothing is left to pay need not be a whole step.
        most = most if most == enough else most - most % self.step
        return most if most >= self.least else 0


def spent_on(lines: Iterable[Line], worth_minor: int) -> int:
    """Return how many points were spent on lines; below zero for those that come back.

    Args:
        lines: Of a basket, with what came off them.
        worth_minor: What one point is worth; 0 where none can be spent any more.
    """
    off = sum(
        each.amount_minor
        for line in lines
        for each in line.discounts
        if each.kind is DiscountKind.POINTS
    )
    if not off or not worth_minor:
        return 0
    return divide(off, worth_minor, Rounding.UP if off > 0 else Rounding.DOWN)
