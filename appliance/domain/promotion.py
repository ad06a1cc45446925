"""A promotion of the back office: which goods, when, for whom, and what comes off.

A promotion is data, not a program: seven kinds cover what shops do, see `promotion.md`. Which of
several promotions a unit takes part in is decided in `promotion_best`, for the customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from appliance.domain.errors import ImpossibleValueError, PromotionError
from appliance.domain.line import WHOLE_BP, Line
from appliance.domain.money import Rounding, divide

MOST_UNITS = 24
"""Units that one deal joins: a crate. More is a wrong number in the back office."""
_WEEK = frozenset(range(1, 8))


class PromotionKind(Enum):
    """What a promotion does."""

    PRICE = "price"
    """Each, or each kilogram, for another price."""
    PERCENT = "percent"
    """A share off each."""
    AMOUNT = "amount"
    """An amount off each piece."""
    N_FOR_M = "n_for_m"
    """Of every so many, only some are charged in full: three for two, the second at half price."""
    N_FOR_AMOUNT = "n_for_amount"
    """Every so many together for one amount; they may differ: mix and match."""
    BUNDLE = "bundle"
    """Something of each of several groups together for one amount: a meal deal."""
    FROM_AMOUNT = "from_amount"
    """A share or an amount off everything, once it comes to an amount."""


@dataclass(frozen=True, slots=True)
class Goods:
    """Which goods; nothing named means all.

    Attributes:
        articles: Codes of articles.
        categories: Keys of categories.
    """

    articles: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()

    @property
    def are_all(self) -> bool:
        """Whether every article is meant."""
        return not (self.articles or self.categories)

    def cover(self, article: str, category: str) -> bool:
        """Whether an article is meant."""
        return self.are_all or article in self.articles or category in self.categories


@dataclass(frozen=True, slots=True)
class Window:
    """When a promotion holds, by the clock on the shop's wall.

    Attributes:
        first_day: From this day; None for always.
        last_day: Up to and with this day; None for ever.
        weekdays: Monday is 1, Sunday 7.
        starts: From this time of the day; None for the whole day.
        ends: Before this time. Earlier than ``starts``, it is that of the next day.
    """

    first_day: date | None = None
    last_day: date | None = None
    weekdays: frozenset[int] = _WEEK
    starts: time | None = None
    ends: time | None = None

    def __post_init__(self) -> None:
        """Refuse a window that never opens, or half a one."""
        if not self.weekdays or not self.weekdays <= _WEEK:
            raise PromotionError("A promotion needs weekdays between 1 (Monday) and 7 (Sunday).")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise PromotionError("A promotion cannot end before it begins.")
        if (self.starts is None) != (self.ends is None) or (
            self.starts and self.starts == self.ends
        ):
            raise PromotionError("A promotion's hours need a beginning and another end.")

    @property
    def hours(self) -> tuple[time, ...]:
        """The times of a day at which it may open or close; midnight goes without saying."""
        return tuple(hour for hour in (self.starts, self.ends) if hour is not None)

    def holds(self, at: datetime) -> bool:
        """Whether it is open at a local time. Hours past midnight belong to the day they began."""
        day, now = at.date(), at.time()
        if self.starts is not None and self.ends is not None:
            if self.starts < self.ends:
                if not self.starts <= now < self.ends:
                    return False
            elif now < self.ends:
                day = date.fromordinal(day.toordinal() - 1)
            elif now < self.starts:
                return False
        return (
            (self.first_day is None or self.first_day <= day)
            and (self.last_day is None or day <= self.last_day)
            and day.isoweekday() in self.weekdays
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Something a deal takes.

    Attributes:
        goods: Which goods.
        count: How many of them.
    """

    goods: Goods
    count: int = 1


@dataclass(frozen=True, slots=True)
class Promotion:
    """One promotion. Which values count depends on its kind.

    Attributes:
        id: Stable, given by the back office.
        name: As on screen and receipt.
        kind: What it does.
        parts: What a deal takes; one part except for a bundle.
        window: When it holds.
        price_minor: What each, or all together, cost (price, n for an amount, bundle).
        percent_bp: The share that comes off (percent, from an amount); with n for m, of those that
            are not charged in full: all of it unless told.
        amount_minor: The amount that comes off (amount, from an amount).
        pay: How many of the count are charged in full (n for m).
        from_minor: What the goods must come to (from an amount).
        group: Price group a customer must be in, or empty for everybody.
    """

    id: str
    name: str
    kind: PromotionKind
    parts: tuple[Part, ...]
    window: Window = Window()
    price_minor: int = 0
    percent_bp: int = 0
    amount_minor: int = 0
    pay: int = 0
    from_minor: int = 0
    group: str = ""

    def __post_init__(self) -> None:
        """Refuse a promotion that is none."""
        if not self.id or not self.name.strip():
            raise PromotionError("A promotion needs an id and a name.")
        fault = _fault(self)
        if fault:
            raise PromotionError(f"Promotion “{self.name}”: {fault}.")

    @property
    def units(self) -> int:
        """How many units one deal takes."""
        return sum(part.count for part in self.parts)

    @property
    def is_deal(self) -> bool:
        """Whether it joins several units."""
        return self.kind in _DEALS

    def covers(self, article: str, category: str) -> bool:
        """Whether an article can take part."""
        return any(part.goods.cover(article, category) for part in self.parts)

    def charge(self, prices: Sequence[int]) -> int:
        """Return what the units of one deal cost, in minor units; never more than without it.

        Args:
            prices: Of each unit of the deal.
        """
        full = sum(prices)
        if self.kind is PromotionKind.N_FOR_M:
            cheapest = sorted(prices)[: self.units - self.pay]
            off = divide(sum(cheapest) * (self.percent_bp or WHOLE_BP), WHOLE_BP, Rounding.HALF_UP)
            return full - off
        return min(full, self.price_minor)

    def charge_alone(self, line: Line, full_minor: int, quantity_milli: int) -> int:
        """Return what a quantity of a line costs under a promotion that joins nothing.

        Args:
            line: Whose price is changed.
            full_minor: What it costs without.
            quantity_milli: How much of it.
        """
        if self.kind is PromotionKind.PRICE:
            cost = divide(quantity_milli * self.price_minor, 1000, Rounding.HALF_UP)
        elif self.kind is PromotionKind.PERCENT:
            off = divide(full_minor * self.percent_bp, WHOLE_BP, Rounding.HALF_UP)
            cost = full_minor - off
        else:
            cost = full_minor - divide(
                quantity_milli * min(self.amount_minor, line.unit_price_minor),
                1000,
                Rounding.HALF_UP,
            )
        return max(0, min(full_minor, cost))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Promotion:
        """Read a promotion as the directory carries it.

        Raises:
            PromotionError: Something is missing, or is not what it should be.
        """
        try:
            return cls(
                id=str(data["id"]),
                name=str(data["name"]),
                kind=PromotionKind(data["kind"]),
                parts=tuple(_part(part) for part in data["parts"]),
                window=_window(data.get("window", {})),
                **{name: _whole(data.get(name, 0)) for name in _NUMBERS},
                group=str(data.get("group", "")),
            )
        except PromotionError:
            raise
        except (ImpossibleValueError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise PromotionError(f"A promotion cannot be read: {error!r}.") from error


_DEALS = frozenset({PromotionKind.N_FOR_M, PromotionKind.N_FOR_AMOUNT, PromotionKind.BUNDLE})
_NUMBERS = ("price_minor", "percent_bp", "amount_minor", "pay", "from_minor")


def _fault(promotion: Promotion) -> str:
    """Say what is wrong with it; empty when nothing is."""
    if not promotion.parts or min(part.count for part in promotion.parts) < 1:
        return "it needs goods, and at least one of each"
    if promotion.units > MOST_UNITS:
        return f"a deal joins at most {MOST_UNITS} pieces"
    if len(promotion.parts) > 1 and promotion.kind is not PromotionKind.BUNDLE:
        return "only a bundle has several groups of goods"
    if any(getattr(promotion, name) < 0 for name in _NUMBERS):
        return "no amount is below zero"
    if promotion.percent_bp > WHOLE_BP:
        return "at most everything comes off"
    return _kind_fault(promotion)


def _kind_fault(promotion: Promotion) -> str:
    kind, units = promotion.kind, promotion.units
    if kind in _DEALS and units < 2:  # noqa: PLR2004 - one piece is not joined
        return "a deal joins at least two pieces"
    if kind not in _DEALS and units != 1:
        return "it holds for each piece"
    either = bool(promotion.percent_bp) != bool(promotion.amount_minor)
    wanted = {
        PromotionKind.N_FOR_M: (0 < promotion.pay < units, "fewer are charged than are taken"),
        PromotionKind.PERCENT: (promotion.percent_bp, "it needs a share"),
        PromotionKind.AMOUNT: (promotion.amount_minor, "it needs an amount"),
        PromotionKind.FROM_AMOUNT: (
            either and promotion.from_minor,
            "it needs a threshold, and a share or an amount",
        ),
    }
    there, fault = wanted.get(kind, (True, ""))
    return "" if there else fault


def _part(data: Mapping[str, Any]) -> Part:
    goods = Goods(
        frozenset(map(str, data.get("articles", ()))),
        frozenset(map(str, data.get("categories", ()))),
    )
    return Part(goods, _whole(data.get("count", 1)))


def _window(data: Mapping[str, Any]) -> Window:
    def read(key: str, as_: Any) -> Any:
        return as_.fromisoformat(data[key]) if data.get(key) else None

    return Window(
        first_day=read("first_day", date),
        last_day=read("last_day", date),
        weekdays=frozenset(map(_whole, data.get("weekdays", _WEEK))),
        starts=read("starts", time),
        ends=read("ends", time),
    )


def _whole(value: object) -> int:
    if type(value) is not int:
        raise PromotionError(f"A whole number was expected, found {value!r}.")
    return value
