"""The shop itself, from a TOML file.

``name``, ``address`` (a list of lines), ``tax_number`` and ``[footer]`` (a text for each language)
are what receipts say. A table ``[settings]`` may hold ``merge_same_article`` (true or false),
``lock_after_s`` (seconds), ``least_weight_g`` (grams a scale may weigh for sale), ``receipt``
(print, ask or none), ``sound`` (off, soft, normal or loud: how loud a counter is until somebody
sets it there), ``hints`` (false where nobody who is new is shown any), ``printer_slip`` (false
where a printer that is plugged in prints no slip of how the device is), ``return_limit_minor`` (the
most that is given back without a receipt, in minor units), ``shift_required`` (true where nothing
is sold before a shift is opened),
``terminal_closes_with_z`` (false where the card terminal's day is closed by hand),
``drawer_limit_minor`` (what the drawer may hold before some of it should go to the safe, in minor
units; 0 for any amount), lists of texts from which the cashier chooses a reason (``price_reasons``,
``discount_reasons``, ``return_reasons``, ``void_reasons``, ``no_sale_reasons``,
``paid_in_reasons``, ``paid_out_reasons``, ``drop_reasons``, ``difference_reasons``),
what is to be known of customers (``customer_cards``: how the shop's cards read, with # for a
digit; ``points``: how they are earned and spent, see `appliance.domain.points`; ``price_groups``: a
name for each key that promotions name; ``consents``: what leave is asked for, with its words by
language) and
``label_rules``: how codes that begin with 2 or 02 hold a price or weight, as
`appliance.domain.labels` describes. What it may hold about ways to pay is said in
`collector.directory.files.shop_tenders`. ::

    [[settings.label_rules]]
    pattern = "21PPPPPVVVVVC"
    measure = "price"
    decimals = 2
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings

from appliance.domain.article import HIGHEST_PRICE_MINOR
from appliance.domain.errors import ImpossibleValueError, PointsError
from appliance.domain.labels import rules_from
from appliance.domain.points import PointsRule
from collector.directory.editing import Change
from collector.directory.files import Fault, FileRefused
from collector.directory.files.shop_tenders import TENDER_SETTINGS, tidy

_LONGEST_TEXT = 200
_MOST_LINES = 6
_LONGEST_PAUSE_S = 24 * 3600
_MOST_LEAST_G = 1000
_RECEIPT = ("print", "ask", "none")
_SOUND = ("off", "soft", "normal", "loud")


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_pause(value: Any) -> bool:
    return type(value) is int and 0 < value <= _LONGEST_PAUSE_S


def _is_weight(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST_LEAST_G


def _is_amount(value: Any) -> bool:
    return type(value) is int and 0 <= value <= HIGHEST_PRICE_MINOR


def _are_reasons(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(_is_text(each) and each.strip() for each in value)
    )


def _are_rules(value: Any) -> bool:
    try:
        rules_from(value)
    except ImpossibleValueError:
        return False
    return True


def _are_patterns(value: Any) -> bool:
    return isinstance(value, list) and all(_is_text(each) and each for each in value)


def _is_points_rule(value: Any) -> bool:
    try:
        PointsRule.from_data(value)
    except PointsError:
        return False
    return True


def _are_names(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _is_text(key) and _is_text(name) for key, name in value.items()
    )


def _are_purposes(value: Any) -> bool:
    return isinstance(value, dict) and all(
        re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key) and _are_names(words) and words
        for key, words in value.items()
    )


_REASONS = "a list of at least one reason"
_SETTINGS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "merge_same_article": (_is_flag, "true or false"),
    "lock_after_s": (_is_pause, f"whole seconds from 1 to {_LONGEST_PAUSE_S}"),
    "least_weight_g": (_is_weight, f"whole grams from 0 to {_MOST_LEAST_G}"),
    "receipt": (_RECEIPT.__contains__, f"one of {', '.join(_RECEIPT)}"),
    "sound": (_SOUND.__contains__, f"one of {', '.join(_SOUND)}"),
    "hints": (_is_flag, "true or false"),
    "printer_slip": (_is_flag, "true or false"),
    "return_limit_minor": (_is_amount, "a whole number of minor units, 0 or more"),
    "shift_required": (_is_flag, "true or false"),
    "terminal_closes_with_z": (_is_flag, "true or false"),
    "drawer_limit_minor": (_is_amount, "a whole number of minor units, 0 or more"),
    "price_reasons": (_are_reasons, _REASONS),
    "discount_reasons": (_are_reasons, _REASONS),
    "return_reasons": (_are_reasons, _REASONS),
    "void_reasons": (_are_reasons, _REASONS),
    "no_sale_reasons": (_are_reasons, _REASONS),
    "paid_in_reasons": (_are_reasons, _REASONS),
    "paid_out_reasons": (_are_reasons, _REASONS),
    "drop_reasons": (_are_reasons, _REASONS),
    "difference_reasons": (_are_reasons, _REASONS),
    "customer_cards": (_are_patterns, "a list of texts in which # stands for a digit"),
    "points": (
        _is_points_rule,
        "a table of earn, per_minor, worth_minor, least and step, whole numbers, and without",
    ),
    "price_groups": (_are_names, "a table of names by key"),
    "consents": (_are_purposes, "a table of purposes, each a table of words by language"),
    "label_rules": (
        _are_rules,
        "a list of rules, each with pattern, measure (price, weight or count) and decimals",
    ),
}
_SETTINGS |= TENDER_SETTINGS
"""What each setting must be, and how that is said."""


def read_shop(name: str, content: bytes) -> Change:
    """Read a shop's file into the change it makes.

    Raises:
        FileRefused: With everything that is wrong.
    """
    try:
        told = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileRefused(
            name, [Fault(0, "", "", f"It should be TOML in UTF-8: {error}.")]
        ) from error
    more = told.pop("settings", {})
    wrong = [*_wrong_in_shop(told), *_wrong_in_settings(more)]
    if wrong:
        raise FileRefused(name, [Fault(0, "", "", sentence) for sentence in wrong])
    return Change(settings={"shop": told, **tidy(more)})


def _wrong_in_shop(told: Mapping[str, Any]) -> list[str]:
    wrong = [
        f"“{key}” means nothing here: there are name, address, tax_number, footer and settings."
        for key in told
        if key not in {"name", "address", "tax_number", "footer"}
    ]
    if not _is_text(told.get("name")) or not told["name"].strip():
        wrong.append("“name” should be the shop's name.")
    lines = told.get("address", [])
    if not (isinstance(lines, list) and len(lines) <= _MOST_LINES and all(map(_is_text, lines))):
        wrong.append(f"“address” should be a list of at most {_MOST_LINES} lines of text.")
    if not _is_text(told.get("tax_number", "")):
        wrong.append("“tax_number” should be text.")
    footer = told.get("footer", {})
    languages = [code for code, _ in settings.LANGUAGES]
    if not (
        isinstance(footer, dict)
        and set(footer) <= set(languages)
        and all(map(_is_text, footer.values()))
    ):
        wrong.append(f"“footer” should hold a text for some of {', '.join(languages)}.")
    return wrong


def _wrong_in_settings(more: Any) -> list[str]:
    if not isinstance(more, dict):
        return ["“settings” should be a table."]
    wrong = []
    for key, value in more.items():
        if key not in _SETTINGS:
            wrong.append(f"“{key}” is no setting: there are {', '.join(_SETTINGS)}.")
            continue
        is_right, expected = _SETTINGS[key]
        if not is_right(value):
            wrong.append(f"“{key}” should be {expected}, not {value!r}.")
    return wrong


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT and value.isprintable()
