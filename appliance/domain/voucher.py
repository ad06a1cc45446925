"""Codes of gift cards, store credit and vouchers, and what is said where one cannot be used.

A code of the shop's own making is two letters for its kind, twelve signs nobody can guess, and a
check character after ISO 7064, MOD 37,36, which finds every single wrong sign and nearly all that
changed places with their neighbour. Cards that were printed elsewhere keep their own number.

| kind | begins with | holds | may be spent |
| --- | --- | --- | --- |
| gift card | GC | what was put on it | in parts, until nothing is left |
| store credit | SC | what the shop owes for goods that came back | in parts |
| voucher | VC | a fixed value | once; what it is worth too much is lost |
| account | the customer's reference | what the customer owes | up to the customer's limit |
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum

from appliance.domain.card import refuse_card_numbers
from appliance.domain.errors import DomainError

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are misread for others."""
_CHECKED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
RANDOM_SIGNS = 12
"""Sixty bits: whoever types codes at random finds none."""
SHORTEST, LONGEST = 4, 32
_SHOWN = 4
_CODE = re.compile(rf"[0-9A-Z]{{{SHORTEST},{LONGEST}}}")
_BETWEEN = re.compile(r"[\s\-./_]+")


class BalanceKind(Enum):
    """What a balance is. Of an account it is what the customer owes, else what the shop owes."""

    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    VOUCHER = "voucher"
    ACCOUNT = "account"


_PREFIXES = {
    BalanceKind.GIFT_CARD: "GC",
    BalanceKind.STORE_CREDIT: "SC",
    BalanceKind.VOUCHER: "VC",
}


class BalanceError(DomainError, ValueError):
    """A balance cannot be used as it was asked."""


class BadCode(BalanceError):  # noqa: N818 - what a cashier would call it
    """No code of a card or voucher, or one that was misread."""


class UnknownBalance(BalanceError):  # noqa: N818 - the same
    """Neither this register nor the back office knows it."""


class ExpiredBalance(BalanceError):  # noqa: N818 - the same
    """Its last day is over."""


class EmptyBalance(BalanceError):  # noqa: N818 - the same
    """Nothing is left on it."""


class UsedVoucher(BalanceError):  # noqa: N818 - the same
    """It was used before, and counts once."""


class BlockedBalance(BalanceError):  # noqa: N818 - the same
    """The back office blocked it."""


class OverLimit(BalanceError):  # noqa: N818 - the same
    """The customer may owe no more."""


class TakenCode(BalanceError):  # noqa: N818 - the same
    """A card that is to be sold holds money already."""


def make_code(kind: BalanceKind, choose: Callable[[str], str]) -> str:
    """Make a code that nobody can guess.

    Args:
        kind: What it is for; accounts have none, they go by their customer.
        choose: Chooses one of some signs, such as ``secrets.choice``.
    """
    body = _PREFIXES[kind] + "".join(choose(SIGNS) for _ in range(RANDOM_SIGNS))
    return body + check_character(body)


def check_character(text: str) -> str:
    """Return the check character of a text of digits and capitals (ISO 7064, MOD 37,36)."""
    modulus = len(_CHECKED)
    product = modulus
    for sign in text:
        total = (product + _CHECKED.index(sign)) % modulus or modulus
        product = total * 2 % (modulus + 1)
    return _CHECKED[(modulus + 1 - product) % modulus]


def read_code(text: str) -> str:
    """Return a code that was typed or scanned in the one way it is kept.

    Args:
        text: In any letters, with blanks, hyphens or dots between.

    Raises:
        BadCode: It is no code, or was misread.
        CardNumberError: It looks like the number of a bank card.
    """
    refuse_card_numbers(text)
    code = _BETWEEN.sub("", text).upper()
    if not _CODE.fullmatch(code):
        raise BadCode(
            f"A code of {SHORTEST} to {LONGEST} letters and digits was expected, found {text[:40]!r}."
        )
    if is_own(code) and check_character(code[:-1]) != code[-1]:
        raise BadCode(f"The code {shown(code)} was misread: its check character is another.")
    return code


def is_own(code: str) -> bool:
    """Whether a code has the form of the shop's own."""
    return len(code) == 2 + RANDOM_SIGNS + 1 and code[:2] in _PREFIXES.values()


def kind_of(code: str) -> BalanceKind | None:
    """Tell from a code of the shop's own what it is for; None for another's."""
    if not is_own(code):
        return None
    return next(kind for kind, prefix in _PREFIXES.items() if code.startswith(prefix))


def shown(code: str) -> str:
    """Write a code as on a receipt: enough to tell it from others, too little to spend it."""
    return f"..{code[-_SHOWN:]}"


def spaced(code: str) -> str:
    """Write a code in groups of four, as people read it."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
