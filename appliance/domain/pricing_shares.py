"""What is taken off the whole sale, shared over its lines by what each comes to.

At each scan every line's share of it is worked out again, and of hundreds of lines a few get
another cent. A line whose share stays is the very same object as the last time, so that nothing
else of it is worked out, drawn or written again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from appliance.domain.agreed import BasketDiscount
from appliance.domain.line import Discount, DiscountKind, Line
from appliance.domain.money import Rounding, share_out, share_percent
from appliance.domain.points import PointsSpent


@dataclass(frozen=True, slots=True)
class Agreed:
    """What people take off a whole sale.

    Attributes:
        discount: Given by a person.
        points: The customer's, spent.
        rounding: Of the market.
    """

    discount: BasketDiscount | None
    points: PointsSpent | None
    rounding: Rounding


@dataclass(frozen=True, slots=True)
class _Known:
    """A line as it was shared over.

    Attributes:
        bare: Without its shares.
        weight_minor: What it comes to without them; nothing may be taken off where it is zero.
        parts_minor: Its shares.
        line: With them.
    """

    bare: Line
    weight_minor: int
    parts_minor: tuple[int, int]
    line: Line


class Shares:
    """Puts on each line its share of what is taken off the whole sale."""

    def __init__(self) -> None:
        self._agreed: Agreed | None = None
        self._by_line: dict[int, _Known] = {}
        self._by_bare: dict[int, _Known] = {}

    def lift(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Return the lines without the shares that were put on them the last time."""
        if not self._by_line:
            return lines
        known = [self._by_line.get(id(line)) for line in lines]
        return [line if was is None else was.bare for line, was in zip(lines, known, strict=True)]

    def put_on(self, lines: Sequence[Line], agreed: Agreed) -> Sequence[Line]:
        """Put the shares on lines that have none.

        Args:
            lines: What lies on the counter, with all that rules take off it.
            agreed: What people take off.
        """
        if agreed.discount is None and agreed.points is None:
            self._forget()
            return lines
        if agreed != self._agreed:
            self._forget()
        # Until all is shared nothing is remembered: an error must not leave half of it.
        then, self._agreed = self._by_bare, agreed
        self._forget()
        known = [then.get(id(line)) for line in lines]
        weights = [
            _weight(line, agreed.rounding) if was is None else was.weight_minor
            for line, was in zip(lines, known, strict=True)
        ]
        parts = zip(*_shared(weights, agreed), strict=True)
        now = [
            was
            if was is not None and was.parts_minor == mine
            else _Known(line, weight, mine, _with_shares(line, mine, agreed))
            for line, was, weight, mine in zip(lines, known, weights, parts, strict=True)
        ]
        self._by_line = {id(each.line): each for each in now}
        self._by_bare = {id(each.bare): each for each in now}
        return [each.line for each in now]

    def _forget(self) -> None:
        self._by_line, self._by_bare = {}, {}


def _weight(line: Line, rounding: Rounding) -> int:
    return max(0, line.amount_minor(rounding)) if line.allows_discount else 0


def _shared(weights: Sequence[int], agreed: Agreed) -> tuple[Sequence[int], Sequence[int]]:
    """Share the discount over the weights, and the points over what it leaves."""
    off, points = [0] * len(weights), [0] * len(weights)
    discount = agreed.discount
    if discount is not None and discount.percent_bp:
        off = share_percent(discount.percent_bp, weights, agreed.rounding)
    elif discount is not None:
        off = share_out(min(sum(weights), discount.amount_minor), weights)
    if agreed.points is not None:
        left = [weight - part for weight, part in zip(weights, off, strict=True)]
        points = share_out(min(sum(left), agreed.points.amount_minor), left)
    return off, points


def _with_shares(line: Line, parts_minor: tuple[int, int], agreed: Agreed) -> Line:
    put_on = []
    discount, points = agreed.discount, agreed.points
    if discount is not None and parts_minor[0]:
        name, who = discount.name, discount.allowed_by
        put_on.append(Discount(DiscountKind.BASKET, name, parts_minor[0], allowed_by=who))
    if points is not None and parts_minor[1]:
        put_on.append(Discount(DiscountKind.POINTS, points.name, parts_minor[1]))
    return replace(line, discounts=(*line.discounts, *put_on)) if put_on else line
