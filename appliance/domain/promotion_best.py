"""Which units take part in which promotion, so that the customer pays least.

A unit takes part in one deal at most. Goods that no promotion joins are worked out apart from each
other, and remembered: a further scan works out only what it touches. In such a group the best
division is found by trying all, as long as that is no more than `MOST_TRIES` steps, which covers
what people put on a counter; above it, by taking the best deal again and again, in two ways, of
which the better counts. Where two ways come to the same, the promotion that the back office lists
first is taken.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement

from appliance.domain.money import share_out
from appliance.domain.promotion import Promotion

MOST_TRIES = 1_000
"""Steps of trying everything, some hundredths of a second; then the shorter way is taken."""


@dataclass(frozen=True, slots=True)
class Sort:
    """Pieces that are the same to every promotion: one article at one price.

    Attributes:
        article: Its code.
        category: Its category's key.
        price_minor: Of one.
        alone_minor: The most that comes off one by a promotion that joins nothing.
        alone: That promotion's id, or empty.
    """

    article: str
    category: str
    price_minor: int
    alone_minor: int
    alone: str


@dataclass(frozen=True, slots=True)
class Deal:
    """A promotion applied once or several times to the same kinds of pieces.

    Attributes:
        promotion: Its id.
        picks: How many pieces of each sort one deal takes, by the sort's place.
        off_minor: What comes off by one deal.
        times: How often it is applied.
    """

    promotion: str
    picks: tuple[tuple[int, int], ...]
    off_minor: int
    times: int


def groups(
    concerning: Sequence[Sequence[Promotion]], deals: Sequence[Promotion]
) -> Iterator[tuple[list[int], list[Promotion]]]:
    """Part sorts into groups that no deal joins, each with the deals that concern it.

    Args:
        concerning: For each sort, the deals it can take part in.
        deals: All of them, in the back office's order.
    """
    above = list(range(len(concerning)))

    def top(place: int) -> int:
        while above[place] != place:
            above[place] = above[above[place]]
            place = above[place]
        return place

    first: dict[str, int] = {}
    for place, its in enumerate(concerning):
        for deal in its:
            other = first.setdefault(deal.id, place)
            if other != place:
                above[top(place)] = top(other)
    members: dict[int, list[int]] = defaultdict(list)
    for place in range(len(concerning)):
        members[top(place)].append(place)
    mine: dict[int, list[Promotion]] = defaultdict(list)
    for deal in deals:
        mine[top(first[deal.id])].append(deal)
    for head, places in members.items():
        yield places, mine[head]


@lru_cache(maxsize=4096)
def divide_best(
    sorts: tuple[Sort, ...], counts: tuple[int, ...], deals: tuple[Promotion, ...]
) -> tuple[Deal, ...]:
    """Find the deals by which most comes off a group; what they leave goes alone.

    Args:
        sorts: The group's pieces, dearest first.
        counts: How many there are of each.
        deals: The deals that concern them.
    """
    if not deals:
        return ()
    try:
        return _Exact(sorts, deals).best(counts)
    except _TooMuch:
        ways = (
            _greedy(sorts, counts, deals, per_unit=False),
            _greedy(sorts, counts, deals, per_unit=True),
        )
        return max(ways, key=lambda way: _gain(sorts, way))


class _TooMuch(Exception):  # noqa: N818 - no error: a reason to go the shorter way
    """Trying everything would take too long."""


class _Exact:
    """Tries every division of a small group."""

    def __init__(self, sorts: tuple[Sort, ...], deals: tuple[Promotion, ...]) -> None:
        self._sorts = sorts
        self._deals = deals
        self._known: dict[tuple[int, ...], tuple[int, tuple[Deal, ...]]] = {}
        self._tries = 0

    def best(self, counts: tuple[int, ...]) -> tuple[Deal, ...]:
        return _joined(self._best(counts)[1])

    def _best(self, counts: tuple[int, ...]) -> tuple[int, tuple[Deal, ...]]:
        """Return what more comes off than by going alone, and by which deals."""
        held = self._known.get(counts)
        if held is not None:
            return held
        first = next((place for place, count in enumerate(counts) if count), None)
        if first is None:
            return 0, ()
        self._tries += 1
        best = self._best(_less(counts, ((first, 1),)))
        for deal in self._deals:
            for picks in _picks(self._sorts, counts, deal, first):
                self._tries += 1
                if self._tries > MOST_TRIES:
                    raise _TooMuch
                made = _make(self._sorts, deal, picks)
                gain = _gain_of(self._sorts, made)
                if gain <= 0:
                    continue
                rest, others = self._best(_less(counts, picks))
                if gain + rest > best[0]:
                    best = gain + rest, (made, *others)
        self._known[counts] = best
        return best


def _picks(
    sorts: Sequence[Sort], counts: Sequence[int], deal: Promotion, first: int
) -> Iterator[tuple[tuple[int, int], ...]]:
    """Return every way in which a deal can take pieces, the first of them among them."""
    seen: set[tuple[tuple[int, int], ...]] = set()
    choices: list[Counter[int]] = [Counter()]
    for part in deal.parts:
        can = [
            place
            for place in range(first, len(sorts))
            if counts[place] and part.goods.cover(sorts[place].article, sorts[place].category)
        ]
        ways = [Counter(chosen) for chosen in combinations_with_replacement(can, part.count)]
        if len(choices) * len(ways) > MOST_TRIES:
            raise _TooMuch
        choices = [before + way for before in choices for way in ways]
    for chosen in choices:
        if chosen[first] and all(counts[place] >= count for place, count in chosen.items()):
            picks = tuple(sorted(chosen.items()))
            if picks not in seen:
                seen.add(picks)
                yield picks


def _greedy(
    sorts: tuple[Sort, ...],
    counts: tuple[int, ...],
    deals: tuple[Promotion, ...],
    *,
    per_unit: bool,
) -> tuple[Deal, ...]:
    """Take the deal that brings most, again and again.

    What a deal brings only falls as pieces go, so one that still leads when it is worked out anew
    is the best: the others need no look.
    """
    left, taken = list(counts), []
    heap: list[tuple[float, int, Deal]] = []

    def offer(place: int) -> None:
        made = _dearest(sorts, left, deals[place])
        if made is not None:
            gain = _gain_of(sorts, made)
            worth = gain / deals[place].units if per_unit else float(gain)
            if gain > 0:
                heapq.heappush(heap, (-worth, place, made))

    for place in range(len(deals)):
        offer(place)
    while heap:
        _, place, made = heapq.heappop(heap)
        if any(left[sort] < count for sort, count in made.picks):
            offer(place)
            continue
        times = min(left[sort] // count for sort, count in made.picks)
        for sort, count in made.picks:
            left[sort] -= count * times
        taken.append(Deal(made.promotion, made.picks, made.off_minor, times))
        offer(place)
    return _joined(taken)


def _dearest(sorts: Sequence[Sort], left: Sequence[int], deal: Promotion) -> Deal | None:
    """Take the pieces for a deal of which most comes off: the dearest that would not go alone."""
    free = list(left)
    picks: Counter[int] = Counter()
    for part in deal.parts:
        needed = part.count
        can = [
            p for p, s in enumerate(sorts) if free[p] and part.goods.cover(s.article, s.category)
        ]
        for place in sorted(can, key=lambda p: sorts[p].alone_minor - sorts[p].price_minor):
            took = min(free[place], needed)
            free[place] -= took
            picks[place] += took
            needed -= took
            if not needed:
                break
        if needed:
            return None
    return _make(sorts, deal, tuple(sorted(picks.items())))


def _make(sorts: Sequence[Sort], deal: Promotion, picks: tuple[tuple[int, int], ...]) -> Deal:
    prices = [sorts[place].price_minor for place, count in picks for _ in range(count)]
    return Deal(deal.id, picks, sum(prices) - deal.charge(prices), 1)


def _gain_of(sorts: Sequence[Sort], deal: Deal) -> int:
    """What more comes off by one deal than if its pieces went alone."""
    return deal.off_minor - sum(sorts[place].alone_minor * count for place, count in deal.picks)


def _gain(sorts: Sequence[Sort], deals: Iterable[Deal]) -> int:
    return sum(_gain_of(sorts, deal) * deal.times for deal in deals)


def _less(counts: tuple[int, ...], picks: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    left = list(counts)
    for place, count in picks:
        left[place] -= count
    return tuple(left)


def _joined(deals: Iterable[Deal]) -> tuple[Deal, ...]:
    """Count deals that are the same together."""
    times: dict[tuple[str, tuple[tuple[int, int], ...], int], int] = defaultdict(int)
    for deal in deals:
        times[deal.promotion, deal.picks, deal.off_minor] += deal.times
    return tuple(Deal(*key, count) for key, count in times.items())


def shares(sorts: Sequence[Sort], deal: Deal) -> Mapping[int, int]:
    """Share what one deal takes off over the sorts it joins, by their prices."""
    weights = [sorts[place].price_minor * count for place, count in deal.picks]
    if not any(weights):
        return {place: 0 for place, _ in deal.picks}
    parts = share_out(deal.off_minor, weights)
    return {place: part for (place, _), part in zip(deal.picks, parts, strict=True)}
