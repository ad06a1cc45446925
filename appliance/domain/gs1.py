"""GS1 element strings and Digital Links, read by ``biip`` and checked again here.

Importing this takes as long as starting a small desk does, so ``barcode`` imports it with the first
scan that needs it. ``biip`` 5.2 reads the syntax well; what it lets pass is refused below.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import biip
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message

from appliance.domain.errors import Unreadable
from appliance.domain.gtin import is_digits, to_gtin14
from appliance.domain.money import Rounding, divide
from appliance.domain.scanned import Gtin

GROUP_SEPARATOR = "\x1d"
# Labels with 000000 for a date are common and their goods are sold all the same.
_CONFIG = biip.ParseConfig(gs1_element_strings_verify_date=False)


def read_message(text: str, raw: str, decimals: int) -> Gtin:
    """Read element strings such as ``01…10…``, separated by GS where they need it.

    Raises:
        Unreadable: They are none, or name no article.
        BadCheckDigit: The GTIN's check digit is wrong.
    """
    message = text.strip(GROUP_SEPARATOR)
    if not message:
        raise Unreadable("The GS1 code is empty; scan again.")
    try:
        elements = GS1Message.parse(message, config=_CONFIG).element_strings
    except (biip.ParseError, ValueError) as error:
        raise Unreadable(f"The GS1 code cannot be read: {_short(error)}") from error
    return _article(elements, raw, decimals)


def read_link(text: str, raw: str, decimals: int) -> Gtin:
    """Read a GS1 Digital Link of any domain; the scheme may be written in capitals.

    Raises:
        Unreadable: It is another web address, or names no article.
        BadCheckDigit: The GTIN's check digit is wrong.
    """
    scheme, _, rest = text.partition(":")
    try:
        link = GS1DigitalLinkURI.parse(f"{scheme.lower()}:{rest}", config=_CONFIG)
    except (biip.ParseError, ValueError) as error:
        raise Unreadable(
            "This is a web address without an article number; scan the article's own code."
        ) from error
    return _article(link.element_strings, raw, decimals)


def _article(elements: Iterable[GS1ElementString], raw: str, decimals: int) -> Gtin:
    """Gather what a till needs of the elements. The first of a kind counts."""
    found: dict[str, GS1ElementString] = {}
    for element in elements:
        found.setdefault(element.ai.ai, element)
    if "01" not in found:
        raise Unreadable(_without_article(found))
    # biip keeps a GTIN with a wrong check digit as an element of its own.
    gtin14 = to_gtin14(found["01"].value)
    amount, currency = _amount(found, decimals)
    return Gtin(
        gtin14=gtin14,
        raw=raw,
        weight_milli=_weight_milli(found),
        count=_count(found),
        price_minor=amount,
        price_currency=currency,
        batch=_value(found, "10"),
        serial=_value(found, "21"),
        best_before=_date(found, "15"),
        expires=_date(found, "17"),
    )


def _without_article(found: dict[str, GS1ElementString]) -> str:
    if "255" in found or "8110" in found:
        return "This is a coupon, not an article; take it as the shop takes coupons."
    if "00" in found or "02" in found:
        return "This label is for a parcel or pallet; scan the article itself."
    return f"The code holds {', '.join(found)} and no article number (01); scan another code."


def _value(found: dict[str, GS1ElementString], ai: str) -> str | None:
    return found[ai].value if ai in found else None


def _date(found: dict[str, GS1ElementString], ai: str) -> date | None:
    return found[ai].date if ai in found else None


def _count(found: dict[str, GS1ElementString]) -> int | None:
    value = _value(found, "30")
    return int(value) if value is not None and is_digits(value) else None


def _weight_milli(found: dict[str, GS1ElementString]) -> int | None:
    """Net weight (310n) in grams; n digits stand behind the point of the kilograms."""
    for ai, element in found.items():
        if ai.startswith("310"):
            return divide(int(element.value) * 1000, 10 ** int(ai[3]), Rounding.HALF_UP)
    return None


def _amount(found: dict[str, GS1ElementString], decimals: int) -> tuple[int | None, str | None]:
    """Price of the piece in minor units (392n), with a numeric currency (393n) if it names one."""
    for ai, element in found.items():
        if ai[:3] not in ("392", "393"):
            continue
        with_currency = ai.startswith("393")
        digits = element.value[3:] if with_currency else element.value
        minor, rest = divmod(int(digits) * 10**decimals, 10 ** int(ai[3]))
        if rest:
            raise Unreadable(
                f"The price {digits} with {ai[3]} decimals on the label is finer than the till's "
                f"{decimals}; type the price instead."
            )
        return minor, element.value[:3] if with_currency else None
    return None, None


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else "unknown"
