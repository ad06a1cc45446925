"""The QR code that a merchant shows: EMVCo "Merchant-Presented Mode", and Indonesia's QRIS in it.

A bank gives the shop one code that stands for it. This fills in what one sale asks, as the
standard says: the code becomes one for a single payment (01 from 11 to 12), gets the amount (54)
and, where there is room, a label to find it by (05 in 62), and a new checksum (63).

A code is fields one after the other: two digits of its name, two of its length, counted in
characters, and the value. Templates hold fields of the same kind. The checksum, always last, is
CRC-16/CCITT-FALSE over the UTF-8 bytes of everything before, its own name and length included.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from appliance.domain.epc import QrAmountError
from appliance.domain.errors import DomainError

FORMAT, WAY, CURRENCY, AMOUNT, COUNTRY, NAME, MORE, CHECKSUM = (
    *("00", "01", "53", "54", "58", "59", "62", "63"),
)
LABEL = "05"
"""Of the additional data: the label of this payment."""
STATIC, DYNAMIC = "11", "12"
LONGEST_AMOUNT, LONGEST_VALUE, LONGEST_LABEL = 13, 99, 25
CURRENCIES = {"EUR": "978", "IDR": "360", "GBP": "826"}
"""ISO 4217 by number."""
_HEAD = re.compile(r"[0-9]{4}")

Field = tuple[str, str]
"""A name and its value."""


class MerchantCodeError(DomainError, ValueError):
    """Not a code a bank gave out for the shop."""


def parse(text: str) -> list[Field]:
    """Return the fields of a code or of a template in it, in their order.

    Raises:
        MerchantCodeError: It is cut short, or a field has no length.
    """
    fields: list[Field] = []
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if not _HEAD.fullmatch(head):
            raise _bad(f"a field's name and length at {head!r}")
        name, length = head[:2], int(head[2:])
        value = text[at + 4 : at + 4 + length]
        if len(value) != length or not length:
            raise _bad(f"{length} characters in field {name}, there are {len(value)}")
        fields.append((name, value))
        at += 4 + length
    return fields


def write(fields: Sequence[Field]) -> str:
    """Put fields together.

    Raises:
        MerchantCodeError: A value is empty or too long.
    """
    for name, value in fields:
        if not 1 <= len(value) <= LONGEST_VALUE:
            raise _bad(f"1 to {LONGEST_VALUE} characters in field {name}, there are {len(value)}")
    return "".join(f"{name}{len(value):02}{value}" for name, value in fields)


def checksum(text: str) -> str:
    """Return CRC-16/CCITT-FALSE (polynomial 1021, from FFFF) of a text, as four hex digits."""
    register = 0xFFFF
    for byte in text.encode():
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1) ^ (0x1021 if register & 0x8000 else 0)
            register &= 0xFFFF
    return f"{register:04X}"


def check(text: str) -> list[Field]:
    """Return the fields of a whole code whose checksum is right.

    Raises:
        MerchantCodeError: It is not whole, or a sign in it is wrong.
    """
    code = text.strip()
    fields = parse(code)
    names = [name for name, _ in fields]
    if len(fields) < 2 or names[0] != FORMAT or names[-1] != CHECKSUM:  # noqa: PLR2004 - two fields
        raise _bad("a format first and a checksum last")
    if len(set(names)) != len(names):
        raise _bad("each field once")
    if fields[-1][1].upper() != checksum(code[:-4]):
        raise _bad(f"the checksum {checksum(code[:-4])}, not {fields[-1][1]}")
    return fields


def ask(
    merchant: str, amount_minor: int, *, currency: str, decimals: int, most_minor: int, label: str
) -> str:
    """Return the code that asks one payment.

    Args:
        merchant: The code the bank gave the shop.
        amount_minor: How much.
        currency: ISO 4217 code.
        decimals: Of the currency at this till.
        most_minor: The most that the scheme lets one payment be.
        label: What finds the payment again, up to 25 characters; left out where the shop's own
            code has one already or has no room for it.

    Raises:
        MerchantCodeError: The shop's code cannot be used, or is for another currency.
        QrAmountError: The scheme, or the standard, has no room for the amount.
    """
    fields = dict(check(merchant))
    number = CURRENCIES.get(currency)
    if fields.get(CURRENCY) != number:
        raise _bad(f"the currency {currency} ({number}), not {fields.get(CURRENCY)}")
    whole, part = divmod(amount_minor, 10**decimals)
    amount = f"{whole}.{part:0{decimals}}" if decimals else str(whole)
    if not 1 <= amount_minor <= most_minor or len(amount) > LONGEST_AMOUNT:
        raise QrAmountError(
            f"A payment code carries up to {most_minor} {currency} (minor units), "
            f"not {amount_minor}; take another way to pay."
        )
    fields[WAY] = DYNAMIC
    fields[AMOUNT] = amount
    fields[MORE] = _labelled(fields.get(MORE, ""), label)
    if not fields[MORE]:
        del fields[MORE]
    del fields[CHECKSUM]
    body = write(sorted(fields.items())) + CHECKSUM + "04"
    return body + checksum(body)


def _labelled(more: str, label: str) -> str:
    """Add a label to the additional data where there is none yet and there is room."""
    held = parse(more)
    wanted = write(sorted([*held, (LABEL, label[:LONGEST_LABEL])]))
    if LABEL in dict(held) or len(wanted) > LONGEST_VALUE:
        return more
    return wanted


def _bad(expected: str) -> MerchantCodeError:
    return MerchantCodeError(
        f"The shop's payment code should have {expected}. Copy it from the bank again into the "
        "shop's settings."
    )
