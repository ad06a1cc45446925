"""What stands on the training counter: marked paper, a drawer that stays shut, no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from appliance.services.words import Words
from drivers import Closing
from drivers.drawer import DrawerState
from drivers.printer import Align, Cut, Element, Feed, Printed, Printer, PrinterStatus, Text
from drivers.terminal import DayClosed, Outcome, Result, TerminalState, Told

REFERENCE = "TRAINING"
"""Stands where a card payment has the terminal's reference."""


class MarkedPrinter(Closing):
    """The shop's printer, which marks every slip before and after what stands on it.

    Args:
        printer: Prints, and is closed by whoever opened it.
        words: The paper's language.
        status: What the printer last said to the real counter: nobody asks it twice.
    """

    def __init__(
        self, printer: Printer, words: Words, status: Callable[[], PrinterStatus | None]
    ) -> None:
        self.present = printer.present
        self.columns = printer.columns
        self._printer = printer
        self._words = words
        self._status = status

    def encode(self, document: Sequence[Element]) -> bytes:
        """Return the bytes of one job, each slip in it with its marks."""
        return self._printer.encode(list(self._marked(document)))

    def print(self, job: bytes) -> Printed:
        """Print a job; see `Printer`."""
        return self._printer.print(job)

    def kick(self) -> None:
        """Leave the drawer shut."""

    def status(self) -> PrinterStatus:
        """Return what the printer last said."""
        return self._status() or PrinterStatus()

    def close(self) -> None:
        """Leave the printer open: it is the shop's."""

    def _marked(self, document: Sequence[Element]) -> Iterator[Element]:
        begins = True
        for element in document:
            if begins:
                yield from marks(self._words)
                yield Feed()
            begins = isinstance(element, Cut)
            if begins:
                yield Feed()
                yield from marks(self._words)
            yield element


def marks(words: Words) -> tuple[Element, ...]:
    """Say in large letters that what stands beside it is no receipt."""
    return (
        Text(words.say("TRAINING"), align=Align.CENTRE, bold=True, size=2),
        Text(words.say("Nothing was sold. This is no receipt."), align=Align.CENTRE, bold=True),
    )


class ShutDrawer(Closing):
    """A drawer that can be asked to open, and stays shut.

    Args:
        present: Whether the counter has one at all.
    """

    def __init__(self, *, present: bool = True) -> None:
        self.present = present

    def kick(self) -> None:
        """Leave it shut."""

    def state(self) -> DrawerState:
        """Say nothing about the shop's drawer, which the real counter watches."""
        return DrawerState.UNKNOWN

    def close(self) -> None:
        """There is nothing to let go of."""


class PretendTerminal(Closing):
    """A terminal that approves at once and reaches no bank.

    Args:
        present: Whether the counter has one at all.
    """

    def __init__(self, *, present: bool = True) -> None:
        self.present = present
        self._asked: set[str] = set()

    def pay(
        self,
        attempt: str,
        amount_minor: int,
        currency: str,
        decimals: int,
        told: Told | None = None,
    ) -> Result:
        """Approve."""
        del amount_minor, currency, decimals, told
        self._asked.add(attempt)
        return Result(Outcome.APPROVED, REFERENCE)

    def look_up(self, attempt: str) -> Result:
        """Say that what was asked was approved, and that nothing else was taken."""
        if attempt in self._asked:
            return Result(Outcome.APPROVED, REFERENCE)
        return Result(Outcome.DECLINED)

    def cancel(self) -> None:
        """Nothing is ever under way."""

    def reverse(self, attempt: str, told: Told | None = None) -> Result:
        """Give back what was never taken."""
        del attempt, told
        return Result(Outcome.APPROVED, REFERENCE)

    def end_of_day(self, told: Told | None = None) -> DayClosed:
        """Close a day in which nothing was paid."""
        del told
        return DayClosed(Outcome.APPROVED)

    def state(self) -> TerminalState:
        """It is always ready."""
        return TerminalState.READY

    def close(self) -> None:
        """There is nothing to let go of."""
