"""Works out what is left on the cards that pay a sale, and as of when that is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.domain.ledger import Holding, movements_of
from appliance.domain.left import Left
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.voucher import BalanceKind
from appliance.services.ledger import Ledger, moves_balances
from appliance.services.standing import Standing

TOLD = (BalanceKind.GIFT_CARD, BalanceKind.STORE_CREDIT)
"""Of these a rest stays to be spent: a voucher counts once, an account is no card."""


@dataclass(frozen=True, slots=True)
class LeftOnCards:
    """Tells it of a sale that is about to be recorded.

    Attributes:
        ledger: Finds balances; the sale itself is not in them yet.
        standing: Tells how the back office has followed.
    """

    ledger: Ledger
    standing: Callable[[], Standing]

    def __call__(self, facts: ReceiptFacts) -> tuple[Left, ...]:
        """Return what will be left on each card that pays, or gets something back."""
        if not moves_balances(facts):
            return ()
        moved: dict[str, int] = {}
        for each in movements_of(facts.to_data()):
            moved[each.account] = moved.get(each.account, 0) + each.amount_minor
        cards = dict.fromkeys(
            each.account
            for each in facts.payments
            if each.account and each.tender.is_voucher and each.expires is None
        )
        found = (self.ledger.find(card) for card in cards if self.ledger.knows(card))
        return tuple(
            Left(
                each.kind,
                each.account,
                each.balance_minor + moved[each.account],
                self._as_of(each),
            )
            for each in found
            if each.kind in TOLD
        )

    def _as_of(self, holding: Holding) -> datetime | None:
        """Return until when it is known what other registers did; None for until now."""
        standing = self.standing()
        if not holding.stated_at or standing.connected:
            return None
        return standing.told_at or datetime.fromisoformat(holding.stated_at)
