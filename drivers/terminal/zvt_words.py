"""What a ZVT terminal says by numbers, as sentences for the cashier.

Source: PA00P015, the lists of intermediate statuses and of result codes. Codes that ask the same of
a cashier share a sentence.
"""

from __future__ import annotations

from drivers.terminal import Outcome, sentences
from drivers.terminal.sentences import CARD_PLEASE, REFUSED, STOPPED

STOPPED_CODE = 0x6C
"""Aborted by a key or because nobody did anything."""

NOT_REGISTERED = 0x6B
WAIT = 0x9C
ALREADY_REVERSED = 0xB4
NOT_REVERSIBLE = 0xB5
_CURRENCY = frozenset({0x6F, 0xC6, 0xCB})

LINE_BROKE = "The line to the terminal broke: it is asked what became of the payment."
_REFUSED_BECAUSE = {
    "The terminal could not read the card: nothing was taken.": (0x64, 0x65, 0x66, 0x72, 0x73),
    "The terminal does not take this kind of card: nothing was taken.": (
        *(0x67, 0x68, 0x76, 0x79, 0x7A, 0x7B, 0x7C, 0x7E, 0xC5, 0xD2, 0xEA),
    ),
    "The card is expired: nothing was taken.": (0x78,),
    "The card is blocked: nothing was taken.": (0x6E,),
    "There is not enough on the card: nothing was taken.": (0x71,),
    "The amount is too high or too low for this card: nothing was taken.": (0xC3, 0xC8, 0xC9),
    "The terminal did not reach the bank: nothing was taken.": (0x7D, 0x9B, 0xA0, 0xA1, 0xA3),
    "The terminal must close its day first: nothing was taken.": (0x6A, 0x77, 0xB1, 0xB2, 0xF0),
    "The terminal is not in order: nothing was taken.": (
        *(0x74, 0x85, 0x89, 0xBF, 0xC0, 0xC2, 0xC4, 0xCC, 0xE2, 0xE3, 0xE4, 0xEB, 0xEC, 0xED),
        *(0xF5, 0xF6, 0xFB, 0xFC, 0xFE, 0xFF),
    ),
}
_BY_RESULT = {code: text for text, codes in _REFUSED_BECAUSE.items() for code in codes}

_SHOWN = {
    "The terminal waits for the amount to be confirmed.": (0x00,),
    "The customer types the PIN.": (0x01, 0x02),
    "The terminal asks the bank.": (0x04, 0xD2, 0xD3, 0xF2),
    "The terminal takes the payment back.": (0x05,),
    "The terminal sends earlier payments.": (0x06,),
    "The terminal does not take this card.": (0x03, 0x07, 0x08, 0x10, 0x19),
    "The card is expired.": (0x09,),
    CARD_PLEASE: (0x0A,),
    "The customer takes the card out.": (0x0B,),
    "The terminal could not read the card.": (0x0C,),
    "The terminal is working.": (0x0D, 0x0E, 0x17, 0x28, 0x2B, 0xF1, 0xF3),
    "The terminal closes its day.": (0x0F,),
    "The terminal is not in order.": (0x12, 0x1A, 0xC9, 0xCA, 0xCB),
    "The payment is not possible.": (0x13, 0x1D),
    "There is not enough on the card.": (0x14, 0x16),
    "The PIN was wrong.": (0x15,),
    "The PIN was wrong too often.": (0x18,),
    "The payment is approved.": (0x1B, 0x1C),
    "The customer chooses a language or an account.": (0x29, 0x2C, 0xE0, 0xE1),
    "The terminal waits for the cashier.": (0xC8,),
    "The card is in the terminal.": (0x68,),
    "The customer chooses a currency.": (0x69,),
}
_BY_STATUS = {code: text for text, codes in _SHOWN.items() for code in codes}

_AND_TAKE_IT_OUT = range(0x41, 0x68)
"""The same statuses once more, where the customer takes the card out meanwhile."""

MESSAGES = (
    *sentences.MESSAGES,
    *(LINE_BROKE, *_REFUSED_BECAUSE),
    *(text for text in _SHOWN if text != CARD_PLEASE),
)
"""Every sentence the driver may show, fixed, so that they can be translated."""


def shown(status: int) -> str:
    """What an intermediate status means; empty where only the terminal's own words tell."""
    if status in _AND_TAKE_IT_OUT:
        status -= 0x40
    return _BY_STATUS.get(status, "")


def refused(code: int) -> tuple[Outcome, str]:
    """What a result code other than zero means for the payment."""
    if code == STOPPED_CODE:
        return Outcome.CANCELLED, STOPPED
    return Outcome.DECLINED, _BY_RESULT.get(code, REFUSED)


def is_about_currency(code: int) -> bool:
    """Whether a command was refused for its currency."""
    return code in _CURRENCY
