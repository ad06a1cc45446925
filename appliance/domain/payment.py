"""Money changes hands: what is due, what was given, what goes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from appliance.domain.card import mask_card_numbers, refuse_card_numbers
from appliance.domain.errors import ImpossibleValueError, SettlementError
from appliance.domain.market import Market, RoundingScope
from appliance.domain.money import round_to

__all__ = [
    "Payment",
    "PaymentOutcome",
    "Settlement",
    "Tender",
    "Tendered",
    "cash_due",
    "mask_card_numbers",
    "refuse_card_numbers",
    "settle",
    "suggest_notes",
]


class Tender(Enum):
    """A way to pay."""

    CASH = "cash"
    CARD_TERMINAL = "card_terminal"
    """Through the terminal that Balie asks."""
    CARD_MANUAL = "card_manual"
    """On a terminal of its own; the cashier types the reference."""
    VOUCHER = "voucher"
    """A paper worth an amount, such as a meal voucher."""
    GIFT_CARD = "gift_card"
    """From the balance of one of the shop's cards."""
    STORE_CREDIT = "store_credit"
    """From what the shop owes a customer."""
    ON_ACCOUNT = "on_account"
    """The customer pays later."""
    QR = "qr"
    """By a code that the customer's bank pays."""

    @property
    def has_moved(self) -> bool:
        """Whether the money has left the customer before the sale is completed."""
        return self in (Tender.CARD_TERMINAL, Tender.QR)

    @property
    def is_voucher(self) -> bool:
        """Whether it stands for money paid or owed before: never rounded as cash is."""
        return self in (Tender.VOUCHER, Tender.GIFT_CARD, Tender.STORE_CREDIT)

    @property
    def is_balance(self) -> bool:
        """Whether it moves a balance that the shop keeps."""
        return self.is_voucher or self is Tender.ON_ACCOUNT

    @property
    def takes_tips(self) -> bool:
        """Whether something can be given on top of it for the staff."""
        return self in (Tender.CARD_TERMINAL, Tender.CARD_MANUAL, Tender.QR)


class PaymentOutcome(Enum):
    """What became of an attempt to pay by terminal."""

    APPROVED = "approved"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    """No answer: money may have moved. Looked up later, never taken for declined."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Tendered:
    """What a customer hands over, or gets back on a return (then below zero).

    Attributes:
        tender: The way to pay.
        amount_minor: How much; zero only in cash, where rounding leaves nothing to hand over.
        reference: The terminal's or the slip's; no card number.
        attempt: Id of the payment attempt, for the terminal and for a QR code.
        tip_minor: Given on top of the amount, for the staff.
        account: The balance it moves: a code, or the customer's reference; else empty.
        expires: The last day of a balance that it begins, where it has one.
    """

    tender: Tender
    amount_minor: int
    reference: str | None = None
    attempt: str | None = None
    tip_minor: int = 0
    account: str = ""
    expires: date | None = None

    def __post_init__(self) -> None:
        """Refuse nothing by card, and digits that may not be kept."""
        if not self.amount_minor and self.tender is not Tender.CASH:
            raise ImpossibleValueError("Only cash can settle an amount of zero.")
        if self.tip_minor < 0 or (self.tip_minor and not self.tender.takes_tips):
            raise ImpossibleValueError("A tip is given on top of a card, and not below nothing.")
        refuse_card_numbers(self.reference or "")
        if self.tender is not Tender.ON_ACCOUNT:
            # A customer's reference is random: one in some hundred looks like a card's number.
            refuse_card_numbers(self.account)


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as settled.

    Attributes:
        tender: The way to pay.
        amount_minor: What it settles of the sale.
        tendered_minor: What was handed over.
        change_minor: What went back of it.
        rounding_minor: Cash rounding that made this payment's amount.
        reference: The terminal's or the slip's; no card number.
        attempt: Id of the payment attempt, for the terminal and for a QR code.
        tip_minor: Given on top of the amount, for the staff: no part of the sale. Below zero where
            it is given back with the rest.
        account: The balance it moves: a code, or the customer's reference; else empty.
        expires: The last day of a balance that it begins, where it has one.
    """

    tender: Tender
    amount_minor: int
    tendered_minor: int
    change_minor: int = 0
    rounding_minor: int = 0
    reference: str | None = None
    attempt: str | None = None
    tip_minor: int = 0
    account: str = ""
    expires: date | None = None

    def __post_init__(self) -> None:
        """Refuse a payment that does not add up, and change from anything but cash."""
        if self.tendered_minor - self.change_minor != self.amount_minor:
            raise SettlementError(
                f"{self.tendered_minor} given and {self.change_minor} back "
                f"do not make a payment of {self.amount_minor}."
            )
        if self.change_minor < 0 or (self.change_minor and self.tender is not Tender.CASH):
            raise SettlementError("Change is given back against cash only.")


@dataclass(frozen=True, slots=True)
class Settlement:
    """How far payments settle a sale.

    Attributes:
        total_minor: What the sale came to.
        rounding_minor: Cash rounding, its own line on the receipt; never part of the tax.
        payments: As settled; all cash together is one payment.
        remaining_minor: Still to pay by card or the like; below zero when still to give back.
        remaining_cash_minor: The same if it is paid in cash, rounded by the market.
        remaining_voucher_minor: The same if it is paid with a voucher or card of the shop, which
            some markets do not let a till round.
    """

    total_minor: int
    rounding_minor: int
    payments: tuple[Payment, ...]
    remaining_minor: int
    remaining_cash_minor: int
    remaining_voucher_minor: int

    @property
    def payable_minor(self) -> int:
        """The total with the rounding."""
        return self.total_minor + self.rounding_minor

    @property
    def paid_minor(self) -> int:
        """What the payments settle."""
        return sum(payment.amount_minor for payment in self.payments)

    @property
    def change_minor(self) -> int:
        """What goes back to the customer."""
        return sum(payment.change_minor for payment in self.payments)

    @property
    def is_settled(self) -> bool:
        """Whether nothing remains, so the sale can be completed."""
        return self.remaining_minor == 0


def cash_due(total_minor: int, market: Market) -> tuple[int, int]:
    """Return what is due in cash, and the rounding that is in it.

    Args:
        total_minor: What is left to pay; below zero for what is given back.
        market: Its rule of cash rounding.
    """
    return _rounded(total_minor, market, RoundingScope.CASH, RoundingScope.ALL)


def _rounded(total_minor: int, market: Market, *scopes: RoundingScope) -> tuple[int, int]:
    rule = market.cash_rounding
    if rule.scope not in scopes or abs(total_minor) <= rule.above_minor:
        return total_minor, 0
    due = round_to(total_minor, rule.step_minor, rule.rounding)
    return due, due - total_minor


def settle(payable: int, payments: Sequence[Tendered], market: Market) -> Settlement:
    """Settle a sale with what was handed over so far.

    All others settle exact amounts; cash settles what they leave, rounded as the market rounds cash,
    and only cash gives change. Where the market rounds however it is paid, it rounds what vouchers
    leave; what they pay stays exact.

    Args:
        payable: The total in minor units, before cash rounding; below zero on a return.
        payments: What was handed over, or on a return paid out (below zero), in turn.
        market: Its rule of cash rounding.

    Raises:
        SettlementError: More than the total other than in cash, money the wrong way round, or more paid out
            than is owed.
    """
    apart = _apart(payments, market)
    rest, rounding = _rounded(payable - apart, market, RoundingScope.ALL)
    total = apart + rest
    way = -1 if payable < 0 else 1
    if any(given.amount_minor * way < 0 for given in payments):
        raise SettlementError(
            "A sale takes money and a return gives it back; a payment goes the other way."
        )
    others = [given for given in payments if given.tender is not Tender.CASH]
    cash = [given for given in payments if given.tender is Tender.CASH]
    left = total - sum(given.amount_minor for given in others)
    if left * way < 0 or (payable - apart) * way < 0:
        raise SettlementError(
            f"{total - left} is paid, more than the {total} owed; only cash gives change."
        )
    due, cash_rounding = _rounded(left, market, RoundingScope.CASH)
    # Of what is left a voucher pays what no rounding touched.
    exact = left if market.cash_rounding.vouchers else left - rounding
    if not cash:
        settled = tuple(map(_exact, others))
        return Settlement(payable, rounding, settled, left, due, exact if left else 0)
    paid = _in_cash(sum(given.amount_minor for given in cash), due, cash_rounding)
    parts = [_exact(given) for given in others]
    parts.insert(payments.index(cash[0]), paid)
    if paid.amount_minor == due:
        return Settlement(payable, rounding + cash_rounding, tuple(parts), 0, 0, 0)
    still, still_cash = left - paid.amount_minor, due - paid.amount_minor
    # A cent that only rounding leaves open can only be settled in cash.
    still = still if still * way > 0 else still_cash
    exact -= paid.amount_minor
    return Settlement(
        payable, rounding, tuple(parts), still, still_cash, exact if exact * way > 0 else 0
    )


def _apart(payments: Sequence[Tendered], market: Market) -> int:
    """Add up what is paid with vouchers and stays exact, where the market has it so."""
    if market.cash_rounding.vouchers:
        return 0
    return sum(given.amount_minor for given in payments if given.tender.is_voucher)


def _exact(given: Tendered) -> Payment:
    return Payment(
        tender=given.tender,
        amount_minor=given.amount_minor,
        tendered_minor=given.amount_minor,
        reference=given.reference,
        attempt=given.attempt,
        tip_minor=given.tip_minor,
        account=given.account,
        expires=given.expires,
    )


def _in_cash(given: int, due: int, rounding: int) -> Payment:
    if given < 0 and given < due:
        raise SettlementError(f"Only {-due} is to be given back in cash, not {-given}.")
    change = given - due if given > due >= 0 else 0
    covers = given - change == due
    return Payment(Tender.CASH, given - change, given, change, rounding if covers else 0)


def most_cash(due_minor: int, market: Market) -> int:
    """Return the most that anybody hands over for what is due: as much, and the largest note.

    More is a slip of the finger, and its change would empty the drawer.
    """
    return due_minor + max(market.notes_minor, default=due_minor)


def suggest_notes(due_minor: int, market: Market, count: int = 3) -> tuple[int, ...]:
    """Return the amounts a customer is likely to hand over in notes, smallest first.

    Each is above what is due, and each is one no note can be taken from without falling short. The
    smallest single note that covers it is always among them: 11.85 gives 15, 20, 50.

    Args:
        due_minor: What is due in cash.
        market: Its notes.
        count: At most how many.
    """
    if due_minor <= 0 or count <= 0:
        return ()
    reached = {-(-due_minor // note) * note for note in market.notes_minor} - {due_minor}
    likely = sorted(reached)[:count]
    single = next((note for note in market.notes_minor if note > due_minor), None)
    if single is not None and likely and single not in likely:
        likely[-1] = single
    return tuple(likely)
