"""The QR code of a credit transfer in euro: EPC069-12, "Quick Response Code: guidelines".

The customer's bank fills in the transfer from it. That a code was shown, or scanned, is no
payment: nothing here says so, and somebody must have seen the money.

A code holds these lines, the last ones left out where they are empty:

| line | what | at most |
| --- | --- | --- |
| 1 | `BCD` | 3 |
| 2 | version: `002`, which needs no BIC within the European Economic Area | 3 |
| 3 | characters: `1`, UTF-8 | 1 |
| 4 | `SCT`, a credit transfer | 3 |
| 5 | BIC | 11 |
| 6 | who is paid | 70 |
| 7 | IBAN | 34 |
| 8 | `EUR` and the amount, 0.01 to 999999999.99 | 15 |
| 9 | purpose | 4 |
| 10 | reference (ISO 11649), or | 35 |
| 11 | a text for the payer and the payee | 140 |
| 12 | a text for the payer alone | 70 |
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.errors import DomainError
from appliance.domain.iban import is_creditor_reference, read_bic, read_iban

CURRENCY = "EUR"
DECIMALS = 2
LEAST_MINOR, MOST_MINOR = 1, 99_999_999_999
LONGEST_BYTES = 331
"""What fits a code of version 13 with error correction M, which is the largest allowed."""
ERROR_CORRECTION = "m"
_LONGEST_NAME, _LONGEST_TEXT, _LONGEST_NOTE, _LONGEST_PURPOSE = 70, 140, 70, 4


class QrAmountError(DomainError, ValueError):
    """An amount that a payment code cannot carry."""


class QrTextError(DomainError, ValueError):
    """A text that a payment code cannot carry."""


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid.

    Attributes:
        name: As the bank knows the shop, up to 70 characters.
        iban: The account.
        bic: The bank, or empty.
    """

    name: str
    iban: str
    bic: str = ""

    def __post_init__(self) -> None:
        """Refuse a payee no bank could pay, and keep numbers the one way they are written."""
        object.__setattr__(self, "iban", read_iban(self.iban))
        object.__setattr__(self, "bic", read_bic(self.bic) if self.bic else "")
        _fitting(self.name, _LONGEST_NAME, "The name of who is paid")
        if not self.name.strip():
            raise QrTextError("A name of who is paid was expected; give it in the shop's settings.")


def payload(
    payee: Payee,
    amount_minor: int,
    *,
    reference: str = "",
    text: str = "",
    purpose: str = "",
    note: str = "",
    version: str = "002",
) -> str:
    """Return what the code says.

    Args:
        payee: Who is paid.
        amount_minor: How much, in cents.
        reference: A creditor reference (ISO 11649), or
        text: words that come with the payment; not both.
        purpose: A code of ISO 20022, such as ``CHAR``.
        note: Words for the payer alone.
        version: ``002``, or ``001`` which must have a BIC.

    Raises:
        QrAmountError: The standard has no room for the amount.
        QrTextError: A text is too long or spans lines, there are two references, or all of it
            together is too long.
    """
    if not LEAST_MINOR <= amount_minor <= MOST_MINOR:
        raise QrAmountError(
            f"A payment code carries 0.01 to 999999999.99 euro, not {amount_minor} cents; "
            "take another way to pay."
        )
    if reference and (text or not is_creditor_reference(reference)):
        raise QrTextError(f"One reference after ISO 11649 was expected, found {reference[:40]!r}.")
    if version == "001" and not payee.bic:
        raise QrTextError("Version 001 of the code needs the BIC; give it, or use version 002.")
    whole, cents = divmod(amount_minor, 10**DECIMALS)
    amount = f"{whole}.{cents:02}".rstrip("0").rstrip(".")
    lines = [
        "BCD",
        version,
        "1",
        "SCT",
        payee.bic,
        payee.name,
        payee.iban,
        f"{CURRENCY}{amount}",
        _fitting(purpose, _LONGEST_PURPOSE, "The purpose"),
        reference,
        _fitting(text, _LONGEST_TEXT, "The text"),
        _fitting(note, _LONGEST_NOTE, "The note"),
    ]
    said = "\n".join(lines).rstrip("\n")
    if len(said.encode()) > LONGEST_BYTES:
        raise QrTextError(
            f"A payment code holds {LONGEST_BYTES} bytes, found {len(said.encode())}; "
            "shorten the shop's name."
        )
    return said


def _fitting(text: str, longest: int, what: str) -> str:
    if len(text) > longest or not text.isprintable():
        raise QrTextError(f"{what} has up to {longest} characters on one line: {text[:40]!r}.")
    return text
