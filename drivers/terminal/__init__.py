"""Card terminals: an amount goes out, a result comes back, and no card number ever passes.

The attempt's id is made and journalled before the terminal is asked, and every question about the
same payment carries the same id. An answer that did not come is ``UNKNOWN``, which is neither paid
nor declined: ``look_up`` finds the truth later.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Protocol, Self

from drivers import DeviceError

DRIVERS = ("none", "simulated")


class Outcome(Enum):
    """What became of an attempt."""

    APPROVED = "approved"
    DECLINED = "declined"
    """The terminal refused, or the attempt never reached it: nothing was taken."""
    CANCELLED = "cancelled"
    """The cashier or the customer stopped it: nothing was taken."""
    UNKNOWN = "unknown"
    """Money may have been taken. Ask ``look_up`` until it says otherwise."""


@dataclass(frozen=True, slots=True)
class Result:
    """The answer about one attempt.

    Attributes:
        outcome: What became of it.
        reference: The terminal's own reference, to find the payment at the bank; never a card
            number. Empty unless approved.
        message: One sentence in English for the cashier, fixed so that it can be translated.
    """

    outcome: Outcome
    reference: str = ""
    message: str = ""


class TerminalError(DeviceError):
    """The terminal could not be asked at all; nothing was taken."""

    meaning: ClassVar[str] = "The card terminal was not asked: nothing was taken."
    remedy: ClassVar[str] = "Check the terminal, or choose another way to pay."


class NoTerminalError(TerminalError):
    """The driver is ``none``."""

    meaning = "This counter has no card terminal that it can speak to."
    remedy = "Enter the card payment by hand, or choose another way to pay."


class Terminal(Protocol):
    """A card terminal. ``pay`` and ``look_up`` block, and belong on a worker."""

    present: bool
    """False only for the driver ``none``."""

    def pay(self, attempt: str, amount_minor: int, currency: str, decimals: int) -> Result:
        """Ask for an amount.

        MUST take money at most once for the same ``attempt``: asked again with the same id, it
        answers what became of the first.

        Args:
            attempt: The attempt's id, made before.
            amount_minor: The amount in minor units, above zero.
            currency: ISO 4217 code, such as ``EUR``.
            decimals: How many decimals ``amount_minor`` has.

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

    def close(self) -> None:
        """Let go of the terminal. MAY be called more than once."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...
