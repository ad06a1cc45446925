"""A customer: what is known of a person, what they allow, and how what was typed becomes it.

Everything that says who somebody is stands in the `Profile`, and nowhere else: it is kept beside
the journal so that it can be erased. A customer's id is random and tells nothing. A birthday, a sex
and the like are never asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from appliance.domain.card import passes_luhn
from appliance.domain.errors import (
    AddressOfMailError,
    CardNumberError,
    CustomerError,
    PhoneError,
    TaxNumberError,
    UnnamedError,
)
from appliance.domain.folding import fold

ATTACHED = "customer"
"""What a customer's data is called as an attachment."""
INVOICED = "invoice"
"""What the buyer's data on one receipt is called as an attachment."""

NEWS = "news"
"""The purpose that is asked where the shop names none: writing about offers."""

CALLING_CODES = {"nl": "31", "be": "32", "fr": "33", "id": "62", "gb": "44"}
"""Each market's country code of telephone numbers (ITU-T E.164)."""

FEWEST_DIGITS = 3
"""Fewer digits are no part of a telephone number that anybody would look for."""

LONGEST = 100
MOST_CARDS = 10
MOST_ADDRESS_LINES = 4

_PHONE_SIGNS = re.compile(r"[\s()./\-\u2010-\u2015]+")
_MAIL = re.compile(r"[^\s@<>,;\"]{1,64}@(?:[^\s@.<>,;\"]{1,63}\.)+[^\s@.<>,;\"0-9]{2,63}")
_TAX_NUMBER = re.compile(r"(?=.*[0-9])[A-Z0-9]{4,20}")
_WORD = re.compile(r"[^\W\d_]+")
_SMALL = frozenset(
    {
        "'s",
        "'t",
        "al",
        "bin",
        "binti",
        "d",
        "da",
        "de",
        "den",
        "der",
        "des",
        "du",
        "el",
        "en",
        "et",
        "het",
        "la",
        "le",
        "les",
        "of",
        "op",
        "te",
        "ten",
        "ter",
        "the",
        "van",
        "von",
    }
)
"""Words within a name that are written small."""
_CARD = re.compile(r"[!-~]{4,40}")


@dataclass(frozen=True, slots=True)
class Profile:
    """Who somebody is. Every part may be empty.

    Attributes:
        name: As the person gives it.
        phone: As ``+`` and digits, with the country's code.
        email: An address.
        company: What stands on an invoice.
        tax_number: Of the company, without spaces.
        address: One line each.
        cards: Numbers of the shop's own cards.
    """

    name: str = ""
    phone: str = ""
    email: str = ""
    company: str = ""
    tax_number: str = ""
    address: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What the person is called on the screen; empty where nothing names them."""
        return self.name or self.company or self.email or self.phone

    @property
    def wants_invoice(self) -> bool:
        """Whether receipts say who bought: for a company, or somebody with a tax number."""
        return bool(self.company or self.tax_number)

    def with_told(self, told: Mapping[str, Any]) -> Profile:
        """Return the profile after something was said about it; what is not said stays."""
        return replace(self, **_parts(told))

    def differences(self, other: Profile) -> dict[str, Any]:
        """Return what another profile says otherwise, in JSON's own types."""
        said = other.to_data(whole=True)
        return {key: value for key, value in said.items() if value != self.to_data(True)[key]}

    def to_data(self, whole: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - read by name
        """Return it in JSON's own types; what is empty is left out unless the ``whole`` is asked."""
        data: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value or whole:
                data[each.name] = list(value) if isinstance(value, tuple) else value
        return data

    @classmethod
    def from_data(cls, told: Mapping[str, Any]) -> Profile:
        """Read what `to_data` made; a part of another form counts as empty."""
        return cls(**_parts(told))


_LISTS = ("address", "cards")
_TEXTS = tuple(each.name for each in fields(Profile) if each.name not in _LISTS)
PARTS = tuple(each.name for each in fields(Profile))
"""The parts of a profile, in the order in which they are shown."""


def _parts(told: Mapping[str, Any]) -> dict[str, Any]:
    """Take the parts of a profile out of what was told; a later program may tell more."""
    found: dict[str, Any] = {
        name: told[name] if isinstance(told[name], str) else "" for name in _TEXTS if name in told
    }
    for name in _LISTS:
        if name in told:
            listed = told[name] if isinstance(told[name], list | tuple) else ()
            found[name] = tuple(each for each in listed if isinstance(each, str))
    return found


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody allowed, or no longer allows.

    Attributes:
        purpose: What for, by the shop's own key, such as ``news``.
        given: Whether it is allowed.
        at: When that was said, ISO 8601.
    """

    purpose: str
    given: bool
    at: str


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as a register knows them now.

    Attributes:
        id: 32 random hexadecimal digits.
        profile: Who it is.
        group: Key of the price group, or empty.
        points: What the office knew of, and this register's own sales since.
        consents: The latest of each purpose.
        balance_minor: What is owed on account, as far as known here.
        is_own: Whether something about them was said here that the office has not repeated yet.
    """

    id: str
    profile: Profile = field(default_factory=Profile)
    group: str = ""
    points: int = 0
    consents: tuple[Consent, ...] = ()
    balance_minor: int = 0
    is_own: bool = False


def to_content(told: Mapping[str, Any]) -> bytes:
    """Write what was said of a customer as an attachment carries it."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def from_content(content: bytes) -> dict[str, Any]:
    """Read what an attachment says of a customer; nothing where it cannot be read."""
    try:
        told = json.loads(content)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def read_profile(typed: Mapping[str, str], calling_code: str) -> Profile:
    """Read what was typed into a form.

    Args:
        typed: By the parts' names; lists are separated by commas.
        calling_code: The country's, such as ``31``.

    Raises:
        CustomerError: A part cannot be used, or nothing names the customer.
    """
    profile = Profile(
        name=read_name(typed.get("name", "")),
        phone=read_phone(typed.get("phone", ""), calling_code),
        email=read_mail(typed.get("email", "")),
        company=read_name(typed.get("company", "")),
        tax_number=read_tax_number(typed.get("tax_number", "")),
        address=_listed(typed.get("address", ""), MOST_ADDRESS_LINES),
        cards=tuple(read_card(each) for each in _listed(typed.get("cards", ""), MOST_CARDS)),
    )
    if not profile.title and not profile.cards:
        raise UnnamedError("A name, a number or a card was expected, found none; type one of them.")
    return profile


def read_text(text: str) -> str:
    """Read a name: without doubled or outer spaces.

    Raises:
        CustomerError: It is too long, or holds what no name does.
    """
    plain = " ".join(text.split())
    if len(plain) > LONGEST or not plain.isprintable():
        raise CustomerError(f"A name of at most {LONGEST} signs was expected; shorten it.")
    return plain


def read_name(text: str) -> str:
    """Read a name; one typed in small letters only, as on the screen's keys, gets its capitals.

    Raises:
        CustomerError: It is too long, or holds what no name does.
    """
    plain = read_text(text)
    if plain != plain.lower():
        return plain
    words = plain.split(" ")
    return " ".join(
        word if place and word in _SMALL else _WORD.sub(lambda m: m[0].capitalize(), word)
        for place, word in enumerate(words)
    )


def read_phone(text: str, calling_code: str) -> str:
    """Read a telephone number into ``+`` and digits (ITU-T E.164: at most 15).

    A number that begins with 0 is of this country, one with 00 or + of the country it names.

    Raises:
        PhoneError: It is none.
    """
    plain = _PHONE_SIGNS.sub("", text.strip())
    if not plain:
        return ""
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    elif plain.startswith("0"):
        plain = f"+{calling_code}{plain[1:]}"
    elif not plain.startswith("+"):
        plain = f"+{calling_code}{plain}"
    digits = plain[1:]
    if not (digits.isascii() and digits.isdecimal() and 8 <= len(digits) <= 15):  # noqa: PLR2004 - E.164, and the shortest in use
        raise PhoneError("A phone number of 8 to 15 digits was expected; type it again.")
    return plain


def read_mail(text: str) -> str:
    """Read an e-mail address; its domain in small letters.

    Raises:
        AddressOfMailError: It is none, such as one that is torn.
    """
    plain = text.strip()
    if not plain:
        return ""
    if not _MAIL.fullmatch(plain) or ".." in plain:
        raise AddressOfMailError("An address such as name@example.com was expected; type it again.")
    mailbox, _, domain = plain.rpartition("@")
    return f"{mailbox}@{domain.lower()}"


def read_tax_number(text: str) -> str:
    """Read a company's tax number: letters and digits; points, spaces and hyphens are left out.

    Raises:
        TaxNumberError: It is none.
    """
    plain = _PHONE_SIGNS.sub("", text).upper()
    if plain and not _TAX_NUMBER.fullmatch(plain):
        raise TaxNumberError("A tax number of 4 to 20 letters and digits was expected.")
    return plain


def read_card(text: str) -> str:
    """Read the number of one of the shop's own cards.

    Raises:
        CardNumberError: It looks like the number of a bank's card, which is never kept.
        CustomerError: No card has such a number.
    """
    plain = text.strip()
    if not _CARD.fullmatch(plain):
        raise CustomerError("A card number of 4 to 40 signs without spaces was expected.")
    # An EAN-13, as many shops print on their cards, is one digit shorter than banks' cards are now.
    if plain.isdecimal() and 14 <= len(plain) <= 19 and passes_luhn(plain):  # noqa: PLR2004 - ISO/IEC 7812
        raise CardNumberError("A customer card was expected, found what looks like a bank's card.")
    return plain


def is_card(text: str, patterns: object) -> bool:
    """Tell whether a scan is one of the shop's customer cards.

    Args:
        text: What was scanned.
        patterns: The shop's setting: a list of texts in which ``#`` stands for a digit and every
            other sign for itself, such as ``"26###########"``.
    """
    if not isinstance(patterns, list):
        return False
    return any(isinstance(each, str) and _fits(text, each) for each in patterns)


def _fits(text: str, pattern: str) -> bool:
    return len(text) == len(pattern) and all(
        sign.isascii() and sign.isdecimal() if wanted == "#" else sign == wanted
        for sign, wanted in zip(text, pattern, strict=True)
    )


def searched_in(profile: Profile) -> str:
    """Return the text in which a customer is sought: without case, accents and signs in numbers."""
    parts = (profile.name, profile.company, profile.email, *phone_digits(profile.phone))
    return fold(" ".join(filter(None, parts)))


def phone_digits(phone: str) -> tuple[str, ...]:
    """Return a number as people type it: with the country's code, and with a 0 instead."""
    digits = phone.removeprefix("+")
    for code in CALLING_CODES.values():
        if digits.startswith(code):
            return digits, f"0{digits.removeprefix(code)}"
    return (digits,) if digits else ()


def sought(text: str) -> list[str]:
    """Return the words of a search; the digits of a number belong together."""
    digits = _PHONE_SIGNS.sub("", text).removeprefix("+")
    if len(digits) >= FEWEST_DIGITS and digits.isdecimal():
        return [digits.removeprefix("00")]
    return fold(text).split()


def _listed(text: str, most: int) -> tuple[str, ...]:
    listed = tuple(filter(None, (read_text(each) for each in text.split(","))))
    if len(listed) > most:
        raise CustomerError(f"At most {most} of these were expected, found {len(listed)}.")
    return listed
