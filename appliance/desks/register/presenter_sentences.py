"""What went wrong, said to the person it concerns: what happened and what to do."""

from __future__ import annotations

from appliance.domain.emvco import MerchantCodeError
from appliance.domain.epc import QrAmountError, QrTextError
from appliance.domain.errors import (
    AddressOfMailError,
    AgreedLineError,
    BadCheckDigit,
    CardNumberError,
    CommandBarcode,
    CountError,
    CustomerError,
    ImpossibleValueError,
    PhoneError,
    PointsError,
    ScanError,
    SettlementError,
    ShiftError,
    TaxNumberError,
    TooLong,
    UnknownTaxClassError,
    UnnamedError,
)
from appliance.domain.iban import IbanError
from appliance.domain.voucher import (
    BadCode,
    BlockedBalance,
    EmptyBalance,
    ExpiredBalance,
    OverLimit,
    TakenCode,
    UnknownBalance,
    UsedVoucher,
)
from appliance.journal.errors import JournalFault, JournalFull, JournalReadOnly
from appliance.services.catalogue import UnknownArticleError
from appliance.services.counter import AgeNotAskedError, BusyError, NothingToPayError
from appliance.services.ports import StoreError
from appliance.services.qr import QrSettingError
from appliance.services.returns import (
    AlreadyUndoneError,
    PartlyReturnedError,
    SpentError,
)
from appliance.services.words import Words, sentence

SHOWN_CODE = 40
"""Characters of a code that are shown; a longer one says nothing more to a person."""

NOT_SOLD = sentence("The sale is NOT recorded; the basket is still here.")

_BY_KIND: tuple[tuple[type[Exception], str], ...] = (
    (BadCode, sentence("That is no code of a card, or it was misread. Scan or type it again.")),
    (
        UnknownBalance,
        sentence(
            "Nothing is known of this here. If it was sold today at another register, wait until "
            "that one is connected, or take another way to pay."
        ),
    ),
    (ExpiredBalance, sentence("Its last day is over. Take another way to pay.")),
    (EmptyBalance, sentence("Nothing is left on it. Take another way to pay.")),
    (UsedVoucher, sentence("This voucher was used before. Take another way to pay.")),
    (BlockedBalance, sentence("The back office blocked it. Take another way to pay.")),
    (OverLimit, sentence("This customer may owe no more. Take another way to pay.")),
    (TakenCode, sentence("That card is in use already. Take another card.")),
    (
        IbanError,
        sentence(
            "The account number for QR payments is wrong in the shop's settings. Take another way "
            "to pay, and tell the back office."
        ),
    ),
    (
        MerchantCodeError,
        sentence(
            "The bank's code for QR payments is wrong in the shop's settings. Take another way to "
            "pay, and tell the back office."
        ),
    ),
    (
        QrAmountError,
        sentence("That is more than one QR payment may be. Pay a part of it in another way."),
    ),
    (
        QrTextError,
        sentence(
            "The shop's name for QR payments is missing or too long in its settings. Take another "
            "way to pay, and tell the back office."
        ),
    ),
    (
        QrSettingError,
        sentence("Nobody said where QR payments go. Tell the back office, or pay another way."),
    ),
    (BadCheckDigit, sentence("The code was misread. Scan it again.")),
    (
        CommandBarcode,
        sentence("This barcode is a command for a scanner, not an article. It was not used."),
    ),
    (TooLong, sentence("This scan is too long for an article. Scan the article's own barcode.")),
    (ScanError, sentence("This code cannot be read. Scan again, or look the article up by name.")),
    (
        UnknownTaxClassError,
        sentence("This article has no tax rate here. Tell the back office; it cannot be sold yet."),
    ),
    (
        UnnamedError,
        sentence("Type a name, a phone number or an e-mail address, or scan a card."),
    ),
    (
        PhoneError,
        sentence("That is no phone number. Type all of it; from abroad with 00 or + in front."),
    ),
    (AddressOfMailError, sentence("That e-mail address is not whole. It reads like a@b.com.")),
    (
        TaxNumberError,
        sentence("That is no tax number. Type its letters and digits, or leave it empty."),
    ),
    (CustomerError, sentence("That is too long, or not a number of a card. Type it again.")),
    (PointsError, sentence("These points cannot be spent so. Type another number.")),
    (AgreedLineError, sentence("This line stays as it was agreed. Take it out to change that.")),
    (ImpossibleValueError, sentence("That number cannot be right. Type it again.")),
    (CardNumberError, sentence("That looks like a card number. Type the number of the slip.")),
    (
        SettlementError,
        sentence("That does not fit what is still to be paid. Choose another amount."),
    ),
    (AlreadyUndoneError, sentence("The last sale is undone already. Ring it up again instead.")),
    (
        PartlyReturnedError,
        sentence("Goods came back with this sale. Take back what is left of it by its receipt."),
    ),
    (SpentError, sentence("Of a card sold in it something was spent. It cannot be undone.")),
    (CountError, sentence("Type how many of each note and coin, not what they are worth.")),
    (ShiftError, sentence("The shift is not as it was. Look at it again.")),
    (BusyError, sentence("The sale is being paid. Wait a moment, then try again.")),
    (AgeNotAskedError, sentence("Something here asks an age. Touch the money again to answer.")),
    (NothingToPayError, sentence("There is nothing to pay yet. Scan an article first.")),
    (
        JournalFull,
        sentence("The storage card is full. Free some space, then touch the amount again."),
    ),
    (
        JournalReadOnly,
        sentence("The storage card cannot be written to. Call the technician; sell nothing more."),
    ),
    (
        JournalFault,
        sentence("The storage card failed. Try once more, then call the technician."),
    ),
    (
        StoreError,
        sentence("The articles cannot be read. Call the technician if it stays so."),
    ),
)


def explain(error: Exception, words: Words) -> str:
    """Say in the person's language what an error means and what to do."""
    if isinstance(error, UnknownArticleError):
        code = error.code[:SHOWN_CODE]
        return words.say("No article has the code {code}. Look it up by name.", code=code)
    for kind, said in _BY_KIND:
        if isinstance(error, kind):
            return words.say(said)
    return words.say("Something went wrong. Try again; call the technician if it stays so.")


def explain_unrecorded(error: Exception, words: Words) -> str:
    """Say that a sale was not completed, why, and what to do."""
    return f"{words.say(NOT_SOLD)} {explain(error, words)}"
