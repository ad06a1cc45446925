"""What the journal's answer brings: a sale that is done, or what became of a question for money."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.payment import PaymentOutcome, Tender
from appliance.domain.receipt import ReceiptFacts
from appliance.journal.entry import Watermark


@dataclass(frozen=True, slots=True)
class Sold:
    """A completed sale, as it is in the journal.

    Attributes:
        facts: What its receipt says.
        entry: Its place in the journal.
    """

    facts: ReceiptFacts
    entry: Watermark

    @property
    def change_minor(self) -> int:
        """What the customer gets back of the cash that was handed over."""
        return sum(payment.change_minor for payment in self.facts.payments)

    @property
    def moved_cash(self) -> bool:
        """Whether the drawer is needed."""
        return any(payment.tender is Tender.CASH for payment in self.facts.payments)


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """What became of a question to the terminal, as it is in the journal.

    Attributes:
        outcome: What became of it.
        sold: The sale, if this payment completed it.
        give_back: Whether money was taken that the sale has no room for.
    """

    outcome: PaymentOutcome
    sold: Sold | None = None
    give_back: bool = False
