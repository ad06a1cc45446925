"""Promotions from an amount: a share or a sum off all goods they name, once these come to enough."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from appliance.domain.line import WHOLE_BP, Line
from appliance.domain.money import Rounding, divide, share_out
from appliance.domain.pricing_before import Taken
from appliance.domain.promotion import Promotion


def with_totals(
    lines: Sequence[Line],
    taken: Taken,
    rules: Sequence[Promotion],
    covered: Mapping[str, Container[int]],
) -> Taken:
    """Add, of the promotions from an amount, the one that brings most.

    Args:
        lines: What takes part, in the order of the counter.
        taken: What other promotions take off.
        rules: Those that hold now.
        covered: Numbers of the lines that each looks at.
    """
    best = taken
    for rule in rules:
        mine = covered.get(rule.id)
        if not mine:
            continue
        left = {
            line.number: line.full_minor(Rounding.HALF_UP)
            - sum(taken.get(line.number, {}).values())
            for line in lines
            if line.number in mine
        }
        comes_to = sum(left.values())
        if comes_to < rule.from_minor or not comes_to:
            continue
        share = divide(comes_to * rule.percent_bp, WHOLE_BP, Rounding.HALF_UP)
        off = share_out(min(comes_to, share or rule.amount_minor), list(left.values()))
        more = dict(taken)
        for number, part in zip(left, off, strict=True):
            more[number] = {**taken.get(number, {}), rule.id: part}
        best = max(best, more, key=sum_of)
    return best


def sum_of(taken: Taken) -> int:
    """Return all that is taken off."""
    return sum(sum(by.values()) for by in taken.values())
