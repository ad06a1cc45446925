"""What this register knows of gift cards, store credit, vouchers and accounts, offline as well.

What the back office says lies in directory.db. What this register moved is noted on the shelf with
the sale that moved it; the notes follow from the journal and are made again from it where they are
lost. `appliance.domain.ledger` puts the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from appliance.domain.ledger import Holding, Movement, Own, Stated, hold, movements_of
from appliance.domain.payment import Tender, Tendered
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.voucher import BalanceKind, UnknownBalance, kind_of, read_code, shown
from appliance.journal.entry import Watermark
from appliance.services.ports import Directory, Shelf

TENDERS = {
    BalanceKind.GIFT_CARD: Tender.GIFT_CARD,
    BalanceKind.STORE_CREDIT: Tender.STORE_CREDIT,
    BalanceKind.VOUCHER: Tender.VOUCHER,
    BalanceKind.ACCOUNT: Tender.ON_ACCOUNT,
}
"""How a balance pays."""
_NOTES_KEPT = 50


class Ledger:
    """Finds balances.

    Args:
        directory: What the back office says.
        shelf: Holds what this register moved.
        device: Its name, as the back office knows it.
    """

    def __init__(self, *, directory: Directory, shelf: Shelf, device: str) -> None:
        self._directory = directory
        self._shelf = shelf
        self._device = device

    def find(self, text: str, promised: Iterable[Tendered] = ()) -> Holding:
        """Find a card or voucher by its code.

        Args:
            text: What was scanned or typed.
            promised: Payments of open and parked sales: what they take is spoken for.

        Raises:
            BadCode: It is no code.
            CardNumberError: It looks like the number of a bank card.
            UnknownBalance: Nobody knows it.
        """
        code = read_code(text)
        stated = self._directory.balance_of_code(code)
        own = self._own(code)
        kind = stated.kind if stated else own[0].movement.kind if own else kind_of(code)
        if kind is None:
            raise UnknownBalance(f"{shown(code)} is not known here; take another way to pay.")
        return self._hold(kind, code, stated, own, promised)

    def of_customer(self, customer: str, promised: Iterable[Tendered] = ()) -> Holding:
        """Find what a customer owes.

        Raises:
            UnknownBalance: The back office gave this customer no account.
        """
        stated = self._directory.balance(BalanceKind.ACCOUNT, customer)
        if stated is None:
            raise UnknownBalance("A customer with an account was expected, this one has none.")
        return self._hold(BalanceKind.ACCOUNT, customer, stated, self._own(customer), promised)

    def knows(self, text: str) -> bool:
        """Whether a text is the code of a card or voucher that is known here."""
        try:
            self.find(text)
        except ValueError:
            return False
        return True

    def _hold(
        self,
        kind: BalanceKind,
        account: str,
        stated: Stated | None,
        own: list[Own],
        promised: Iterable[Tendered],
    ) -> Holding:
        self._let_go(account, stated, own)
        sign = 1 if kind is BalanceKind.ACCOUNT else -1
        spoken_for = [
            Own((2**31, number), Movement(kind, account, sign * each.amount_minor))
            for number, each in enumerate(promised)
            if each.account == account
        ]
        return hold(kind, account, stated, [*own, *spoken_for], self._device)

    def _own(self, account: str) -> list[Own]:
        return [_read(note) for note in self._shelf.fact(_key(account), [])]

    def _let_go(self, account: str, stated: Stated | None, own: list[Own]) -> None:
        """Forget notes that are in what the back office says, once there are many."""
        held = stated.holds.get(self._device, (0, 0)) if stated else (0, 0)
        since = [each for each in own if each.place > held]
        if len(own) - len(since) > _NOTES_KEPT:
            self._shelf.keep_fact(_key(account), [_written(each) for each in since])


def note_moves(shelf: Shelf, facts: ReceiptFacts, place: Watermark) -> None:
    """Note on the shelf what a sale moved. The same place again changes nothing."""
    moved: dict[str, list[Own]] = {}
    for each in movements_of(facts.to_data()) if moves_balances(facts) else ():
        moved.setdefault(each.account, []).append(Own(place.place, each))
    for account, own in moved.items():
        before = [n for n in shelf.fact(_key(account), []) if _read(n).place != place.place]
        shelf.keep_fact(_key(account), [*before, *map(_written, own)])


def moves_balances(facts: ReceiptFacts) -> bool:
    """Whether a sale moves any balance."""
    return any(payment.account for payment in facts.payments) or any(
        each.line.account for each in facts.lines
    )


def _key(account: str) -> str:
    return f"moved {account}"


def _written(own: Own) -> list[Any]:
    moved = own.movement
    ends = moved.expires.isoformat() if moved.expires else None
    return [*own.place, moved.kind.value, moved.account, moved.amount_minor, ends]


def _read(note: list[Any]) -> Own:
    epoch, sequence, kind, account, amount, ends = note
    expires = date.fromisoformat(ends) if ends else None
    return Own((epoch, sequence), Movement(BalanceKind(kind), account, amount, expires))
