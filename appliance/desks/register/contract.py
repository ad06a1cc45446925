"""What the register's screen may call: all it knows of the presenter behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from appliance.desks.register.view import Screen


class Presenter(Protocol):
    """What a screen may call. All calls come from the screen's own thread."""

    screen: Screen

    def watch(self, listener: Callable[[Screen], None]) -> None:
        """MUST call ``listener`` with the new screen after every change."""

    def press(self, control: str) -> None:
        """A control was touched.

        Controls by stable name: ``person-<key>``, ``pin-0`` … ``pin-9``, ``pin-back``,
        ``pin-enter``, ``line-<key>``, ``category-<key>``, ``key-<article>``, ``result-<article>``,
        ``money-<key>``, ``action-<key>``, ``tender-<key>``, ``pad-0`` … ``pad-9``, ``pad-comma``,
        ``pad-back``, ``pad-confirm``, ``pad-cancel``, ``pad-extra``, ``terminal-<key>``, ``qr-<key>``, ``done-<key>``,
        ``parked-<key>``, ``list-<key>`` (``list-back`` to leave, ``list-do-<key>`` for an action),
        ``field-<key>``, ``form-<key>`` (``form-confirm``, ``form-back``, ``form-type-<character>``,
        ``form-type-comma``, ``form-erase``, ``form-next``), ``paper-<key>``, ``allow-cancel``, ``status-<key>``, ``status-close``, ``language``, ``language-<code>``,
        ``notice``, ``tip``, ``lock``. An unknown name is a programming error and raises ``LookupError``.
        """

    def scanned(self, text: str, source: str, fault: str | None = None) -> None:
        """A scanner read ``text``, or failed with ``fault``."""

    def searched(self, text: str) -> None:
        """The search text changed."""

    def tick(self) -> None:
        """Called about once a second: clock, idle lock, states of the peripherals."""
