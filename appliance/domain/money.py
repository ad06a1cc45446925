"""Amounts in whole minor units, and every way they are rounded, shared out, written and read.

No amount is ever a float. The algorithms stand with worked tables in ``money.md`` beside this file;
those tables are the tests.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from appliance.domain.errors import AmountError, ImpossibleValueError

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
_WHOLE_BP = 10_000
MAX_DIGITS = 15
"""No till needs more, and nothing longer fits the database's integers safely."""


class Rounding(Enum):
    """How a half, or any fraction, becomes a whole minor unit.

    The value is the name stored with each sale. All are symmetric around zero, so that a return
    mirrors its sale.
    """

    HALF_UP = "half_up"
    """To the nearest; a half goes away from zero: what tax authorities call commercial."""
    HALF_EVEN = "half_even"
    """To the nearest; a half goes to the even neighbour."""
    HALF_DOWN = "half_down"
    """To the nearest; a half goes towards zero."""
    UP = "up"
    """Any fraction goes away from zero."""
    DOWN = "down"
    """Any fraction goes towards zero."""


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Divide exactly, then round by name.

    Raises:
        ZeroDivisionError: The denominator is zero.
    """
    quotient, remainder = divmod(abs(numerator), abs(denominator))
    if not remainder:
        # Whole pieces: nothing is rounded, and a basket asks for hundreds of them at every scan.
        return quotient if (numerator >= 0) == (denominator > 0) else -quotient
    twice, whole = 2 * remainder, abs(denominator)
    raised = {
        Rounding.HALF_UP: twice >= whole,
        Rounding.HALF_DOWN: twice > whole,
        Rounding.HALF_EVEN: twice > whole or (twice == whole and quotient % 2 == 1),
        Rounding.UP: remainder > 0,
        Rounding.DOWN: False,
    }[rounding]
    size = quotient + int(raised)
    return size if (numerator >= 0) == (denominator > 0) else -size


def round_to(amount_minor: int, step_minor: int, rounding: Rounding) -> int:
    """Round an amount to a multiple of a step, such as five cents.

    Raises:
        ImpossibleValueError: The step is not positive.
    """
    if step_minor <= 0:
        raise ImpossibleValueError(f"A rounding step must be above zero, not {step_minor}.")
    return divide(amount_minor, step_minor, rounding) * step_minor


def largest_remainder(total: int, numerators: Sequence[int], denominator: int) -> list[int]:
    """Round the exact parts ``numerator / denominator`` to whole numbers that sum to ``total``.

    Each part is first rounded down; what is missing goes, one each, to the parts that lost most,
    the first of equals first. A part that is exact is never touched. Mirrored amounts give mirrored
    parts.

    Args:
        total: The sum of the parts, rounded to either neighbour.
        numerators: One for each part, of either sign.
        denominator: Above zero.

    Raises:
        ImpossibleValueError: ``total`` is not the rounded sum of the parts.
    """
    if next((value for value in (total, *numerators) if value), 0) < 0:
        mirrored = largest_remainder(-total, [-value for value in numerators], denominator)
        return [-part for part in mirrored]
    parts, losses = [], []
    for value in numerators:
        part, loss = divmod(value, denominator)
        parts.append(part)
        losses.append(loss)
    missing = total - sum(parts)
    losers = sorted(
        [i for i, loss in enumerate(losses) if loss], key=losses.__getitem__, reverse=True
    )
    if not 0 <= missing <= len(losers):
        raise ImpossibleValueError(
            f"The parts sum to {sum(numerators)}/{denominator}, which does not round to {total}."
        )
    for i in losers[:missing]:
        parts[i] += 1
    return parts


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Share an amount by weight so that the parts sum to it exactly.

    By largest remainder; ties go to the first. A negative total gives the mirrored parts.

    Args:
        total: What is shared, in minor units.
        weights: One for each part, zero or more; parts of weight zero get nothing.

    Raises:
        ImpossibleValueError: A weight is negative, or there is something to share and no weight.
    """
    if any(weight < 0 for weight in weights):
        raise ImpossibleValueError(f"Weights must be zero or more, found {min(weights)}.")
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ImpossibleValueError(f"There is no weight to share {total} over.")
        return [0] * len(weights)
    return largest_remainder(total, [total * weight for weight in weights], whole)


def share_percent(percent_bp: int, amounts: Sequence[int], rounding: Rounding) -> list[int]:
    """Take a share of each amount so that the parts sum to that share of all of them, rounded.

    By largest remainder; ties go to the first. What is exact for one amount does not hang on the
    others, so that one amount more moves hardly any other's part.

    Args:
        percent_bp: The share in basis points.
        amounts: In minor units.
        rounding: Of the whole.
    """
    exact = [amount * percent_bp for amount in amounts]
    return largest_remainder(divide(sum(exact), _WHOLE_BP, rounding), exact, _WHOLE_BP)


@dataclass(frozen=True, slots=True)
class _Style:
    """How a language writes numbers and amounts."""

    group: str
    decimal: str
    amount: str
    """Where the minus, the symbol and the digits stand."""


_STYLES = {
    "nl": _Style(".", ",", "{symbol}\u00a0{minus}{digits}"),
    "fr": _Style(NO_BREAK_SPACE, ",", "{minus}{digits}\u00a0{symbol}"),
    "id": _Style(".", ",", "{minus}{symbol}\u00a0{digits}"),
    "en": _Style(",", ".", "{minus}{symbol}{digits}"),
}
# People type the space they find on the keyboard; pasted texts carry the typographer's.
_SPACES = " \u00a0\u202f\u2009"


def _style(language: str) -> _Style:
    try:
        return _STYLES[language[:2]]
    except KeyError:
        raise AmountError(
            f"Amounts can be written in {', '.join(_STYLES)}, not in “{language}”."
        ) from None


def _digits(value: int, decimals: int, style: _Style) -> str:
    whole, fraction = divmod(abs(value), 10**decimals)
    text = f"{whole:,}".replace(",", style.group)
    return f"{text}{style.decimal}{fraction:0{decimals}d}" if decimals else text


def format_minor(
    amount_minor: int, decimals: int, language: str, *, symbol: str = "", minus: str = MINUS
) -> str:
    """Write an amount as the language does: nl ``€ 1.234,50``, en ``£1,234.50``, id ``Rp 12.500``.

    Spaces inside an amount do not break: U+00A0, which printers' code pages have too.

    Args:
        amount_minor: The amount in minor units.
        decimals: How many digits of it are shown after the decimal sign.
        language: ``nl``, ``fr``, ``id`` or ``en``; a region such as ``en_GB`` is passed over.
        symbol: The currency's symbol; none is written when empty.
        minus: The sign of a negative amount.

    Raises:
        AmountError: The language is not known.
    """
    style = _style(language)
    sign = minus if amount_minor < 0 else ""
    digits = _digits(amount_minor, decimals, style)
    if not symbol:
        return sign + digits
    if symbol[-1].isalpha() and style.amount.endswith("{symbol}{digits}"):
        symbol += NO_BREAK_SPACE  # "Rp12,500" would read as one word
    return style.amount.format(minus=sign, symbol=symbol, digits=digits)


def format_plain(amount_minor: int, decimals: int) -> str:
    """Write an amount for a machine to read: ``-1234.50``, the same in every language."""
    sign = "-" if amount_minor < 0 else ""
    return sign + _digits(amount_minor, decimals, _Style("", ".", ""))


def format_quantity(quantity_milli: int, language: str) -> str:
    """Write a quantity in thousandths: ``2``, or ``0,450`` where it is not whole."""
    whole = quantity_milli % 1000 == 0
    value, decimals = (quantity_milli // 1000, 0) if whole else (quantity_milli, 3)
    return format_minor(value, decimals, language)


def format_rate(rate_bp: int, language: str) -> str:
    """Write a rate in basis points: ``9%``, ``5,5%``; French and Indonesian as they do."""
    style = _style(language)
    whole, fraction = divmod(rate_bp, 100)
    text = f"{whole}{style.decimal}{fraction:02d}".rstrip("0") if fraction else str(whole)
    return f"{text}{NO_BREAK_SPACE}%" if language[:2] == "fr" else f"{text}%"


@cache
def _amount_pattern(style: _Style, decimals: int) -> re.Pattern[str]:
    group = f"[{_SPACES}]" if style.group == NO_BREAK_SPACE else re.escape(style.group)
    fraction = rf"(?:{re.escape(style.decimal)}([0-9]{{1,{decimals}}}))?" if decimals else "()"
    return re.compile(rf"(-?)[{_SPACES}]*([0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+){fraction}")


def parse_minor(text: str, decimals: int, language: str, *, symbol: str = "") -> int:
    """Read an amount as a person types it, grouped or not, in the language's own signs.

    Nothing is guessed: ``12.50`` is refused in Dutch, because it could mean 12,50 or 1.250.

    Args:
        text: What was typed.
        decimals: The most digits there may be after the decimal sign.
        language: ``nl``, ``fr``, ``id`` or ``en``.
        symbol: A currency symbol that may stand before or after.

    Raises:
        AmountError: The text is not an amount.
    """
    bare = text.strip().replace(symbol, "", 1) if symbol else text
    bare = bare.strip(_SPACES).replace(MINUS, "-")
    match = _amount_pattern(_style(language), decimals).fullmatch(bare)
    if match is None:
        example = format_minor(123450 if decimals else 12500, decimals, language)
        raise AmountError(f"Expected an amount such as {example}, found “{text[:40]}”.")
    sign, whole, part = match.groups(default="")
    digits = re.sub(r"[^0-9]", "", whole) + part.ljust(decimals, "0")
    if len(digits.lstrip("0")) > MAX_DIGITS:
        raise AmountError(f"An amount has at most {MAX_DIGITS} digits, found “{text[:40]}”.")
    return -int(digits) if sign else int(digits)
