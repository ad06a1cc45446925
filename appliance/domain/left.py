"""What is left on a card of the shop once it has paid, as the receipt says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appliance.domain.voucher import BalanceKind


@dataclass(frozen=True, slots=True)
class Left:
    """A balance after a sale that moved it, as the register knew it.

    Attributes:
        kind: A gift card, or store credit.
        account: Its code.
        left_minor: What was left; below zero where it was spent twice unnoticed.
        as_of: Until when others' use of it is in that; None where all of it is.
    """

    kind: BalanceKind
    account: str
    left_minor: int
    as_of: datetime | None = None

    def to_data(self) -> dict[str, Any]:
        """Return it in JSON's own types."""
        known = {"kind": self.kind.value, "account": self.account, "left_minor": self.left_minor}
        return known if self.as_of is None else known | {"as_of": self.as_of.isoformat()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Left:
        """Read what `to_data` made."""
        said = data.get("as_of")
        return cls(
            BalanceKind(data["kind"]),
            data["account"],
            data["left_minor"],
            None if said is None else datetime.fromisoformat(said),
        )
