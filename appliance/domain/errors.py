"""Everything the domain refuses, in one tree.

Each error has a builtin second parent, so that code which knows nothing of Balie can still catch
it by what it is. Its message is one sentence: what was expected, what was found, what to do.
"""

from __future__ import annotations


class DomainError(Exception):
    """Something the trade's rules do not allow."""


class ImpossibleValueError(DomainError, ValueError):
    """A value no article, line, tax or payment can have."""


class AgreedLineError(ImpossibleValueError):
    """A change of a line that stays as it was agreed: what comes back, or is for one card."""


class AmountError(DomainError, ValueError):
    """A text that is not an amount in the given language."""


class MarketError(DomainError, ValueError):
    """A market profile that cannot be used."""


class UnknownMarketError(MarketError, LookupError):
    """No profile for that market."""


class UnknownTaxClassError(DomainError, LookupError):
    """The market has no such tax class."""


class UnknownLineError(DomainError, LookupError):
    """The basket has no line with that number."""


class PromotionError(DomainError, ValueError):
    """A promotion that cannot be: the back office must correct it."""


class BasketError(DomainError, ValueError):
    """A stored basket that cannot be read."""


class SettlementError(DomainError, ValueError):
    """Payments that cannot settle the sale."""


class CardNumberError(DomainError, ValueError):
    """Digits that look like a card number, where none may be kept."""


class ReceiptError(DomainError, ValueError):
    """Facts of a completed sale that do not add up or cannot be read."""


class CountError(DomainError, ValueError):
    """A count of money that cannot be."""


class ShiftError(DomainError, ValueError):
    """Something that a shift cannot do as it stands, or a record of one that cannot be read."""


class PinError(DomainError, ValueError):
    """A PIN that may not be chosen, or a stored hash that cannot be read."""


class CustomerError(DomainError, ValueError):
    """Something a customer cannot have."""


class UnnamedError(CustomerError):
    """A customer of whom nothing is known to find them by."""


class PhoneError(CustomerError):
    """No telephone number."""


class AddressOfMailError(CustomerError):
    """No e-mail address."""


class TaxNumberError(CustomerError):
    """No company's tax number."""


class PointsError(DomainError, ValueError):
    """Points that cannot be spent so, or a rule for them that is none."""


class ScanError(DomainError, ValueError):
    """A scan that cannot be used."""


class BadCheckDigit(ScanError):  # noqa: N818 - the plan's name, and what a cashier would call it
    """The check digit is wrong: a misread code."""


class CommandBarcode(ScanError):  # noqa: N818 - the same
    """A barcode meant for the scanner or the terminal, not an article."""


class TooLong(ScanError):  # noqa: N818 - the same
    """More text than any barcode at a till carries."""


class Unreadable(ScanError):  # noqa: N818 - the same
    """Neither an article's number nor a code of the shop."""
