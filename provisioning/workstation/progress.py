"""What the set-up tells the person who waits for it: calm lines, what and how far."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self, TextIO


class SetupError(RuntimeError):
    """The set-up cannot go on.

    The message says what was expected, what was found and what to do; it is shown as it is.
    """


class Progress:
    """Numbers the steps and shows how far the one at hand is.

    On a terminal the line of the running step is rewritten in place; in a file or a log every
    tenth part is a line of its own, so that a reader still sees it move.
    """

    def __init__(self, steps: int, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._steps = steps
        self._number = 0
        self._tenths = -1

    def step(self, title: str) -> Step:
        """Begin the next step; use it as a context and say in the end what became of it."""
        self._number += 1
        self._tenths = -1
        return Step(self, f"  {self._number}/{self._steps}  {title:<20}")

    def show(self, line: str, *, done: bool = False) -> None:
        """Show the line of the running step, for good when ``done``."""
        if self._out.isatty():
            self._out.write(f"\r\x1b[2K{line}" + ("\n" if done else ""))
        else:
            self._out.write(line + "\n")
        self._out.flush()

    def show_part(self, line: str, part: int, whole: int) -> None:
        """Show a line that moves often: every time on a terminal, else at every tenth part."""
        tenths = part * 10 // max(whole, 1)
        if self._out.isatty() or tenths > self._tenths:
            self._tenths = tenths
            self.show(line)


class Step:
    """One step of the set-up."""

    def __init__(self, progress: Progress, title: str) -> None:
        self._progress = progress
        self._title = title
        self._result = "done"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the step's last line on the screen: its result, or that it did not work."""
        self._progress.show(self._title + (self._result if error is None else "failed"), done=True)

    def working(self, what: str) -> None:
        """Say what is being done now."""
        self._progress.show(self._title + what)

    def part(self, part: int, whole: int, what: str) -> None:
        """Say how far it is: ``part`` of ``whole``, and with what."""
        self._progress.show_part(f"{self._title}{part} of {whole}: {what}", part, whole)

    def result(self, what: str) -> None:
        """Say what became of the step."""
        self._result = what
