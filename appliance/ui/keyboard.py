"""The window's keyboard: a workstation's fallback for scanning and typing.

A counter's scanner is read by its own driver. On a workstation it types like a keyboard, and so
does a person; Kivy hands over keys in lumps without times of their own, so speed alone cannot
tell them apart. The rule here: what ends with Enter and came faster than anyone types is a scan,
whatever is on the screen; what was already shown of it is taken back first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from kivy.clock import Clock

SCAN_LENGTH = 6
SCAN_PACE_S = 0.05
"""Seconds from key to key; people need twice as long, scanners a tenth."""
QUIET_S = 0.08
"""Typed characters are shown after this pause, so that a scan does not flicker by."""
FORGET_S = 3.0
"""A half-typed text is no longer part of a scan after this pause."""

BACKSPACE, TAB, ENTER, KEYPAD_ENTER, ESCAPE = 8, 9, 13, 271, 27


class Target(Protocol):
    """What typing goes to: the screen of the active desk."""

    def typed(self, text: str) -> None:
        """Characters were typed."""

    def rubbed_out(self, count: int = 1) -> None:
        """The last ``count`` characters are taken back."""

    def entered(self) -> None:
        """Enter was typed."""

    def escaped(self) -> None:
        """Escape was typed."""

    def scanned(self, text: str) -> None:
        """A scanner typed ``text``."""


class Nowhere:
    """A target that passes everything over: a screen overrides what it has a use for."""

    def typed(self, text: str) -> None:
        """Pass over characters."""

    def rubbed_out(self, count: int = 1) -> None:
        """Pass over."""

    def entered(self) -> None:
        """Pass over Enter."""

    def escaped(self) -> None:
        """Pass over Escape."""

    def scanned(self, text: str) -> None:
        """Pass over a scan."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan, and how many of its characters were shown before it was known to be one."""

    text: str
    shown: int


class Burst:
    """Tells a scan from typing; times are seconds of any one clock."""

    def __init__(self) -> None:
        self._text = ""
        self._shown = 0
        self._began = self._latest = 0.0

    def add(self, text: str, now: float) -> None:
        """Take characters as they come."""
        if self._text and now - self._latest > FORGET_S:
            self.reset()
        if not self._text:
            self._began = now
        self._text += text
        self._latest = now

    def pending(self) -> str:
        """Give what was not shown yet and count it as shown."""
        text = self._text[self._shown :]
        self._shown = len(self._text)
        return text

    def enter(self) -> Scan | None:
        """End with Enter: a scan, or None when a person typed."""
        text, shown = self._text, self._shown
        pace_s = (self._latest - self._began) / max(1, len(text) - 1)
        if len(text) < SCAN_LENGTH or pace_s > SCAN_PACE_S:
            return None
        self.reset()
        return Scan(text, shown)

    def reset(self) -> None:
        """Forget everything."""
        self._text, self._shown = "", 0


class Keyboard:
    """Listens to the window and tells ``target``.

    Args:
        window: Kivy's window. Its bindings hold this object weakly; the shell keeps it.
        target: Where typing goes.
    """

    def __init__(self, window: Any, target: Target) -> None:
        self._target = target
        self._burst = Burst()
        self._show_soon = Clock.create_trigger(self._show, QUIET_S)
        window.bind(on_textinput=self._text, on_key_down=self._key)

    def _text(self, _window: object, text: str) -> None:
        self._burst.add(text, Clock.time())
        self._show_soon.cancel()
        self._show_soon()

    def _key(self, _window: object, key: int, *_more: object) -> bool:
        if key in (ENTER, KEYPAD_ENTER, TAB):
            self._enter(submit=key != TAB)
        elif key == BACKSPACE:
            self._show()
            self._burst.reset()
            self._target.rubbed_out()
        elif key == ESCAPE:
            self._burst.reset()
            self._target.escaped()
        else:
            return False
        return True

    def _enter(self, *, submit: bool) -> None:
        """End a scan at Enter or Tab; Tab means nothing to what a person typed."""
        scan = self._burst.enter()
        self._show_soon.cancel()
        if scan is None:
            self._show()
            self._burst.reset()
            if submit:
                self._target.entered()
            return
        if scan.shown:
            self._target.rubbed_out(scan.shown)
        self._target.scanned(scan.text)

    def _show(self, *_: object) -> None:
        text = self._burst.pending()
        if text:
            self._target.typed(text)
