"""When to try again: ever more rarely, and never all devices at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_SEVERAL = 3


@dataclass(slots=True)
class Backoff:
    """The pauses between attempts to connect.

    A connection that breaks off at once does not count as success: two devices with one name
    would otherwise throw each other out many times a second.

    Attributes:
        chance: Gives a number from 0 up to 1.
        first_s: The pause after the first failure, at most.
        most_s: The longest pause.
        steady_s: A connection that lasted so long was a success. Longer than the longest pause:
            of two devices with one name each lasts only as long as the other one waits.
    """

    chance: Callable[[], float]
    first_s: float = 1.0
    most_s: float = 60.0
    steady_s: float = 90.0
    _failures: int = 0
    _short_lives: int = 0
    _since: float | None = None

    @property
    def is_unsteady(self) -> bool:
        """Whether several connections in a row broke off soon after they were made."""
        return self._short_lives >= _SEVERAL

    def forget(self) -> None:
        """What stood in the way is mended: begin as if nothing had failed."""
        self._failures = self._short_lives = 0

    def connected(self, now: float) -> None:
        """A connection was made."""
        self._since = now

    def has_lasted(self, now: float) -> bool:
        """Tell whether the present connection counts as a success."""
        return self._since is not None and now - self._since >= self.steady_s

    def pause(self, now: float) -> float:
        """Tell how many seconds to wait after a failure or the end of a connection."""
        if self._since is not None:
            self._short_lives += 1
        if self.has_lasted(now):
            self._failures = self._short_lives = 0
        self._since = None
        longest = min(self.most_s, self.first_s * (1 << self._failures))
        self._failures = min(self._failures + 1, 16)
        return longest * (0.5 + self.chance() / 2)
