"""What every terminal driver says to the cashier: fixed sentences, so that they can be translated."""

from __future__ import annotations

PAID = "The card payment was approved."
REFUSED = "The card was refused: nothing was taken."
STOPPED = "The card payment was stopped: nothing was taken."
NO_ANSWER = "The terminal did not answer. Ask again before asking the customer for other money."
NEVER_ASKED = "The payment never reached the terminal: nothing was taken."

GIVEN_BACK = "The card terminal gave the payment back."
NOT_GIVEN_BACK = "The card terminal did not give the payment back."
MAYBE_GIVEN_BACK = "The terminal did not answer. Ask again to see whether it gave the payment back."

DAY_CLOSED = "The card terminal closed its day."
DAY_OPEN = "The card terminal did not close its day."
DAY_UNKNOWN = "The terminal did not answer. Close its day once more."

ANOTHER_PAYMENT = (
    "The terminal's last payment is not this one. Compare its slips before you take other money."
)
CANNOT_SAY = "The terminal cannot say what became of the payment. Compare its slips."
OTHER_AMOUNT = "The terminal took another amount than was asked. Compare its slip."
BY_SLIP = (ANOTHER_PAYMENT, CANNOT_SAY, OTHER_AMOUNT)
"""With these nobody but a person who has the slips can say what became of a payment."""

PAID_BY_SLIP = "The card payment was approved, as the terminal's slip says."
UNPAID_BY_SLIP = "The card payment was not made: the terminal has no slip of it."

CARD_PLEASE = "The customer holds the card to the terminal."

MESSAGES = (
    *(PAID, REFUSED, STOPPED, NO_ANSWER, NEVER_ASKED, CARD_PLEASE),
    *BY_SLIP,
    *(PAID_BY_SLIP, UNPAID_BY_SLIP),
    *(GIVEN_BACK, NOT_GIVEN_BACK, MAYBE_GIVEN_BACK, DAY_CLOSED, DAY_OPEN, DAY_UNKNOWN),
)
