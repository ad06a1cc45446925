"""What people agreed about a whole sale, beside its lines."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.errors import ImpossibleValueError
from appliance.domain.line import WHOLE_BP


@dataclass(frozen=True, slots=True)
class BasketDiscount:
    """Something a person takes off the whole sale; shared out over its lines when it is priced.

    Attributes:
        name: The reason, as on the receipt.
        percent_bp: The share of what may be discounted; 0 where an amount is given.
        amount_minor: The amount; 0 where a share is given.
        allowed_by: Who allowed it where the cashier may not, or empty.
    """

    name: str
    percent_bp: int = 0
    amount_minor: int = 0
    allowed_by: str = ""

    def __post_init__(self) -> None:
        """Refuse a discount without a reason, and one that is nothing or two things."""
        if not self.name.strip():
            raise ImpossibleValueError("A discount needs a reason.")
        if (self.percent_bp == 0) == (self.amount_minor == 0):
            raise ImpossibleValueError("A discount is a share or an amount.")
        if not 0 <= self.percent_bp <= WHOLE_BP or self.amount_minor < 0:
            raise ImpossibleValueError("A discount is up to everything, and not below nothing.")


@dataclass(frozen=True, slots=True)
class AgeCheck:
    """That the buyer's age was asked. A date of birth is never kept.

    Attributes:
        years: What was asked for.
        how: ``looked`` (plainly old enough) or ``document``.
        by: Id of who looked.
    """

    years: int
    how: str
    by: str
