"""What was worked out of the counter as it last stood, so that a scan works out what it touches.

Lines are known by being the very same objects. Whatever cannot be told apart that way is worked out
from the beginning, so what is remembered can make a scan quicker and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from appliance.domain.line import Discount, Line
from appliance.domain.money import Rounding
from appliance.domain.promotion import Promotion

Taken = Mapping[int, Mapping[str, int]]
"""What promotions take off, by line number and promotion."""


@dataclass(slots=True)
class Before:
    """A counter as it last stood.

    Attributes:
        lines: As they left, with what rules take off them.
        single: What promotions on pieces and weights took off.
        off: The same with those from an amount.
        found: That as discounts, by line number.
        covered: Numbers of the lines that each promotion from an amount looks at.
        full: What the lines that take part come to before anything is taken off, by number.
    """

    lines: Sequence[Line] = ()
    single: Taken = field(default_factory=dict)
    off: Taken = field(default_factory=dict)
    found: Mapping[int, tuple[Discount, ...]] = field(default_factory=dict)
    covered: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    full: dict[int, int] = field(default_factory=dict)
    _deals: dict[int, Sequence[Promotion]] = field(default_factory=dict)
    _joined: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def differs(self, lines: Sequence[Line]) -> tuple[list[Line], list[Line]] | None:
        """Say which lines went and which came; None where others changed places."""
        then = {id(line): line for line in self.lines}
        now = {id(line): line for line in lines}
        gone, came = then.keys() - now.keys(), now.keys() - then.keys()
        if [key for key in then if key not in gone] != [key for key in now if key not in came]:
            return None
        # In the order of the counter: what is worked out must not hang on where objects lie.
        return (
            [line for key, line in then.items() if key in gone],
            [line for key, line in now.items() if key in came],
        )

    def take_out(self, number: int) -> None:
        """Forget a line that went, or is another now."""
        self.full.pop(number, None)
        for deal in self._deals.pop(number, ()):
            self._joined[deal.id].discard(number)
        for numbers in self.covered.values():
            numbers.discard(number)

    def put_in(self, line: Line, deals: Sequence[Promotion], covering: Iterable[str]) -> None:
        """Note a line that came, the deals that join it with others and who else looks at it."""
        number = line.number
        self.full[number] = line.full_minor(Rounding.HALF_UP)
        if deals:
            self._deals[number] = deals
            for deal in deals:
                self._joined[deal.id].add(number)
        for rule in covering:
            self.covered[rule].add(number)

    def joined_with(self, numbers: Iterable[int]) -> set[int]:
        """Return the lines with all those that deals join them with, near and far."""
        found, waiting = set(numbers), list(numbers)
        seen: set[str] = set()
        while waiting:
            for deal in self._deals.get(waiting.pop(), ()):
                if deal.id not in seen:
                    seen.add(deal.id)
                    further = self._joined[deal.id] - found
                    found |= further
                    waiting += further
        return found
