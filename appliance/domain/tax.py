"""Tax of amounts, lines and rates, so that lines add up to rates and rates to the total.

The two ways of rounding and their worked tables stand in ``money.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from appliance.domain.errors import ImpossibleValueError
from appliance.domain.market import HIGHEST_RATE_BP, Market, TaxClass, TaxRounding
from appliance.domain.money import Rounding, divide, largest_remainder

WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class TaxPart:
    """An amount as net and tax at one rate; together they are the gross amount.

    Attributes:
        rate_bp: The rate in basis points: 900 is 9 %.
        tax_class: The market's key of the class.
        letter: The class's mark on receipts.
        net_minor: Without tax.
        tax_minor: The tax.
    """

    rate_bp: int
    tax_class: str
    letter: str
    net_minor: int
    tax_minor: int

    def __post_init__(self) -> None:
        """Refuse a rate no law has, and tax where the rate is zero."""
        if not 0 <= self.rate_bp <= HIGHEST_RATE_BP:
            raise ImpossibleValueError(f"A tax rate is from 0 to 100 %, not {self.rate_bp} bp.")
        if self.tax_minor and not self.rate_bp:
            raise ImpossibleValueError(f"At 0 % there is no tax, found {self.tax_minor}.")

    @property
    def gross_minor(self) -> int:
        """Net and tax together."""
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True)
class Taxed:
    """The tax something was sold with: it comes back with the very same, whatever holds today.

    Attributes:
        rate_bp: The rate of that day.
        tax_minor: Of what comes back; of the sign of its amount.
    """

    rate_bp: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Taxable:
    """What is taxed: a line's class and its amount, gross where the market's prices include tax."""

    tax_class: str
    amount_minor: int
    taxed: Taxed | None = None


def split_gross(gross_minor: int, rate_bp: int, rounding: Rounding) -> tuple[int, int]:
    """Split an amount that includes tax into net and tax; the tax is what is rounded."""
    tax_minor = divide(gross_minor * rate_bp, WHOLE_BP + rate_bp, rounding)
    return gross_minor - tax_minor, tax_minor


def add_to_net(net_minor: int, rate_bp: int, rounding: Rounding) -> tuple[int, int]:
    """Return net and the tax that comes on top of it."""
    return net_minor, divide(net_minor * rate_bp, WHOLE_BP, rounding)


def taxes_of(
    lines: Sequence[Taxable],
    market: Market,
    on: date,
    *,
    before: Sequence[TaxPart | None] | None = None,
) -> tuple[tuple[TaxPart, ...], tuple[TaxPart, ...]]:
    """Return the tax of each line, and of each class and rate in the market's order.

    The classes' parts are the sums of their lines' in both ways of rounding. A class has more than
    one rate only where something comes back that was sold at another one.

    Args:
        lines: The taxed amounts.
        market: Says whether amounts include tax, and where and how it is rounded.
        on: The day whose rates hold.
        before: What each line's tax was when it was last asked, where it was; one that comes to the
            same is given back as that very object.

    Raises:
        UnknownTaxClassError: A line's class is not in the market.
    """
    known = [None] * len(lines) if before is None else before
    per_line: dict[int, TaxPart] = {}
    for key in dict.fromkeys([line.tax_class for line in lines]):
        tax_class = market.tax_class(key)
        places = [i for i, line in enumerate(lines) if line.tax_class == key and line.taxed is None]
        amounts = [lines[i].amount_minor for i in places]
        parts = _class_parts(amounts, [known[i] for i in places], tax_class, market, on)
        per_line.update(zip(places, parts, strict=True))
    for place, line in enumerate(lines):
        if line.taxed is not None:
            per_line[place] = _as_sold(line, line.taxed, market)
    ordered = tuple([per_line[i] for i in range(len(lines))])
    return ordered, _by_rate(ordered, market)


def _by_rate(parts: Sequence[TaxPart], market: Market) -> tuple[TaxPart, ...]:
    order = {key: place for place, key in enumerate(market.tax_classes)}
    found: dict[tuple[str, int], list[TaxPart]] = defaultdict(list)
    for part in parts:
        found[part.tax_class, part.rate_bp].append(part)
    ordered = sorted(found, key=lambda key: (order[key[0]], key[1]))
    return tuple(_sum(found[key]) for key in ordered)


def _as_sold(line: Taxable, taxed: Taxed, market: Market) -> TaxPart:
    return TaxPart(
        rate_bp=taxed.rate_bp,
        tax_class=line.tax_class,
        letter=market.tax_class(line.tax_class).letter,
        net_minor=line.amount_minor - (taxed.tax_minor if market.tax_inclusive else 0),
        tax_minor=taxed.tax_minor,
    )


def _class_parts(
    amounts: Sequence[int],
    known: Sequence[TaxPart | None],
    tax_class: TaxClass,
    market: Market,
    on: date,
) -> list[TaxPart]:
    """Tax the lines of one class; all are rounded anew, and parts known to be the same stay."""
    rate_bp = tax_class.rate_on(on)
    base = WHOLE_BP + rate_bp if market.tax_inclusive else WHOLE_BP
    exact = [amount * rate_bp for amount in amounts]
    if market.tax_rounding is TaxRounding.PER_LINE:
        taxes = [divide(numerator, base, market.rounding) for numerator in exact]
    else:
        total = divide(sum(exact), base, market.rounding)
        taxes = largest_remainder(total, exact, base)
    key, letter, inclusive = tax_class.key, tax_class.letter, market.tax_inclusive
    parts = []
    for amount, tax, part in zip(amounts, taxes, known, strict=True):
        net = amount - tax if inclusive else amount
        same = (
            part is not None
            and part.tax_minor == tax
            and part.net_minor == net
            and part.rate_bp == rate_bp
            and part.tax_class == key
            and part.letter == letter
        )
        parts.append(part if part is not None and same else TaxPart(rate_bp, key, letter, net, tax))
    return parts


def _sum(parts: Sequence[TaxPart]) -> TaxPart:
    first = parts[0]
    return TaxPart(
        rate_bp=first.rate_bp,
        tax_class=first.tax_class,
        letter=first.letter,
        net_minor=sum([part.net_minor for part in parts]),
        tax_minor=sum([part.tax_minor for part in parts]),
    )
