"""No drawer: a kiosk, or a counter that takes no cash."""

from __future__ import annotations

from dataclasses import dataclass

from drivers import Closing
from drivers.drawer import Drawer, DrawerState, NoDrawerError


@dataclass(frozen=True, slots=True)
class Options:
    """Nothing is set for a drawer that is not there."""


def open_device(_options: Options, _printer: object = None) -> Drawer:
    """A drawer that says of everything that it is not there."""
    return NoDrawer()


class NoDrawer(Closing):
    """See ``drivers.drawer.Drawer``."""

    present = False

    def kick(self) -> None:
        """Raises ``NoDrawerError``."""
        raise NoDrawerError

    def state(self) -> DrawerState:
        """Nothing is known of what is not there."""
        return DrawerState.UNKNOWN
