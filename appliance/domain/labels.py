"""Price and weight inside a code: the shop's own table of rules, since no country's holds everywhere.

Numbers that begin with 2 or 02 mean something in one shop only (GS1 General Specifications, 2.1.11).
The shop's scales and its suppliers' labels decide the layout; a rule writes it down:

| in a pattern | stands for |
| --- | --- |
| ``0`` … ``9`` | this very digit |
| ``P`` | a digit of the article's code |
| ``V`` | a digit of the price, weight or count |
| ``K`` | the check digit of the value |
| ``X`` | any digit, which means nothing |
| ``C`` | the check digit of the whole, at the end |

| pattern | measure | decimals | code | article and value, at a till with two decimals |
| --- | --- | --- | --- | --- |
| ``21PPPPPVVVVVC`` | price | 2 | 2112345006758 | 12345 for 675 |
| ``23PPPPKVVVVVC`` | weight | 3 | 2312341012344 | 1234 for 1234 |
| ``28PPPPPXXVVVC`` | count | 0 | 2800042000123 | 00042 for 12000 |

The article is looked for under its number in the label, with and without leading zeros, and under
the whole code with nothing where the value is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from appliance.domain.errors import BadCheckDigit, ImpossibleValueError
from appliance.domain.gtin import check_digit
from appliance.domain.money import Rounding, divide

MOST_DECIMALS = 4
_PATTERN = re.compile(r"(?=[^P]*P+[^P]*$)(?=[^V]*V+[^V]*$)(?=[^K]*K?[^K]*$)(02|2)[0-9PVKX]+C")
_LENGTHS = (12, 13)
_VERIFIED = (4, 5)
"""Digits of a value that GS1 defines a check digit for."""


class Measure(Enum):
    """What is inside the code."""

    PRICE = "price"
    WEIGHT = "weight"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a label says.

    Attributes:
        codes: Under which the article may be known, the likeliest first.
        measure: What was measured.
        value: Minor units of a price, thousandths of a weight or count.
    """

    codes: tuple[str, ...]
    measure: Measure
    value: int


@dataclass(frozen=True, slots=True)
class LabelRule:
    """One layout; see the module.

    Attributes:
        pattern: As long as the code.
        measure: What the value is.
        decimals: Digits of the value behind the comma: of the currency, of a kilogram.
    """

    pattern: str
    measure: Measure
    decimals: int = 0

    def __post_init__(self) -> None:
        """Refuse a pattern that no code of a shop has."""
        if not _PATTERN.fullmatch(self.pattern) or len(self.pattern) not in _LENGTHS:
            raise ImpossibleValueError(
                "A pattern begins with 2 or 02, has 12 or 13 places of 0-9, P, V, K and X in one "
                f"run each and C at the end, found {self.pattern[:40]!r}."
            )
        if "K" in self.pattern and len(re.findall("V", self.pattern)) not in _VERIFIED:
            raise ImpossibleValueError("Only values of 4 or 5 digits have a check digit (K).")
        if not 0 <= self.decimals <= MOST_DECIMALS:
            raise ImpossibleValueError(f"A value has 0 to {MOST_DECIMALS} decimals.")

    def read(self, gtin14: str, decimals: int) -> Labelled | None:
        """Return what a code means by this rule; None where it is none of it.

        Args:
            gtin14: The code, its check digit right.
            decimals: Digits of the till's minor unit.

        Raises:
            BadCheckDigit: The check digit of the value is wrong.
        """
        rest, code = gtin14[: -len(self.pattern)], gtin14[-len(self.pattern) :]
        if rest.strip("0") or not all(
            want == digit or want in "PVKXC" for want, digit in zip(self.pattern, code, strict=True)
        ):
            return None
        value, verifier = self._digits("V", code), self._digits("K", code)
        if verifier:
            _verify(value, verifier)
        article = self._digits("P", code)
        bare = "".join(
            "0" if want in "VKX" else digit for want, digit in zip(self.pattern, code, strict=True)
        )[:-1]
        whole = (bare + check_digit(bare)).zfill(len(gtin14))
        codes = dict.fromkeys((whole, whole.lstrip("0"), article, article.lstrip("0")))
        return Labelled(
            tuple(each for each in codes if each), self.measure, self._scaled(int(value), decimals)
        )

    def _digits(self, letter: str, code: str) -> str:
        return "".join(
            digit for want, digit in zip(self.pattern, code, strict=True) if want == letter
        )

    def _scaled(self, value: int, decimals: int) -> int:
        wanted = decimals if self.measure is Measure.PRICE else 3
        return divide(value * 10**wanted, 10**self.decimals, Rounding.HALF_UP)


def rules_from(setting: Any) -> tuple[LabelRule, ...]:
    """Read the back office's table: a list of objects with pattern, measure and decimals.

    Raises:
        ImpossibleValueError: It is no such table; the message names what is wrong.
    """
    if not isinstance(setting, list) or not all(isinstance(each, dict) for each in setting):
        raise ImpossibleValueError("A list of rules was expected for labels.")
    return tuple(_rule(each) for each in setting)


def read_label(gtin14: str, rules: Iterable[LabelRule], decimals: int) -> Labelled | None:
    """Return what the first rule that fits says; see `LabelRule.read`."""
    for rule in rules:
        found = rule.read(gtin14, decimals)
        if found is not None:
            return found
    return None


def _rule(said: Mapping[str, Any]) -> LabelRule:
    decimals = said.get("decimals", 0)
    if said.keys() - {"pattern", "measure", "decimals"} or type(decimals) is not int:
        raise ImpossibleValueError(
            f"A rule for labels has a pattern, a measure and decimals, found {str(said)[:100]}."
        )
    try:
        return LabelRule(str(said["pattern"]), Measure(said["measure"]), decimals)
    except (KeyError, ValueError) as error:
        raise ImpossibleValueError(f"A rule for labels cannot be used: {error}.") from error


def _verify(value: str, verifier: str) -> None:
    """Check the value's own digit (GS1 General Specifications, 7.9.2 to 7.9.4)."""
    from biip.checksums import gs1_price_weight_check_digit  # noqa: PLC0415 - few shops need it

    expected = str(gs1_price_weight_check_digit(value))
    if verifier != expected:
        raise BadCheckDigit(
            f"The check digit of the value {value} should be {expected}, not {verifier}; scan again."
        )
