"""What comes off a basket: promotions first, then what a person takes off the whole sale.

The basket itself holds what people decided. What rules make of it is worked out here, each time,
and put on its lines, so that a line always says what came off it and why.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from appliance.domain.article import Unit
from appliance.domain.line import ONE_MILLI, Discount, DiscountKind, Line
from appliance.domain.money import Rounding, share_out
from appliance.domain.pricing_before import Before, Taken
from appliance.domain.pricing_from_amount import with_totals
from appliance.domain.pricing_shares import Agreed, Shares
from appliance.domain.promotion import Promotion, PromotionKind
from appliance.domain.promotion_best import Deal, Sort, divide_best, groups, shares
from appliance.domain.sale import Basket

_BY_RULE = frozenset(DiscountKind) - {DiscountKind.LINE}
"""What is worked out anew each time: all but what a person took off one line."""

_Taking = dict[int, dict[str, int]]
"""What is being taken off, by line number and promotion."""

_MOST_REMEMBERED = 5_000
"""Goods, and groups of them, of which it is remembered what comes off: more than a counter holds."""


@dataclass(frozen=True, slots=True)
class _Alone:
    """What promotions do to goods by themselves, at one hour and for one price group.

    Attributes:
        deals: Those that join them with others.
        off_minor: The most that comes off by one that joins nothing.
        by: That promotion's id, or empty.
    """

    deals: tuple[Promotion, ...]
    off_minor: int
    by: str


@dataclass(frozen=True, slots=True)
class _Now:
    """When and for whom promotions are asked, and which of those from an amount hold then."""

    at: datetime
    group: str
    rules: Sequence[Promotion]


class Promotions:
    """The promotions of the back office, ready to be asked at every scan.

    What was worked out for goods is remembered for as long as the same promotions hold, so that a
    scan beside many lines works out only what it touches.

    Args:
        promotions: In the order in which the back office lists them.

    Attributes:
        shares: Puts what people take off the whole sale on top.
    """

    def __init__(self, promotions: Iterable[Promotion] = ()) -> None:
        self.shares = Shares()
        self._all = {promotion.id: promotion for promotion in promotions}
        self._place = {id_: place for place, id_ in enumerate(self._all)}
        self._by_article: dict[str, list[Promotion]] = defaultdict(list)
        self._by_category: dict[str, list[Promotion]] = defaultdict(list)
        self._on_all: list[Promotion] = []
        self._from_amount: list[Promotion] = []
        self._hours = sorted({hour for p in self._all.values() for hour in p.window.hours})
        self._remembered: tuple[date, int, str] | None = None
        self._before = Before()
        self._alone: dict[tuple[str, str, int, int], _Alone] = {}
        self._divided: dict[tuple[Any, ...], tuple[Deal, ...]] = {}
        self._made: dict[tuple[str, int], Discount] = {}
        for promotion in self._all.values():
            if promotion.kind is PromotionKind.FROM_AMOUNT:
                self._from_amount.append(promotion)
                continue
            for part in promotion.parts:
                for article in part.goods.articles:
                    self._by_article[article].append(promotion)
                for category in part.goods.categories:
                    self._by_category[category].append(promotion)
                if part.goods.are_all:
                    self._on_all.append(promotion)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._all)

    def offered(self, article: str, category: str, today: date) -> list[Promotion]:
        """Return what everybody is offered on an article, now or later: the first to begin first."""
        named = {
            each.id: each
            for each in (*self._by_article.get(article, ()), *self._by_category.get(category, ()))
            if not each.group and (each.window.last_day is None or each.window.last_day >= today)
        }
        return sorted(named.values(), key=lambda each: each.window.first_day or today)

    def put_on(self, lines: Sequence[Line], at: datetime, group: str = "") -> list[Line]:
        """Put on each line what comes off it; one on which nothing changes stays the same object.

        Args:
            lines: What lies on the counter.
            at: Local time.
            group: The customer's price group, or empty.
        """
        self._forget_unless_same(at, group)
        # Until all is worked out nothing is remembered: an error must not leave half of it.
        before, self._before = self._before, Before()
        differs = before.differs(lines)
        if differs is None:
            before, differs = Before(), ([], list(lines))
        rules = [p for p in self._from_amount if p.window.holds(at) and p.group in ("", group)]
        single = self._again(before, differs, lines, _Now(at, group, rules))
        off = single
        if any(before.covered.values()):
            full = {
                line.number: before.full[line.number]
                for line in lines
                if line.number in before.full
            }
            off = with_totals(full, single, rules, before.covered)
        found = {
            number: before.found[number] if before.off.get(number) == by else self._named(by)
            for number, by in off.items()
        }
        new, was = set(map(id, differs[1])), before.found
        out = [
            line
            if found.get(line.number, ()) is was.get(line.number, ()) and id(line) not in new
            else _with_rules(line, found.get(line.number, ()))
            for line in lines
        ]
        before.lines, before.single, before.off, before.found = out, single, off, found
        self._before = before
        return out

    def _again(
        self,
        before: Before,
        differs: tuple[Sequence[Line], Sequence[Line]],
        lines: Sequence[Line],
        now: _Now,
    ) -> Taken:
        """Work out anew what lines that went or came touch, and keep the rest."""
        gone, came = differs
        touched = before.joined_with([line.number for line in gone])
        for line in gone:
            before.take_out(line.number)
        for line in came:
            if _takes_part(line):
                piece = line.unit is Unit.PIECE
                deals = self._alone_of(line, now.at, now.group).deals if piece else ()
                covering = [
                    rule.id
                    for rule in now.rules
                    if rule.parts[0].goods.cover(line.article_code, line.category)
                ]
                before.put_in(line, deals, covering)
        touched |= before.joined_with([line.number for line in came])
        mine = [line for line in lines if line.number in touched and _takes_part(line)]
        kept = {number: by for number, by in before.single.items() if number not in touched}
        return {**kept, **self._single(mine, now.at, now.group)}

    def _named(self, off: Mapping[str, int]) -> tuple[Discount, ...]:
        chosen = sorted(off.items(), key=lambda item: self._place[item[0]])
        return tuple(self._discount(id_, amount) for id_, amount in chosen if amount)

    def _discount(self, id_: str, amount_minor: int) -> Discount:
        made = self._made.get((id_, amount_minor))
        if made is None:
            made = self._made[id_, amount_minor] = _discount(self._all[id_], amount_minor)
        return made

    def _forget_unless_same(self, at: datetime, group: str) -> None:
        """Forget what was worked out once another hour strikes or another group is asked for."""
        now = at.date(), bisect_right(self._hours, at.time()), group
        full = max(len(self._alone), len(self._divided), len(self._made)) > _MOST_REMEMBERED
        if now != self._remembered or full:
            self._remembered = now
            self._before = Before()
            self._alone.clear()
            self._divided.clear()
            self._made.clear()

    def _single(self, lines: Sequence[Line], at: datetime, group: str) -> Taken:
        """Work out the promotions on pieces and weights."""
        taken: _Taking = defaultdict(lambda: defaultdict(int))
        pieces: dict[Sort, list[Line]] = defaultdict(list)
        deals: dict[Sort, tuple[Promotion, ...]] = {}
        for line in lines:
            alone = self._alone_of(line, at, group)
            if line.unit is Unit.PIECE:
                one = line.unit_price_minor
                sort = Sort(line.article_code, line.category, one, alone.off_minor, alone.by)
                pieces[sort].append(line)
                deals[sort] = alone.deals
            elif alone.off_minor:
                taken[line.number][alone.by] += alone.off_minor
        self._join(pieces, deals, taken)
        return taken

    def _alone_of(self, line: Line, at: datetime, group: str) -> _Alone:
        """Return what promotions do to a line's goods by themselves."""
        piece = line.unit is Unit.PIECE
        quantity = ONE_MILLI if piece else line.quantity_milli
        key = line.article_code, line.category, line.unit_price_minor, quantity
        held = self._alone.get(key)
        if held is None:
            mine = self._concerning(line, at, group)
            singles = [each for each in mine if not each.is_deal]
            full = line.unit_price_minor if piece else line.full_minor(Rounding.HALF_UP)
            off, by = _most(line, singles, full, quantity)
            deals = tuple(each for each in mine if each.is_deal)
            held = self._alone[key] = _Alone(deals, off, by)
        return held

    def _join(
        self,
        pieces: Mapping[Sort, Sequence[Line]],
        deals: Mapping[Sort, Sequence[Promotion]],
        taken: _Taking,
    ) -> None:
        """Divide the pieces over the deals and write down what comes off which line."""
        joining: list[Sort] = []
        for sort, lines in pieces.items():
            if deals[sort]:
                joining.append(sort)
            elif sort.alone_minor:
                for line in lines:
                    taken[line.number][sort.alone] += sort.alone_minor * _pieces(line)
        joining.sort(key=lambda sort: (-sort.price_minor, sort.article))
        concerned = {deal.id: deal for sort in joining for deal in deals[sort]}
        ordered = sorted(concerned.values(), key=lambda deal: self._place[deal.id])
        for places, mine in groups([deals[sort] for sort in joining], ordered):
            sorts = tuple(joining[place] for place in places)
            counts = tuple(sum(map(_pieces, pieces[sort])) for sort in sorts)
            hands = [_Hand(pieces[sort]) for sort in sorts]
            for deal in self._divide(sorts, counts, mine):
                parts = shares(sorts, deal)
                for place, count in deal.picks:
                    hands[place].give(
                        deal.promotion, count * deal.times, parts[place] * deal.times, taken
                    )
            for sort, hand in zip(sorts, hands, strict=True):
                if sort.alone_minor:
                    hand.give(sort.alone, hand.left, sort.alone_minor * hand.left, taken)

    def _divide(
        self, sorts: tuple[Sort, ...], counts: tuple[int, ...], deals: Sequence[Promotion]
    ) -> tuple[Deal, ...]:
        """Divide a group, or remember how it was divided."""
        key = sorts, counts, tuple(deal.id for deal in deals)
        held = self._divided.get(key)
        if held is None:
            held = self._divided[key] = divide_best(sorts, counts, tuple(deals))
        return held

    def _concerning(self, line: Line, at: datetime, group: str) -> list[Promotion]:
        found = (
            *self._by_article.get(line.article_code, ()),
            *self._by_category.get(line.category, ()),
            *self._on_all,
        )
        here = {p.id: p for p in found if p.window.holds(at) and p.group in ("", group)}
        return sorted(here.values(), key=lambda promotion: self._place[promotion.id])


def price(
    basket: Basket, promotions: Promotions, at: datetime, rounding: Rounding, *, group: str = ""
) -> Basket:
    """Put on each line what rules and people take off it now.

    A line on which nothing changes stays the very same object.

    Args:
        basket: What lies on the counter.
        promotions: Of the back office.
        at: Local time.
        rounding: Of the market.
        group: The customer's price group, or empty.
    """
    bare = promotions.shares.lift(basket.lines)
    lines = promotions.shares.put_on(
        promotions.put_on(bare, at, group), Agreed(basket.discount, basket.points, rounding)
    )
    if all(new is old for new, old in zip(lines, basket.lines, strict=True)):
        return basket
    return replace(basket, lines=tuple(lines))


def _discount(promotion: Promotion, amount_minor: int) -> Discount:
    """Name what a promotion takes off; one for a price group is that customer's own price."""
    kind = DiscountKind.CUSTOMER if promotion.group else DiscountKind.PROMOTION
    return Discount(kind, promotion.name, amount_minor, rule=promotion.id)


def _takes_part(line: Line) -> bool:
    """Whether promotions concern a line: not what comes back, nor what a person priced."""
    return (
        line.quantity_milli > 0
        and line.allows_discount
        and line.listed_price_minor is None
        and line.label_minor is None
        and (line.unit is Unit.KG or line.quantity_milli % ONE_MILLI == 0)
        and all(each.kind in _BY_RULE for each in line.discounts)
    )


def _most(
    line: Line, singles: Sequence[Promotion], full_minor: int, quantity_milli: int
) -> tuple[int, str]:
    """Return the most that comes off by one promotion that joins nothing, and which that is."""
    best, by = 0, ""
    for promotion in singles:
        off = full_minor - promotion.charge_alone(line, full_minor, quantity_milli)
        if off > best:
            best, by = off, promotion.id
    return best, by


class _Hand:
    """The pieces of one sort, given to promotions line by line."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = [(line.number, _pieces(line)) for line in lines]

    @property
    def left(self) -> int:
        return sum(count for _, count in self._lines)

    def give(self, promotion: str, count: int, off_minor: int, taken: _Taking) -> None:
        """Take pieces from the first lines that have some, and share what comes off over them."""
        took: list[tuple[int, int]] = []
        while count:
            number, here = self._lines[0]
            part = min(here, count)
            took.append((number, part))
            count -= part
            if part == here:
                self._lines.pop(0)
            else:
                self._lines[0] = (number, here - part)
        if len(took) == 1:
            taken[took[0][0]][promotion] += off_minor
        elif took:
            parts = share_out(off_minor, [part for _, part in took])
            for (number, _), part in zip(took, parts, strict=True):
                taken[number][promotion] += part


def _pieces(line: Line) -> int:
    return line.quantity_milli // ONE_MILLI


def _with_rules(line: Line, found: tuple[Discount, ...]) -> Line:
    if line.is_settled:
        return line
    kept = tuple(each for each in line.discounts if each.kind not in _BY_RULE)
    wanted = (*kept, *found)
    return line if wanted == line.discounts else replace(line, discounts=wanted)
