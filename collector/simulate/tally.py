"""What is counted while devices are simulated; small, and of one size however long it runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from math import exp, log

_LEAST_S = 1e-4
_STEP = 1.08
"""Each class of delays is so much longer than the one before: quantiles are right to 8 %."""
_CLASSES = 220
"""The longest is over half an hour."""


@dataclass(slots=True)
class Delays:
    """How often delays of each length were seen.

    Attributes:
        counts: By class of length.
    """

    counts: list[int] = field(default_factory=lambda: [0] * _CLASSES)

    def add(self, delay_s: float) -> None:
        """Count a delay."""
        place = int(log(max(delay_s, _LEAST_S) / _LEAST_S) / log(_STEP))
        self.counts[min(place, _CLASSES - 1)] += 1

    def quantile(self, share: float) -> float | None:
        """Tell the delay in seconds that so large a share did not exceed; None without any."""
        wanted = share * sum(self.counts)
        seen = 0
        for place, count in enumerate(self.counts):
            seen += count
            if count and seen >= wanted:
                return _LEAST_S * exp((place + 1) * log(_STEP))
        return None

    def plus(self, other: Delays) -> Delays:
        """Count two together."""
        return Delays([a + b for a, b in zip(self.counts, other.counts, strict=True)])

    def since(self, earlier: Delays) -> Delays:
        """Tell what was added since."""
        return Delays([a - b for a, b in zip(self.counts, earlier.counts, strict=True)])


@dataclass(slots=True)
class Tally:
    """What some devices did so far.

    Attributes:
        devices: How many there are.
        connected: How many of them the broker listens to now.
        made: Entries made.
        acknowledged: Entries the collector acknowledged.
        unacknowledged: Entries it has not acknowledged.
        connections: Connections made: one for each device, and one for each time it came back.
        faults: Faults made on purpose.
        refused: Connections that failed or were refused.
        last_refusal: Why, the last time; empty without one.
        delays: From making an entry to its acknowledgement.
    """

    devices: int = 0
    connected: int = 0
    made: int = 0
    acknowledged: int = 0
    unacknowledged: int = 0
    connections: int = 0
    faults: int = 0
    refused: int = 0
    last_refusal: str = ""
    delays: Delays = field(default_factory=Delays)

    @property
    def reconnects(self) -> int:
        """How many connections were made again after one had ended."""
        return max(0, self.connections - self.devices)


def together(tallies: Iterable[Tally]) -> Tally:
    """Add up what several groups of devices did."""
    sum_ = Tally()
    for each in tallies:
        for name in (name.name for name in fields(Tally)):
            if name == "delays":
                sum_.delays = sum_.delays.plus(each.delays)
            elif name == "last_refusal":
                sum_.last_refusal = each.last_refusal or sum_.last_refusal
            else:
                setattr(sum_, name, getattr(sum_, name) + getattr(each, name))
    return sum_
