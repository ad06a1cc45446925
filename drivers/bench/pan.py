"""What lies on the bench's scale, and how it swings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Pan:
    """The pan of a scale.

    Attributes:
        load_milli: What lies on it, in grams.
        swings: At so many more weighings it still moves; below zero until ``still``.
        capacity_milli: The most it can weigh.
        zero_milli: What it calls nothing.
        tare_milli: What it takes off.
        pounds: It was set to weigh in pounds.
        unzeroed: It was switched on with something on it.
        noise: Bytes it answers instead of anything sensible.
        silent: It does not answer.
    """

    load_milli: int = 0
    swings: int = 0
    capacity_milli: int = 15_000
    zero_milli: int = 0
    tare_milli: int = 0
    pounds: bool = False
    unzeroed: bool = False
    noise: bytes = b""
    silent: bool = False

    @property
    def gross_milli(self) -> int:
        """What lies on it, above its zero."""
        return self.load_milli - self.zero_milli

    @property
    def net_milli(self) -> int:
        """The same less its tare."""
        return self.gross_milli - self.tare_milli

    @property
    def moving(self) -> bool:
        """It swings."""
        return self.swings != 0

    @property
    def over(self) -> bool:
        """More lies on it than it can weigh."""
        return self.gross_milli > self.capacity_milli

    @property
    def under(self) -> bool:
        """Less than nothing lies on it."""
        return self.net_milli < 0

    def put(self, load_milli: int, *, swings: int = 0) -> None:
        """Lay so much on it, instead of what lay there."""
        self.load_milli, self.swings = load_milli, swings

    def weighed(self) -> None:
        """One weighing has passed: what swings comes to rest."""
        if self.swings > 0:
            self.swings -= 1

    def zero(self) -> bool:
        """Call what lies on it nothing; a scale does so for little things only."""
        if self.moving or self.tare_milli or abs(self.load_milli) > self.capacity_milli // 50:
            return False
        self.zero_milli, self.unzeroed = self.load_milli, False
        return True

    def tare(self) -> bool:
        """Take what lies on it as the packing."""
        if self.moving or self.over or self.gross_milli <= 0:
            return False
        self.tare_milli = self.gross_milli
        return True

    def clear_tare(self) -> None:
        """Weigh everything again."""
        self.tare_milli = 0
