"""No scale: weights are typed, or everything is sold by the piece."""

from __future__ import annotations

from dataclasses import dataclass

from drivers import Closing
from drivers.scale import NoScaleError, Reading, Scale, ScaleState


@dataclass(frozen=True, slots=True)
class Options:
    """Nothing is set for a scale that is not there."""


def open_device(_options: Options) -> Scale:
    """A scale that says of everything that it is not there."""
    return NoScale()


class NoScale(Closing):
    """See ``drivers.scale.Scale``."""

    present = False

    def read(self) -> Reading:
        """It is away."""
        return Reading(ScaleState.AWAY)

    def zero(self) -> None:
        """Raises ``NoScaleError``."""
        raise NoScaleError

    def tare(self) -> None:
        """Raises ``NoScaleError``."""
        raise NoScaleError

    def clear_tare(self) -> None:
        """Raises ``NoScaleError``."""
        raise NoScaleError
