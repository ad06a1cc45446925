"""What the parts of a shift are called, on screen and on paper."""

from __future__ import annotations

from appliance.domain.line import DiscountKind
from appliance.domain.payment import Tender
from appliance.domain.shift import Period
from appliance.domain.shift_causes import Cause as Reason
from appliance.domain.shift_causes import CauseKind
from appliance.domain.shift_count import MovementKind
from appliance.domain.shift_totals import DISCOUNT_BY_PRICE
from appliance.services.till import Cause
from appliance.services.words import Words, sentence

TENDERS = {
    Tender.CASH.value: sentence("Cash"),
    Tender.CARD_TERMINAL.value: sentence("Card (terminal)"),
    Tender.CARD_MANUAL.value: sentence("Card (by hand)"),
    Tender.VOUCHER.value: sentence("Voucher"),
    Tender.GIFT_CARD.value: sentence("Gift card"),
    Tender.STORE_CREDIT.value: sentence("Store credit"),
    Tender.ON_ACCOUNT.value: sentence("On account"),
    Tender.QR.value: sentence("QR payment"),
}
DISCOUNTS = {
    DiscountKind.LINE.value: sentence("On a line"),
    DiscountKind.BASKET.value: sentence("On the whole sale"),
    DiscountKind.PROMOTION.value: sentence("Promotions"),
    DiscountKind.CUSTOMER.value: sentence("Customers' prices"),
    DiscountKind.POINTS.value: sentence("Points"),
    DISCOUNT_BY_PRICE: sentence("Changed prices"),
}
OPENINGS = {
    Cause.SALE.value: sentence("For sales"),
    Cause.CASH_MOVED.value: sentence("To move money"),
    Cause.NO_SALE.value: sentence("No sale"),
    Cause.COUNT.value: sentence("To count"),
    Cause.FORCED.value: sentence("Unasked, by key or force"),
}
MOVEMENTS = {
    MovementKind.PAID_IN.value: sentence("Paid in"),
    MovementKind.PAID_OUT.value: sentence("Paid out"),
    MovementKind.DROP.value: sentence("To the safe"),
}
PERIODS = {
    Period.DAY.value: sentence("Day"),
    Period.MONTH.value: sentence("Month"),
    Period.YEAR.value: sentence("Year"),
}
_CAUSES = {
    CauseKind.FLOAT: sentence("The money at the beginning may have been another amount."),
    CauseKind.PAID_OUT_MISSING: sentence("Money taken out may not be written down."),
    CauseKind.MOVED_WRONG_WAY: sentence("{amount} in or out may be written the wrong way round."),
    CauseKind.CASH_WAS_CARD: sentence("{receipts} may have been paid by card, not in cash."),
    CauseKind.CARD_WAS_CASH: sentence("{receipts} may have been paid in cash, not by card."),
    CauseKind.CHANGE_NOT_GIVEN: sentence("The change of {receipts} may not have been given."),
    CauseKind.CHANGE_TWICE: sentence("The change of {receipts} may have been given twice."),
    CauseKind.NOTE_MIXED_UP: sentence("A note of {smaller} may have been taken for {larger}."),
    CauseKind.OPENED_WITHOUT_SALE: sentence("Times the drawer was opened without a sale: {times}."),
}


def name(names: dict[str, str], key: str, words: Words) -> str:
    """Name a kind; one of a later version by its own key."""
    return words.say(names[key]) if key in names else key


def say_cause(cause: Reason, words: Words, amounts: dict[str, str]) -> str:
    """Say in a sentence what a difference may come from.

    Args:
        cause: What.
        words: The language.
        amounts: ``amount``, ``smaller`` and ``larger``, written as that language does.
    """
    return words.say(
        _CAUSES[cause.kind],
        **{"amount": "", "smaller": "", "larger": "", **amounts},
        receipts=", ".join(cause.receipts),
        times=cause.times,
    )
