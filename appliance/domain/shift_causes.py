"""Why a drawer may hold more or less than it should: what is worth looking at first.

Rules, not a verdict. Each looks for one slip that comes to exactly this difference; see
``shift.md`` for the worked table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from appliance.domain.market import Market
from appliance.domain.payment import Payment, Tender

MOST_CAUSES = 5
MOST_RECEIPTS = 3
"""Named with one cause; with more it is no trace."""
MOST_SLIPS = 3
"""The same note mixed up so many times at most."""


class CauseKind(Enum):
    """A slip that explains a difference."""

    FLOAT = "float"
    """The money at the beginning was another amount, or was never counted."""
    PAID_OUT_MISSING = "paid_out_missing"
    """Money was taken out, in whole notes, and nobody wrote it down."""
    MOVED_WRONG_WAY = "moved_wrong_way"
    """Paid in was written down as paid out, or the other way round."""
    CASH_WAS_CARD = "cash_was_card"
    """A sale written down as cash was paid by card."""
    CARD_WAS_CASH = "card_was_cash"
    """A sale written down as card was paid in cash."""
    CHANGE_NOT_GIVEN = "change_not_given"
    """The change stayed in the drawer."""
    CHANGE_TWICE = "change_twice"
    """Change was given twice."""
    NOTE_MIXED_UP = "note_mixed_up"
    """One note was taken for another."""
    OPENED_WITHOUT_SALE = "opened_without_sale"
    """The drawer was opened, and no money was to change hands."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What one receipt says of money.

    Attributes:
        receipt: Its number.
        cash_minor: What cash settled.
        other_minor: What each other way settled that a cashier can confuse with cash.
        change_minor: What was given back.
    """

    receipt: str
    cash_minor: int
    other_minor: tuple[int, ...] = ()
    change_minor: int = 0

    @classmethod
    def of(cls, receipt: str, payments: Iterable[Payment]) -> Trace:
        """Read a receipt's payments. What the terminal took is sure: it was a card."""
        paid = tuple(payments)
        cash = [each for each in paid if each.tender is Tender.CASH]
        others = (Tender.CARD_MANUAL, Tender.VOUCHER)
        return cls(
            receipt,
            sum(each.amount_minor for each in cash),
            tuple(each.amount_minor for each in paid if each.tender in others),
            sum(each.change_minor for each in cash),
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a shift, for its difference.

    Attributes:
        traces: Its receipts.
        moved_minor: Its movements, above zero for what came in.
        openings: How often the drawer was opened with no money to move.
        float_minor: The money at the beginning, as written down.
        proposed_minor: What should have been there, as left the time before.
        float_counted: Whether anybody counted it.
    """

    traces: Sequence[Trace] = ()
    moved_minor: Sequence[int] = ()
    openings: int = 0
    float_minor: int = 0
    proposed_minor: int = 0
    float_counted: bool = True


@dataclass(frozen=True, slots=True)
class Cause:
    """A slip that comes to the difference.

    Attributes:
        kind: Which.
        amount_minor: What it is about: the sale, the change, the movement.
        receipts: Where to look.
        notes_minor: The note that was taken for the other.
        times: How often.
    """

    kind: CauseKind
    amount_minor: int = 0
    receipts: tuple[str, ...] = ()
    notes_minor: tuple[int, ...] = ()
    times: int = 1


def likely_causes(difference_minor: int, seen: Evidence, market: Market) -> tuple[Cause, ...]:
    """Return what may explain a difference, the most telling first.

    Args:
        difference_minor: Counted less expected: below zero when money is missing.
        seen: The shift.
        market: Its notes.
    """
    if difference_minor == 0:
        return ()
    found = [
        *_float(difference_minor, seen),
        *_movements(difference_minor, seen),
        *_receipts(difference_minor, seen.traces),
        *_notes(difference_minor, market),
        *_taken_out(difference_minor, market),
        *_openings(seen),
    ]
    return tuple(found[:MOST_CAUSES])


def _float(difference: int, seen: Evidence) -> Iterator[Cause]:
    if not seen.float_counted or seen.proposed_minor - seen.float_minor == difference:
        yield Cause(CauseKind.FLOAT, seen.float_minor)


def _movements(difference: int, seen: Evidence) -> Iterator[Cause]:
    # Written down the wrong way round, an amount is missing once and expected once.
    for moved in seen.moved_minor:
        if -2 * moved == difference:
            yield Cause(CauseKind.MOVED_WRONG_WAY, abs(moved))
            return


def _receipts(difference: int, traces: Sequence[Trace]) -> Iterator[Cause]:
    amount = abs(difference)
    if difference < 0:
        wrong = [each.receipt for each in traces if each.cash_minor == amount]
        change, kind = CauseKind.CHANGE_TWICE, CauseKind.CASH_WAS_CARD
    else:
        wrong = [each.receipt for each in traces if amount in each.other_minor]
        change, kind = CauseKind.CHANGE_NOT_GIVEN, CauseKind.CARD_WAS_CASH
    changed = [each.receipt for each in traces if each.change_minor == amount]
    for which, receipts in ((kind, wrong), (change, changed)):
        if 0 < len(receipts) <= MOST_RECEIPTS:
            yield Cause(which, amount, tuple(receipts))


def _notes(difference: int, market: Market) -> Iterator[Cause]:
    amount = abs(difference)
    slips = [
        (amount // (larger - smaller), (smaller, larger))
        for smaller, larger in pairwise(market.notes_minor)
        if amount % (larger - smaller) == 0
    ]
    if slips:
        times, notes = min(slips)
        if times <= MOST_SLIPS:
            yield Cause(CauseKind.NOTE_MIXED_UP, amount, notes_minor=notes, times=times)


def _taken_out(difference: int, market: Market) -> Iterator[Cause]:
    smallest = min(market.notes_minor, default=0)
    if difference < 0 and smallest and difference % smallest == 0:
        yield Cause(CauseKind.PAID_OUT_MISSING, -difference)


def _openings(seen: Evidence) -> Iterator[Cause]:
    if seen.openings:
        yield Cause(CauseKind.OPENED_WITHOUT_SALE, times=seen.openings)
