"""Balances of gift cards, store credit, vouchers and accounts: what moved them, what they come to.

Nothing is booked apart from the sale: a completed sale says by its lines and payments how it moves
balances, and everybody (this device, the collector, a verifier) reads that in the same way.

| in a sale | gift card | store credit | voucher | account (what is owed) |
| --- | --- | --- | --- | --- |
| a line that puts money on it | + | | | |
| a line that pays off | | | | - |
| a payment from it | - | - | - | + |
| a payment back to it (below zero) | + | + | + | - |

A device knows what the back office said last, and what it moved itself since. Each balance that
the back office says names, by device, the last entry that is in it; the device adds what it moved
after that. So nothing counts twice and nothing is forgotten, however late either of them speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from appliance.domain.voucher import (
    BalanceKind,
    BlockedBalance,
    EmptyBalance,
    ExpiredBalance,
    OverLimit,
    UnknownBalance,
    UsedVoucher,
    shown,
)

Place = tuple[int, int]
"""Epoch and sequence of an entry."""

_OF_TENDER = {
    "gift_card": BalanceKind.GIFT_CARD,
    "store_credit": BalanceKind.STORE_CREDIT,
    "voucher": BalanceKind.VOUCHER,
    "on_account": BalanceKind.ACCOUNT,
}
_OF_LINE = {"gift_card": BalanceKind.GIFT_CARD, "account": BalanceKind.ACCOUNT}


@dataclass(frozen=True, slots=True)
class Movement:
    """What a sale does to one balance.

    Attributes:
        kind: Which sort of balance.
        account: The code, or the customer's reference.
        amount_minor: What the balance gains; below zero for what it loses.
        expires: The last day of a balance that this began, where it has one.
    """

    kind: BalanceKind
    account: str
    amount_minor: int
    expires: date | None = None

    @property
    def key(self) -> tuple[BalanceKind, str]:
        """Which balance."""
        return self.kind, self.account


def movements_of(data: Mapping[str, Any]) -> tuple[Movement, ...]:
    """Return what a ``balie.sale.completed.v1`` does to balances, in the order it says so.

    A payment or line that names no balance moves none; a voucher printed by somebody else is one.

    Raises:
        KeyError, TypeError, ValueError: Something is missing or not what it should be.
    """
    return tuple(_moved(data))


def _moved(data: Mapping[str, Any]) -> Iterator[Movement]:
    for line in data["lines"]:
        kind = _OF_LINE.get(line.get("kind", ""))
        if kind is not None and line.get("account"):
            sign = -1 if kind is BalanceKind.ACCOUNT else 1
            yield Movement(kind, line["account"], sign * line["gross_minor"], _day(line))
    for payment in data["payments"]:
        kind = _OF_TENDER.get(payment["tender"])
        if kind is not None and payment.get("account"):
            sign = 1 if kind is BalanceKind.ACCOUNT else -1
            amount = sign * payment["amount_minor"]
            yield Movement(kind, payment["account"], amount, _day(payment))


def _day(part: Mapping[str, Any]) -> date | None:
    said = part.get("expires")
    return date.fromisoformat(said) if said else None


@dataclass(frozen=True, slots=True)
class Own:
    """A movement of this device.

    Attributes:
        place: Its entry.
        movement: What moved.
    """

    place: Place
    movement: Movement


@dataclass(frozen=True, slots=True)
class Stated:
    """A balance as the back office says it.

    Attributes:
        kind: Which sort.
        account: The code, or the customer's reference.
        balance_minor: What it came to, everything in it that the back office knew.
        limit_minor: What a customer may owe; of others nothing.
        expires: The last day, where there is one.
        blocked: Whether nobody may use it any more.
        at: When the back office said so, ISO 8601.
        holds: By device, the last entry that is in it.
    """

    kind: BalanceKind
    account: str
    balance_minor: int
    limit_minor: int = 0
    expires: date | None = None
    blocked: bool = False
    at: str = ""
    holds: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Holding:
    """A balance as this device knows it.

    Attributes:
        kind: Which sort.
        account: The code, or the customer's reference.
        balance_minor: What it comes to; below zero where it was spent twice while devices did not
            know of each other.
        limit_minor: What a customer may owe.
        expires: The last day, where there is one.
        blocked: Whether nobody may use it any more.
        stated_at: When the back office spoke of it last, ISO 8601; empty where it never did.
        used: Whether this device took from it since.
    """

    kind: BalanceKind
    account: str
    balance_minor: int
    limit_minor: int = 0
    expires: date | None = None
    blocked: bool = False
    stated_at: str = ""
    used: bool = False

    @property
    def available_minor(self) -> int:
        """The most that can be paid with it."""
        if self.kind is BalanceKind.ACCOUNT:
            return max(0, self.limit_minor - self.balance_minor)
        return max(0, self.balance_minor)

    def pays(self, left_minor: int, today: date) -> int:
        """Return how much of what is left to pay it pays: all of it, or all it has.

        Args:
            left_minor: What is left to pay, above zero.
            today: To see whether it still counts.

        Raises:
            BlockedBalance: Nobody may use it any more.
            ExpiredBalance: Its last day is over.
            UsedVoucher: It is a voucher that was used.
            OverLimit: The customer may owe no more.
            EmptyBalance: Nothing is left on it.
        """
        name = shown(self.account)
        if self.blocked:
            raise BlockedBalance(f"{name} is blocked; take another way to pay.")
        if self.expires is not None and today > self.expires:
            raise ExpiredBalance(f"{name} was good until {self.expires}; take another way to pay.")
        if self.available_minor == 0:
            raise _EMPTY[self.kind](f"Nothing can be paid with {name}; take another way to pay.")
        return min(left_minor, self.available_minor)


_EMPTY: Mapping[BalanceKind, type[Exception]] = {
    BalanceKind.GIFT_CARD: EmptyBalance,
    BalanceKind.STORE_CREDIT: EmptyBalance,
    BalanceKind.VOUCHER: UsedVoucher,
    BalanceKind.ACCOUNT: OverLimit,
}


def settled_balance(kind: BalanceKind, given_minor: int, moved_minor: Sequence[int]) -> int:
    """Return what a balance comes to.

    Args:
        kind: Which sort; of a voucher that was used nothing is left, whatever it paid.
        given_minor: What it began with.
        moved_minor: What moved it since.
    """
    moved = sum(moved_minor)
    balance = given_minor + moved
    return min(balance, 0) if kind is BalanceKind.VOUCHER and moved < 0 else balance


def hold(
    kind: BalanceKind, account: str, stated: Stated | None, own: Iterable[Own], device: str
) -> Holding:
    """Put together what the back office says of a balance and what this device moved since.

    Args:
        kind: Which sort.
        account: The code, or the customer's reference.
        stated: What the back office says, None where it says nothing.
        own: Every movement of this device that is still noted.
        device: Its name.

    Raises:
        UnknownBalance: Nobody knows it.
    """
    held = stated.holds.get(device, (0, 0)) if stated else (0, 0)
    since = [each.movement for each in own if each.place > held]
    if stated is None and not since:
        raise UnknownBalance(f"{shown(account)} is not known here; take another way to pay.")
    said = stated or Stated(kind, account, 0)
    balance = settled_balance(kind, said.balance_minor, [each.amount_minor for each in since])
    taken = any(each.amount_minor < 0 for each in since)
    ends = [each.expires for each in since if each.expires is not None]
    return Holding(
        kind=kind,
        account=account,
        balance_minor=balance,
        limit_minor=said.limit_minor,
        expires=said.expires or max(ends, default=None),
        blocked=said.blocked,
        stated_at=said.at,
        used=taken,
    )
