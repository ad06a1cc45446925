"""No customer display."""

from __future__ import annotations

from dataclasses import dataclass

from drivers import Closing
from drivers.display import COLUMNS, Display, NoDisplayError


@dataclass(frozen=True, slots=True)
class Options:
    """Nothing is set for a display that is not there."""


def open_device(_options: Options) -> Display:
    """A display that says that it is not there."""
    return NoDisplay()


class NoDisplay(Closing):
    """See ``drivers.display.Display``."""

    present = False
    columns = COLUMNS

    def show(self, upper: str, lower: str) -> None:  # noqa: ARG002 - the contract's names
        """Raises ``NoDisplayError``."""
        raise NoDisplayError
