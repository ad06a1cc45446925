"""Which hints a person still needs: they fade with use, and can be set off.

What a hint tells about is counted when the person does it, for each person on this counter. After
so many times it is known, and the hint is not shown again; nor is one that was shown so often that
whoever saw it does not want to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from appliance.services.ports import Shelf, StoreError
from appliance.services.sounds import Setting

FACT = "hints"
SETTING = "hints"

SHOWN_ENOUGH = 8
"""Sales; who did not try it after so many does not need it."""

OFF = "off"
"""Stands in a person's notes for all hints."""


class Hints:
    """What each person knows by now.

    Args:
        shelf: Keeps it.
        setting: Whether the shop wants hints, as ``hints``: true or false.
    """

    def __init__(self, *, shelf: Shelf, setting: Setting) -> None:
        self._shelf = shelf
        self._setting = setting
        self._known = _read(shelf.fact(FACT))
        self._shop_wants = True
        self.follow()

    def follow(self) -> None:
        """Hear what the shop says now; what it said before stays while that cannot be read."""
        with suppress(StoreError):
            self._shop_wants = self._setting(SETTING, True) is not False

    def is_on(self, person: str) -> bool:
        """Whether a person is shown hints."""
        own = self._known.get(person, {}).get(OFF)
        return self._shop_wants if own is None else own == 0

    def turn(self, person: str, *, on: bool) -> None:
        """Show a person hints, all of them again, or none."""
        self._known[person] = {OFF: int(not on)}
        self._keep()

    def done(self, person: str, hint: str) -> int:
        """How often a person did what a hint tells about."""
        return self._known.get(person, {}).get(hint, 0)

    def needs(self, person: str, hint: str, enough: int) -> bool:
        """Whether a person is to be shown a hint, which is known after ``enough`` times."""
        if not self.is_on(person) or self.done(person, hint) >= enough:
            return False
        return self.done(person, _shown(hint)) < SHOWN_ENOUGH

    def use(self, person: str, hint: str, enough: int) -> None:
        """Count that a person did what a hint tells about; what is known is counted no further."""
        self._count(person, hint, enough)

    def show(self, person: str, hint: str) -> None:
        """Count that a person was shown a hint during one sale."""
        self._count(person, _shown(hint), SHOWN_ENOUGH)

    def dismiss(self, person: str, hint: str) -> None:
        """A person has read a hint and wants it gone."""
        self._known.setdefault(person, {})[_shown(hint)] = SHOWN_ENOUGH
        self._keep()

    def _count(self, person: str, what: str, most: int) -> None:
        times = self.done(person, what)
        if times < most:
            self._known.setdefault(person, {})[what] = times + 1
            self._keep()

    def _keep(self) -> None:
        self._shelf.keep_fact(FACT, self._known)


def _shown(hint: str) -> str:
    return f"{hint}.shown"


def _read(kept: object) -> dict[str, dict[str, int]]:
    """Read what was kept; what is no such note is forgotten, for nothing hangs on it."""
    if not isinstance(kept, Mapping):
        return {}
    return {str(person): _counts(notes) for person, notes in kept.items()}


def _counts(notes: Any) -> dict[str, int]:
    if not isinstance(notes, Mapping):
        return {}
    return {str(what): times for what, times in notes.items() if isinstance(times, int)}
