"""Promotions from an amount: a share or a sum off all goods they name, once these come to enough."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from appliance.domain.line import WHOLE_BP
from appliance.domain.money import Rounding, divide, share_out, share_percent
from appliance.domain.pricing_before import Taken
from appliance.domain.promotion import Promotion


class _Brings(NamedTuple):
    """What the best promotion from an amount does; nothing, where none holds.

    Attributes:
        off_minor: What it takes off in all.
        rule: Which it is.
        left: What is left of each line it looks at, by number.
    """

    off_minor: int = 0
    rule: Promotion | None = None
    left: Mapping[int, int] = {}


def with_totals(
    full: Mapping[int, int],
    taken: Taken,
    rules: Sequence[Promotion],
    covered: Mapping[str, Container[int]],
) -> Taken:
    """Add the promotion from an amount that brings most, or leave the others out for it.

    Args:
        full: What each line that takes part comes to by itself, in the order of the counter.
        taken: What other promotions take off.
        rules: Those that hold now.
        covered: Numbers of the lines that each looks at.
    """
    off = {number: sum(by.values()) for number, by in taken.items()}
    on_top, alone = (_most(full, less, rules, covered) for less in (off, {}))
    if alone.off_minor > sum(off.values()) + on_top.off_minor:
        return _added({}, alone)
    return _added(taken, on_top)


def _most(
    full: Mapping[int, int],
    off: Mapping[int, int],
    rules: Sequence[Promotion],
    covered: Mapping[str, Container[int]],
) -> _Brings:
    """Return what the promotion does that brings most, the first of equals."""
    best = _Brings()
    for rule in rules:
        mine = covered.get(rule.id)
        if not mine:
            continue
        left = {number: full[number] - off.get(number, 0) for number in full if number in mine}
        comes_to = sum(left.values())
        if comes_to < rule.from_minor or not comes_to:
            continue
        share = divide(comes_to * rule.percent_bp, WHOLE_BP, Rounding.HALF_UP)
        brings = min(comes_to, share or rule.amount_minor)
        if brings > best.off_minor:
            best = _Brings(brings, rule, left)
    return best


def _added(taken: Taken, brings: _Brings) -> Taken:
    rule, weights = brings.rule, list(brings.left.values())
    if rule is None:
        return taken
    if rule.percent_bp:
        parts = share_percent(rule.percent_bp, weights, Rounding.HALF_UP)
    else:
        parts = share_out(brings.off_minor, weights)
    more = dict(taken)
    for number, part in zip(brings.left, parts, strict=True):
        more[number] = {**taken.get(number, {}), rule.id: part}
    return more
