"""What there is to tell the customer at one moment, before anybody chooses words or letters.

Every display shows the same moment in its own way: the one of two lines (`display.py`) and the
second screen (`faces.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from appliance.domain.payment import Tender
from appliance.domain.sale import LineTotals


class Stage(Enum):
    """How far the customer's visit is."""

    TRAINING = "training"
    """People learn here, and nothing is sold."""
    CLOSED = "closed"
    """Nobody serves here."""
    HELLO = "hello"
    """The counter waits for a customer."""
    SELLING = "selling"
    WEIGHING = "weighing"
    PAYING = "paying"
    """It is being chosen how to pay, or a part is paid."""
    AT_TERMINAL = "at_terminal"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class OnTheScale:
    """What is being weighed.

    Attributes:
        name: Of the article.
        price_minor: Of one kg.
        weight_milli: What would be sold as it lies; None while that is not known.
    """

    name: str
    price_minor: int
    weight_milli: int | None


@dataclass(frozen=True, slots=True)
class Moment:
    """What there is to tell.

    Attributes:
        stage: How far the visit is.
        shop: The shop's name, or empty.
        lines: Of the sale, in their order.
        newest: Number of the line that was added or changed last.
        total_minor: What the sale comes to.
        saved_minor: What was taken off for the customer.
        paid: What was paid so far, and how.
        remaining_minor: What is still to be paid; below zero what is given back.
        change_minor: What the customer gets back of the cash that was handed over.
        weighing: What is on the scale.
        qr: What a telephone is to read: a payment, or the receipt; empty where nothing is.
    """

    stage: Stage
    shop: str = ""
    lines: tuple[LineTotals, ...] = ()
    newest: int | None = None
    total_minor: int = 0
    saved_minor: int = 0
    paid: tuple[tuple[Tender, int], ...] = ()
    remaining_minor: int = 0
    change_minor: int = 0
    weighing: OnTheScale | None = None
    qr: str = ""

    @property
    def latest(self) -> LineTotals | None:
        """The line that was added or changed last."""
        return next((each for each in self.lines if each.line.number == self.newest), None)
