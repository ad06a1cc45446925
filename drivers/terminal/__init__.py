"""Card terminals: an amount goes out, a result comes back, and no card number ever passes.

The attempt's id is made and journalled before the terminal is asked, and every question about the
same payment carries the same id. An answer that did not come is ``UNKNOWN``, which is neither paid
nor declined: ``look_up`` finds the truth later.

Whatever a terminal writes, on its display or for its slips, comes out of a driver with at most the
last four digits of a card in it (see ``drivers.terminal.hiding``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Protocol, Self

from drivers import DeviceError

DRIVERS = ("none", "simulated", "zvt")

Told = Callable[[str], object]
"""Is given one sentence that the terminal shows, on whatever thread asks the terminal."""


class Outcome(Enum):
    """What became of an attempt, of giving it back, or of closing the terminal's day."""

    APPROVED = "approved"
    DECLINED = "declined"
    """The terminal refused, or the attempt never reached it: nothing was taken."""
    CANCELLED = "cancelled"
    """The cashier or the customer stopped it: nothing was taken."""
    UNKNOWN = "unknown"
    """Money may have been taken. Ask ``look_up`` until it says otherwise."""


class SlipFor(Enum):
    """Who gets a slip of the terminal."""

    CUSTOMER = "customer"
    SHOP = "shop"
    OFFICE = "office"
    """About the terminal itself, such as its totals of the day."""
    ANYBODY = "anybody"
    """The terminal did not say."""


class TerminalState(Enum):
    """Whether the terminal can be asked now."""

    READY = "ready"
    BUSY = "busy"
    LOCKED = "locked"
    """It answers, and wants something done to it first."""
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Slip:
    """What the terminal wants on paper.

    Attributes:
        wanted_by: Who gets it.
        lines: Its lines, each as the terminal wrote it, without card digits beyond the last four.
    """

    wanted_by: SlipFor
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The answer about one attempt.

    Attributes:
        outcome: What became of it.
        reference: The terminal's own reference, to find the payment at the bank; never a card
            number. Empty unless approved.
        message: One sentence in English for the cashier, fixed so that it can be translated.
        slips: What the terminal wants on paper.
    """

    outcome: Outcome
    reference: str = ""
    message: str = ""
    slips: tuple[Slip, ...] = ()


@dataclass(frozen=True, slots=True)
class DayClosed:
    """The terminal's own end of day.

    Attributes:
        outcome: ``APPROVED`` when it is closed. ``UNKNOWN`` may be asked again: a day that is
            closed already closes once more with nothing in it.
        message: As in ``Result``.
        total_minor: What it handed over to the bank, in minor units; None where it does not say.
        count: How many payments; None where it does not say.
        slips: What the terminal wants on paper.
    """

    outcome: Outcome
    message: str = ""
    total_minor: int | None = None
    count: int | None = None
    slips: tuple[Slip, ...] = ()


class TerminalError(DeviceError):
    """The terminal could not be asked at all; nothing was taken."""

    meaning: ClassVar[str] = "The card terminal was not asked: nothing was taken."
    remedy: ClassVar[str] = "Check the terminal, or choose another way to pay."


class NoTerminalError(TerminalError):
    """The driver is ``none``."""

    meaning = "This counter has no card terminal that it can speak to."
    remedy = "Enter the card payment by hand, or choose another way to pay."


class TerminalAwayError(TerminalError, ConnectionError):
    """It does not answer on the network."""

    meaning = "The card terminal cannot be reached: nothing was taken."
    remedy = "Check its cable and its power, or choose another way to pay."


class TerminalBusyError(TerminalError):
    """It answers that it is occupied."""

    meaning = "The card terminal is busy with something else: nothing was taken."
    remedy = "Wait until its display is idle, then try again."


class TerminalLockedError(TerminalError):
    """It refuses the register or the command."""

    meaning = "The card terminal does not accept the question: nothing was taken."
    remedy = "Look at its display, or choose another way to pay."


class CurrencyError(TerminalError):
    """The terminal is not set up for this currency, or the amount has no place in its message."""

    meaning = "The card terminal does not take this amount in this currency: nothing was taken."
    remedy = "Choose another way to pay."


class NotesError(TerminalError):
    """What must outlive a power cut cannot be written down, so nothing is begun."""

    meaning = "The register cannot write down a card payment: nothing was taken."
    remedy = "Free some space on the storage card, or choose another way to pay."


class NotReversibleError(TerminalError):
    """There is no approved payment of the terminal's open day to give back."""

    meaning = "The card terminal cannot give this payment back."
    remedy = "Give the money back in another way."


class Terminal(Protocol):
    """A card terminal. All calls but ``cancel`` and ``close`` block, and belong on a worker."""

    present: bool
    """False only for the driver ``none``."""

    def pay(
        self,
        attempt: str,
        amount_minor: int,
        currency: str,
        decimals: int,
        told: Told | None = None,
    ) -> Result:
        """Ask for an amount.

        MUST take money at most once for the same ``attempt``: asked again with the same id, it
        answers what became of the first, and MUST NOT ask for money while that is unknown.

        Args:
            attempt: The attempt's id, made before.
            amount_minor: The amount in minor units, above zero.
            currency: ISO 4217 code, such as ``EUR``.
            decimals: How many decimals ``amount_minor`` has.
            told: Is given what the terminal shows meanwhile: a fixed English sentence where the
                driver knows it, else the terminal's own words.

        Raises:
            TerminalError: Nothing was asked and nothing was taken.
            ValueError: The amount is not above zero, or differs from the first of this attempt.
        """

    def look_up(self, attempt: str) -> Result:
        """What became of an attempt; ``UNKNOWN`` when the terminal cannot say now."""

    def cancel(self) -> None:
        """Stop the payment under way, if it still can be; MAY be called from any thread.

        What became of it is what ``pay`` returns: it may have been approved just before.
        """

    def reverse(self, attempt: str, told: Told | None = None) -> Result:
        """Give an approved payment back, whole. MUST give it back at most once, however often asked.

        Returns:
            ``APPROVED`` when the money goes back; after ``UNKNOWN`` it may be asked again.

        Raises:
            NotReversibleError: No payment is known under this id, or its day is closed.
            TerminalError: The terminal was not asked.
        """

    def end_of_day(self, told: Told | None = None) -> DayClosed:
        """Close the terminal's own day: it hands its payments over to the bank.

        Raises:
            TerminalError: The terminal was not asked.
        """

    def state(self) -> TerminalState:
        """Whether the terminal can be asked now. MUST NOT raise for one that is off or away."""

    def close(self) -> None:
        """Let go of the terminal. MAY be called more than once, and from any thread.

        A payment under way ends with ``UNKNOWN``; ``look_up`` finds it after the next start.
        """

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...
