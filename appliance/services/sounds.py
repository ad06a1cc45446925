"""How loud the counter is: what the shop set, until somebody sets this counter otherwise."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from typing import Any

from appliance.services.ports import Shelf, StoreError

FACT = "sound"
SETTING = "sound"

Setting = Callable[[str, Any], Any]
"""Gives a setting of the back office, or what is given second."""


class Loudness(Enum):
    """What can be chosen."""

    OFF = "off"
    SOFT = "soft"
    NORMAL = "normal"
    LOUD = "loud"

    @property
    def percent(self) -> int:
        """Of what the device can do; the ear hears a tenth of the power as half as loud."""
        return {"off": 0, "soft": 20, "normal": 50, "loud": 100}[self.value]


class Sounds:
    """The counter's loudness.

    Args:
        shelf: Keeps what was set here.
        setting: What the shop set, as ``sound``: ``off``, ``soft``, ``normal`` or ``loud``.
    """

    def __init__(self, *, shelf: Shelf, setting: Setting) -> None:
        self._shelf = shelf
        self._setting = setting
        self._here = _read(shelf.fact(FACT))
        self._shops: Loudness | None = None
        self.follow()

    @property
    def loudness(self) -> Loudness:
        """How loud it is now; a setting that is none leaves the usual one."""
        return self._here or self._shops or Loudness.NORMAL

    def follow(self) -> None:
        """Hear what the shop says now; what it said before stays while that cannot be read."""
        with suppress(StoreError):
            self._shops = _read(self._setting(SETTING, None))

    def turn(self, loudness: Loudness) -> None:
        """Set this counter's own loudness."""
        self._here = loudness
        self._shelf.keep_fact(FACT, loudness.value)


def _read(text: object) -> Loudness | None:
    return next((each for each in Loudness if each.value == text), None)
