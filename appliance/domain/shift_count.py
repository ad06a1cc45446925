"""Money in the drawer, counted by its pieces, and moved in and out without a sale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from appliance.domain.errors import CountError, ImpossibleValueError
from appliance.domain.market import Market

MOST_PIECES = 100_000
"""Of one coin or note; past it somebody has typed an amount where a number was asked."""
HIGHEST_MOVE_MINOR = 10**11
"""A thousand million euros: a slip of the keyboard above."""


def denominations(market: Market) -> tuple[int, ...]:
    """Return the market's notes and coins, the largest first, as a drawer is counted."""
    return tuple(sorted({*market.notes_minor, *market.coins_minor}, reverse=True))


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted, piece by piece.

    Attributes:
        pieces: Value in minor units and how many of it, the largest value first; none of zero.
    """

    pieces: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what nobody can have counted."""
        for value, number in self.pieces:
            if value <= 0 or not 0 < number <= MOST_PIECES:
                raise CountError(
                    f"Of one note or coin there are up to {MOST_PIECES} pieces, found {number}; "
                    "type how many pieces, not how much they are worth."
                )

    @classmethod
    def of(cls, market: Market, pieces: Mapping[int, int]) -> Count:
        """Take a count of a market's notes and coins.

        Args:
            market: Which notes and coins there are.
            pieces: How many of each value; zeros are left out.

        Raises:
            CountError: A value the market does not have, or a number that cannot be.
        """
        known = denominations(market)
        strange = sorted(set(pieces) - set(known))
        if strange:
            raise CountError(
                f"{market.currency} has no note or coin of {strange[0]} minor units; "
                "count the others one by one."
            )
        return cls(tuple((value, pieces[value]) for value in known if pieces.get(value)))

    @property
    def total_minor(self) -> int:
        """What it comes to."""
        return sum(value * number for value, number in self.pieces)

    def to_data(self) -> dict[str, Any]:
        """Return it in JSON's own types."""
        pieces = [{"value_minor": value, "pieces": number} for value, number in self.pieces]
        return {"total_minor": self.total_minor, "pieces": pieces}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Count:
        """Read what `to_data` made.

        Raises:
            CountError: It does not come to what it says.
        """
        count = cls(tuple((each["value_minor"], each["pieces"]) for each in data["pieces"]))
        if count.total_minor != data["total_minor"]:
            raise CountError(
                f"The pieces come to {count.total_minor}, the count says {data['total_minor']}."
            )
        return count


class MovementKind(Enum):
    """Why money goes into or out of the drawer without a sale."""

    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    DROP = "drop"
    """To the safe: the shop's money stays the shop's."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that went into or out of the drawer without a sale.

    Attributes:
        kind: Which way and why.
        amount_minor: How much, above zero.
        reason: In the shop's words.
        by: Id of who moved it.
        allowed_by: Who allowed it where that person may not, or empty.
    """

    kind: MovementKind
    amount_minor: int
    reason: str
    by: str
    allowed_by: str = ""

    def __post_init__(self) -> None:
        """Refuse nothing, more than there is, and a movement without a reason."""
        if not 0 < self.amount_minor <= HIGHEST_MOVE_MINOR:
            raise ImpossibleValueError(
                f"An amount above zero was expected, found {self.amount_minor} minor units."
            )
        if not self.reason.strip():
            raise ImpossibleValueError("Money that moves without a sale needs a reason.")

    @property
    def drawer_minor(self) -> int:
        """What it does to the drawer: above zero for what comes in."""
        return self.amount_minor if self.kind is MovementKind.PAID_IN else -self.amount_minor
