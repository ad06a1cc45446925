"""The card terminal's own end of day, beside what the register took by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appliance.domain.shift_totals import NONE, Tally


@dataclass(frozen=True, slots=True)
class TerminalDay:
    """What the terminal says it took, and what stands on receipts since it was last closed.

    Attributes:
        shift: Number of the last Z before it.
        outcome: ``approved`` when it handed everything over; otherwise it may be asked again.
        message: What its driver says of it, in English.
        total_minor: What it handed over; None where it does not say.
        count: How many payments; None where it does not say.
        ours: What the register took by it, tips included.
        currency: ISO 4217 code.
        by: Id of who asked.
    """

    shift: int
    outcome: str
    message: str
    total_minor: int | None
    count: int | None
    ours: Tally = NONE
    currency: str = ""
    by: str = ""

    @property
    def difference_minor(self) -> int | None:
        """The terminal's less ours; None where the terminal does not say."""
        return None if self.total_minor is None else self.total_minor - self.ours.amount_minor

    def to_data(self) -> dict[str, Any]:
        """Return the data of a ``balie.terminal.closed.v1`` entry."""
        return {
            "shift": self.shift,
            "outcome": self.outcome,
            "message": self.message,
            "total_minor": self.total_minor,
            "count": self.count,
            "ours_minor": self.ours.amount_minor,
            "ours_count": self.ours.count,
            "difference_minor": self.difference_minor,
            "currency": self.currency,
            "by": self.by,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> TerminalDay:
        """Read what `to_data` made."""
        return cls(
            shift=data["shift"],
            outcome=data["outcome"],
            message=data["message"],
            total_minor=data["total_minor"],
            count=data["count"],
            ours=Tally(data["ours_count"], data["ours_minor"]),
            currency=data["currency"],
            by=data["by"],
        )
