"""A scale without a scale, for the workstation and for tests: the bench's pan, in this process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from drivers import Closing, OptionError
from drivers.bench.pan import Pan
from drivers.scale import (
    Reading,
    Scale,
    ScaleAwayError,
    ScaleError,
    ScaleMovingError,
    ScaleRangeError,
    ScaleState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is set for a simulated scale.

    Attributes:
        capacity_kg: The most it can weigh.
        load_g: What lies on it from the start.
    """

    capacity_kg: float = 15.0
    load_g: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.capacity_kg <= 1000:  # noqa: PLR2004 - the sentence says the number
            raise OptionError(
                "capacity_kg", f"A scale weighs up to 1000 kg, found {self.capacity_kg}."
            )
        if self.load_g < 0:
            raise OptionError("load_g", f"Nothing weighs less than 0 g, found {self.load_g}.")


def open_device(options: Options) -> Scale:
    """The scale."""
    return SimulatedScale(options)


class SimulatedScale(Closing):
    """See ``drivers.scale.Scale``.

    Attributes:
        pan: What lies on it.
    """

    present = True

    def __init__(self, options: Options | None = None) -> None:
        chosen = options or Options()
        self.pan = Pan(chosen.load_g, capacity_milli=round(chosen.capacity_kg * 1000))
        self._lock = threading.Lock()
        self._plugged = True
        self._closed = False

    def read(self) -> Reading:
        """See ``drivers.scale.Scale``."""
        with self._lock:
            reading = self._reading()
            self.pan.weighed()
            return reading

    def zero(self) -> None:
        """See ``drivers.scale.Scale``."""
        self._do(self.pan.zero)

    def tare(self) -> None:
        """See ``drivers.scale.Scale``."""
        self._do(self.pan.tare)

    def clear_tare(self) -> None:
        """See ``drivers.scale.Scale``."""

        def clear() -> bool:
            self.pan.clear_tare()
            return True

        self._do(clear)

    def put(self, load_milli: int, *, swings: int = 0) -> None:
        """Lay so much on it, in grams; it swings for so many readings."""
        with self._lock:
            self.pan.put(load_milli, swings=swings)

    def unplug(self) -> None:
        """Pull its cable."""
        self._plugged = False

    def plug(self) -> None:
        """Put its cable back."""
        self._plugged = True

    def close(self) -> None:
        """See ``drivers.scale.Scale``."""
        self._closed = True

    @property
    def _answers(self) -> bool:
        return self._plugged and not self._closed and not self.pan.silent

    def _reading(self) -> Reading:
        pan = self.pan
        net = bool(pan.tare_milli)
        troubles = (
            (not self._answers, ScaleState.AWAY),
            (bool(pan.noise), ScaleState.UNREADABLE),
            (pan.over, ScaleState.OVER),
            (pan.unzeroed, ScaleState.UNZEROED),
            (pan.pounds, ScaleState.WRONG_UNIT),
            (pan.moving and pan.under, ScaleState.MOVING),
            (pan.under, ScaleState.UNDER),
        )
        for is_so, state in troubles:
            if is_so:
                return Reading(state)
        state = ScaleState.MOVING if pan.moving else ScaleState.STABLE
        return Reading(state, pan.net_milli, pan.tare_milli, net)

    def _do(self, act: Callable[[], bool]) -> None:
        with self._lock:
            if not self._answers:
                raise ScaleAwayError
            if self.pan.noise:
                raise ScaleError("Its answer was not understood.")
            if self.pan.moving:
                raise ScaleMovingError
            if not act():
                raise ScaleRangeError
