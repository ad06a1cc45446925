"""From what a scanner sends to what was meant.

In this order, and nothing is guessed: the configured prefix and suffix go, a symbology identifier
(ISO/IEC 15424) decides where the scanner sends one, then 8, 12, 13 or 14 digits are a GTIN *before*
anything else, then GS1 element strings, then the shop's own codes.
"""

from __future__ import annotations

import re

from appliance.domain.article import LONGEST_CODE
from appliance.domain.errors import BadCheckDigit, CommandBarcode, ScanError, TooLong, Unreadable
from appliance.domain.gtin import LENGTHS, check_digit, is_digits, is_gtin, to_gtin14
from appliance.domain.scanned import Gtin, Scanned, ShopCode

__all__ = [
    "BadCheckDigit",
    "CommandBarcode",
    "Gtin",
    "ScanError",
    "Scanned",
    "ShopCode",
    "TooLong",
    "Unreadable",
    "expand_upc_e",
    "read",
]

LIMIT = 512
"""Characters. The longest GS1 message a till meets is far shorter; a flood is not read at all."""

_GROUP_SEPARATOR = "\x1d"
_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS1_IDENTIFIERS = frozenset({"]C1", "]e0", "]e1", "]e2", "]e3", "]d2", "]Q3", "]J1"})
"""GS1-128, DataBar and composite, DataMatrix, QR and DotCode with element strings inside."""
_COMPOSITE = re.compile(r"(\](?:E[04]|e0|C1).+?)\|?(\]e[0-3].*)", re.DOTALL)
_WITH_ADD_ON = re.compile(r"\]E0([0-9]{13})\](?:E1([0-9]{2})|E2([0-9]{5}))")
_ADD_ON_PREFIXES = ("977", "978", "979")
"""Periodicals and books: only beside these may 15 or 18 bare digits be a code and its add-on."""
_LINK = re.compile(r"https?://", re.IGNORECASE)
_PROGRAMMING = re.compile(
    r"%%SpecCode|NLS0[0-9]{6}|@[A-Z]{6}[0-9]*;|\$[+%-]{2}|\$(?:P|S|C[A-Z]{4}[0-9A-F]{2})(?:[,$]|$)"
)
"""How setting codes of common scanners begin, when a scanner reads another maker's."""
_AZERTY = re.compile(r"[&é\"'(§èè!çà_-]{8,}")
"""The top row of a French or Belgian keyboard without shift, where digits were meant."""


def read(text: str, *, prefix: str = "", suffix: str = "", decimals: int = 2) -> Scanned:
    """Say what a scan means.

    Args:
        text: What the scanner sent.
        prefix: What the scanner is set to send before each code.
        suffix: What it is set to send behind it, other than line ends and tabs.
        decimals: Digits of the till's minor unit, for prices inside GS1 codes.

    Raises:
        BadCheckDigit: A misread number.
        CommandBarcode: Control characters, or a setting of a scanner.
        TooLong: More than ``LIMIT`` characters.
        Unreadable: Nothing a till can use.
    """
    if len(text) > LIMIT:
        raise TooLong(f"A code has at most {LIMIT} characters, this scan has {len(text)}; ignored.")
    bare = text.strip("\r\n\t ").removeprefix(prefix).removesuffix(suffix).strip("\r\n\t ")
    _refuse_commands(bare)
    identifier = _IDENTIFIER.match(bare)
    if identifier is None:
        return _bare(bare, text, decimals)
    return _identified(identifier[0], bare, text, decimals)


def _refuse_commands(text: str) -> None:
    """Let no control character in, but the GS that separates element strings."""
    if any(ord(char) < ord(" ") and char != _GROUP_SEPARATOR for char in text) or "\x7f" in text:
        raise CommandBarcode(
            "This code holds control characters, which no article's code does; it was not used."
        )
    if _PROGRAMMING.match(text):
        raise CommandBarcode(
            "This code changes a scanner's settings and is no article; it was not used."
        )


def _identified(identifier: str, text: str, raw: str, decimals: int) -> Scanned:
    """Read what an identifier names; what is not GS1's is read as the text it is."""
    several = _several(text, raw, decimals)
    if several is not None:
        return several
    data = text[len(identifier) :]
    if not data:
        raise Unreadable(f"The scanner sent {identifier} and nothing behind it; scan again.")
    if _LINK.match(data):
        return _link(data, raw, decimals)
    if identifier in _GS1_IDENTIFIERS:
        return _message(data, raw, decimals)
    if identifier[1] == "E":
        return _ean_upc(identifier, data, raw)
    # Other symbologies carry a check of their own, so a number that is no GTIN was not misread.
    return Gtin(to_gtin14(data), raw) if is_gtin(data) else _shop_code(data, raw)


def _several(text: str, raw: str, decimals: int) -> Gtin | None:
    """Read codes that are sent as two, each with its identifier; None where there is only one."""
    with_add_on = _WITH_ADD_ON.fullmatch(text)
    if with_add_on:
        return Gtin(to_gtin14(with_add_on[1]), raw, with_add_on[2] or with_add_on[3])
    composite = _COMPOSITE.fullmatch(text)
    if composite:
        return _composite(composite[1], composite[2], raw, decimals)
    return None


def _ean_upc(identifier: str, data: str, raw: str) -> Gtin:
    """Read EAN and UPC, whose lengths the standard fixes for each identifier."""
    if not is_digits(data):
        raise Unreadable(f"EAN and UPC codes hold digits only, found “{data[:40]}”; scan again.")
    if identifier in ("]E1", "]E2"):
        raise Unreadable("Only the small code beside the article's was read; scan the large one.")
    size = (identifier, len(data))
    if size in (("]E0", 13), ("]E4", 8)):
        return Gtin(to_gtin14(data), raw)
    if size in (("]E3", 15), ("]E3", 18)):
        return Gtin(to_gtin14(data[:13]), raw, data[13:])
    if size == ("]E0", 8):
        return Gtin(to_gtin14(expand_upc_e(data)), raw)
    expected = {"]E0": "13", "]E3": "15 or 18", "]E4": "8"}.get(identifier, "no")
    raise Unreadable(
        f"Behind {identifier} {expected} digits were expected, the scanner sent {len(data)}; "
        "set it to send UPC codes as EAN-13."
    )


def expand_upc_e(digits: str) -> str:
    """Return the 12 digits of UPC-A that 8 digits of UPC-E stand for.

    GS1 General Specifications, 5.2.2.4.2: the last of the six middle digits says where the zeros
    were taken out.

    Raises:
        Unreadable: Not 8 digits, or the first is neither 0 nor 1.
        BadCheckDigit: The check digit of the expanded number is wrong.
    """
    if not re.fullmatch(r"[01][0-9]{7}", digits):
        raise Unreadable(f"A UPC-E code has 8 digits and begins with 0 or 1, found {digits[:40]}.")
    system, middle, check = digits[0], digits[1:7], digits[7]
    if middle[5] in "012":
        payload = f"{middle[:2]}{middle[5]}0000{middle[2:5]}"
    elif middle[5] == "3":
        payload = f"{middle[:3]}00000{middle[3:5]}"
    elif middle[5] == "4":
        payload = f"{middle[:4]}00000{middle[4]}"
    else:
        payload = f"{middle[:5]}0000{middle[5]}"
    expected = check_digit(system + payload)
    if check != expected:
        raise BadCheckDigit(
            f"The check digit of {digits} should be {expected}, not {check}; scan again."
        )
    return system + payload + check


def _composite(linear: str, second: str, raw: str, decimals: int) -> Gtin:
    """Read a linear code and the small two-dimensional one above it as one message."""
    identifier, data = linear[:3], linear[3:]
    more = second[3:]
    if identifier.startswith("]E"):
        data = "01" + _ean_upc(identifier, data, raw).gtin14
    return _message(f"{data}{_GROUP_SEPARATOR}{more}" if more else data, raw, decimals)


def _bare(text: str, raw: str, decimals: int) -> Scanned:
    """Read a scan without an identifier."""
    if not text:
        raise Unreadable("The scanner sent nothing; scan again.")
    if is_digits(text):
        return _bare_digits(text, raw, decimals)
    if _LINK.match(text):
        return _link(text, raw, decimals)
    if _GROUP_SEPARATOR in text or _begins_with_article(text):
        return _message(text, raw, decimals)
    if _AZERTY.fullmatch(text):
        raise Unreadable(
            "The scanner types as a French or Belgian keyboard does; set it to send digits, or "
            "connect it as a serial device."
        )
    return _shop_code(text, raw)


def _bare_digits(digits: str, raw: str, decimals: int) -> Scanned:
    """Digits of a GTIN's length are a GTIN or a misread one, never anything else."""
    if len(digits) in LENGTHS:
        return Gtin(to_gtin14(digits), raw)
    code, add_on = digits[:13], digits[13:]
    if len(add_on) in (2, 5) and code.startswith(_ADD_ON_PREFIXES) and is_gtin(code):
        return Gtin(to_gtin14(code), raw, add_on)
    if _begins_with_article(digits):
        return _message(digits, raw, decimals)
    return _shop_code(digits, raw)


def _begins_with_article(text: str) -> bool:
    """Whether a text begins as element strings do: 01 and 14 digits with their check digit."""
    return text.startswith("01") and is_gtin(text[2:16]) and len(text) >= len("01") + 14


def _shop_code(text: str, raw: str) -> ShopCode:
    if not text.isprintable() or "\ufffd" in text:
        raise Unreadable(
            "The scan holds characters that cannot be read; check the scanner's cable."
        )
    if len(text) > LONGEST_CODE:
        raise Unreadable(
            f"A text of {len(text)} characters is no article's code, which has at most "
            f"{LONGEST_CODE}."
        )
    return ShopCode(text, raw)


# Element strings and links need a library that takes long to import, and most shops never scan one.


def _message(data: str, raw: str, decimals: int) -> Gtin:
    from appliance.domain import gs1  # noqa: PLC0415 - as said above

    return gs1.read_message(data, raw, decimals)


def _link(data: str, raw: str, decimals: int) -> Gtin:
    from appliance.domain import gs1  # noqa: PLC0415 - as said above

    return gs1.read_link(data, raw, decimals)
