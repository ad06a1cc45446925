"""Scales: what a scale says of what lies on it, and what can go wrong.

A weight is only ever sold when the scale calls it stable and its unit was understood. Everything
else (it swings, too much or less than nothing lies on it, bytes that make no sense, no scale at
all) is a state without a weight that could be taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Protocol, Self

from drivers import DeviceError

DRIVERS = ("none", "sics", "simulated", "toledo_8217")

HEAVIEST_MILLI = 1_000_000
"""Thousandths of a kilogram. No scale on a counter carries a ton: an answer above it is nonsense."""


class ScaleState(Enum):
    """What the scale says."""

    STABLE = "stable"
    """The weight may be taken."""
    MOVING = "moving"
    """It swings, or a hand still rests on it."""
    OVER = "over"
    """More lies on it than it can weigh."""
    UNDER = "under"
    """Less than nothing lies on it: it was not zeroed, or a tare is set and the packing is off."""
    UNZEROED = "unzeroed"
    """It was switched on with something on it, and cannot tell what nothing weighs."""
    WRONG_UNIT = "wrong_unit"
    """It weighs in something that is no kilogram and no gram."""
    UNREADABLE = "unreadable"
    """It answers in bytes that make no sense."""
    AWAY = "away"
    """It is unplugged, switched off, or does not answer."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the scale said at one moment.

    Attributes:
        state: Whether it can be taken.
        weight_milli: Thousandths of a kilogram, so grams, less the scale's own tare; None where
            the scale gave no weight. Only a stable one may be sold.
        tare_milli: What the scale itself took off for the packing, where it says how much.
        net: Whether the scale took something off by itself.
    """

    state: ScaleState
    weight_milli: int | None = None
    tare_milli: int = 0
    net: bool = False

    def __post_init__(self) -> None:
        """Refuse a reading that could be sold by mistake."""
        if self.state is ScaleState.STABLE and self.weight_milli is None:
            raise ValueError("A stable reading has a weight; found none.")
        if self.weight_milli is not None:
            if self.state not in {ScaleState.STABLE, ScaleState.MOVING}:
                raise ValueError(f"A scale that is {self.state.value} has no weight to tell.")
            if not 0 <= self.weight_milli <= HEAVIEST_MILLI:
                raise ValueError(
                    f"A weight is between 0 and {HEAVIEST_MILLI} g, found {self.weight_milli}."
                )
        if self.tare_milli < 0:
            raise ValueError(f"A tare is not below zero, found {self.tare_milli}.")

    @property
    def can_be_sold(self) -> bool:
        """It is stable, and something lies there."""
        return self.state is ScaleState.STABLE and bool(self.weight_milli)


class ScaleError(DeviceError):
    """The scale did not do what it was asked."""

    meaning: ClassVar[str] = "The scale did not do that."
    remedy: ClassVar[str] = "Try again when nothing moves on it."


class ScaleAwayError(ScaleError, ConnectionError):
    """It does not answer."""

    meaning = "The scale does not answer."
    remedy = "Check its cable and that it is switched on; until then type the weight."


class ScaleMovingError(ScaleError):
    """Something on it still moves."""

    meaning = "The scale still moves."
    remedy = "Wait until it is still, then try again."


class ScaleRangeError(ScaleError):
    """What lies on it is too much or too little for that."""

    meaning = "The scale cannot do that with what lies on it."
    remedy = "Take everything off, then try again."


class NoScaleError(ScaleError):
    """The driver is ``none``."""

    meaning = "This counter has no scale."
    remedy = "Set up a scale if there is one, or type the weight."


class Scale(Protocol):
    """A scale. All calls MAY block for as long as it may take to answer, and belong on a worker."""

    present: bool
    """False only for the driver ``none``."""

    def read(self) -> Reading:
        """What it says now. MUST NOT raise; a scale that was away is looked for again."""

    def zero(self) -> None:
        """Call what lies on it nothing.

        Raises:
            ScaleError: It did not, and the kind says why.
        """

    def tare(self) -> None:
        """Take what lies on it as the packing, and weigh without it from now on.

        Raises:
            ScaleError: It did not, and the kind says why.
        """

    def clear_tare(self) -> None:
        """Weigh everything again.

        Raises:
            ScaleError: It did not, and the kind says why.
        """

    def close(self) -> None:
        """Let go of the scale. MAY be called more than once; it is away from then on."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...
