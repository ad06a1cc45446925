"""Payment codes: what one says, and what must be right in the shop's settings before one is shown.

No bank answers here. That a code was shown is recorded before it is; that it was paid is what
somebody saw who may say so. Where a bank's own word comes in later, it takes the place of that
person: it calls what the cashier's "paid" calls, with the same attempt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from appliance.domain import emvco, epc
from appliance.domain.errors import DomainError
from appliance.domain.market import Market, QrScheme
from appliance.domain.money import format_minor
from appliance.services.ports import Attempt
from appliance.services.receipts import PAPER_MINUS, Shop
from appliance.services.words import Words
from drivers.printer import Align, Cut, Element, Feed, Qr, Text

SETTING = "qr_payment"
"""Who is paid: ``name``, ``iban`` and at will ``bic``; or ``emvco``, the code the bank gave."""
SHOWN_DIGITS = 8


class QrSettingError(DomainError, ValueError):
    """The shop's settings do not say who is paid, or say it wrongly."""


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code that asks one payment.

    Attributes:
        text: What it says.
        reference: What finds the payment at the bank, and stands beside it on the screen.
    """

    text: str
    reference: str


class QrCodes:
    """Makes payment codes.

    Args:
        market: Which kind its banks read, and up to what.
        setting: Returns settings of the back office.
    """

    def __init__(self, market: Market, setting: Callable[[str, Any], Any]) -> None:
        self._market = market
        self._setting = setting

    @property
    def offered(self) -> bool:
        """Whether the shop takes payments by code."""
        told = self._setting(SETTING, None)
        return self._market.tenders.qr is not QrScheme.NONE and bool(told)

    def make(self, attempt: Attempt) -> ShownCode:
        """Make the code of one attempt; the same attempt gives the same code.

        Raises:
            QrSettingError: The settings do not say who is paid.
            IbanError: The IBAN or the BIC in them is wrong.
            MerchantCodeError: The bank's code in them cannot be used.
            QrAmountError: It is more than one payment may be.
            QrTextError: The shop's name is too long.
        """
        reference = reference_of(attempt)
        told = self._setting(SETTING, None)
        if not isinstance(told, Mapping):
            raise QrSettingError("Who is paid was expected in the shop's settings, found nothing.")
        rules = self._market.tenders
        if attempt.amount_minor > rules.qr_most_minor:
            raise epc.QrAmountError(
                f"One payment code carries at most {rules.qr_most_minor}, "
                f"not {attempt.amount_minor}; take another way to pay."
            )
        if rules.qr is QrScheme.EMVCO:
            text = emvco.ask(
                str(told.get("emvco", "")),
                attempt.amount_minor,
                currency=self._market.currency,
                decimals=self._market.decimals,
                most_minor=rules.qr_most_minor,
                label=reference,
            )
        else:
            payee = epc.Payee(
                str(told.get("name", "")), str(told.get("iban", "")), str(told.get("bic", ""))
            )
            text = epc.payload(payee, attempt.amount_minor, text=reference)
        return ShownCode(text, reference)


def reference_of(attempt: Attempt) -> str:
    """Return what finds an attempt's payment at the bank: short enough to be compared by eye."""
    return attempt.id[:SHOWN_DIGITS].upper()


def slip(
    code: ShownCode, attempt: Attempt, *, market: Market, shop: Shop, words: Words
) -> list[Element]:
    """Write a payment code on paper, for a customer who cannot reach the screen."""
    say = words.say
    amount = format_minor(attempt.amount_minor, market.decimals, words.language, minus=PAPER_MINUS)
    head: list[Element] = []
    if shop.name:
        head.append(Text(shop.name, align=Align.CENTRE, bold=True))
    return [
        *head,
        Text(say("To pay by QR code"), align=Align.CENTRE),
        Text(f"{market.currency} {amount}", align=Align.CENTRE, bold=True, size=2),
        Feed(),
        Qr(code.text),
        Feed(),
        Text(say("Reference {reference}", reference=code.reference), align=Align.CENTRE),
        Text(say("This is no receipt."), align=Align.CENTRE),
        Cut(),
    ]
