"""Promotions from an amount: a share or a sum off all goods they name, once these come to enough."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from appliance.domain.line import WHOLE_BP
from appliance.domain.money import Rounding, divide, share_out
from appliance.domain.pricing_before import Taken
from appliance.domain.promotion import Promotion


class _Brings(NamedTuple):
    """What the best promotion from an amount does; nothing, where none holds.

    Attributes:
        off_minor: What it takes off in all.
        rule: Its id.
        left: What is left of each line it looks at, by number.
    """

    off_minor: int = 0
    rule: str = ""
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
            best = _Brings(brings, rule.id, left)
    return best


def _added(taken: Taken, brings: _Brings) -> Taken:
    if not brings.rule:
        return taken
    more = dict(taken)
    parts = share_out(brings.off_minor, list(brings.left.values()))
    for number, part in zip(brings.left, parts, strict=True):
        more[number] = {**taken.get(number, {}), brings.rule: part}
    return more
