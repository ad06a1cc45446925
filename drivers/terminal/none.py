"""No card terminal that Balie can speak to."""

from __future__ import annotations

from dataclasses import dataclass

from drivers import Closing
from drivers.terminal import (
    DayClosed,
    NoTerminalError,
    Outcome,
    Result,
    Terminal,
    TerminalState,
    Told,
)


@dataclass(frozen=True, slots=True)
class Options:
    """Nothing is set for a terminal that is not there."""


def open_device(_options: Options) -> Terminal:
    """A terminal that says of everything that it is not there."""
    return NoTerminal()


class NoTerminal(Closing):
    """See ``drivers.terminal.Terminal``."""

    present = False

    def pay(
        self,
        _attempt: str,
        _amount_minor: int,
        _currency: str,
        _decimals: int,
        _told: Told | None = None,
    ) -> Result:
        """Raises ``NoTerminalError``."""
        raise NoTerminalError

    def look_up(self, _attempt: str) -> Result:
        """Nothing can be found out here."""
        return Result(Outcome.UNKNOWN, message=NoTerminalError.meaning)

    def cancel(self) -> None:
        """There is nothing to stop."""

    def reverse(self, _attempt: str, _told: Told | None = None) -> Result:
        """Raises ``NoTerminalError``."""
        raise NoTerminalError

    def end_of_day(self, _told: Told | None = None) -> DayClosed:
        """Raises ``NoTerminalError``."""
        raise NoTerminalError

    def state(self) -> TerminalState:
        """It is never there."""
        return TerminalState.AWAY
