"""Changing a basket so that it can be told, and taking such a change back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from appliance.domain.changes import Recount
from appliance.domain.errors import UnknownLineError
from appliance.domain.sale import Basket


def recount(
    basket: Basket,
    number: int,
    quantity_milli: int,
    at: datetime,
    *,
    by: str = "",
    undoes: bool = False,
) -> Basket:
    """Set a line's quantity because a person says so, and remember that.

    Args:
        basket: With the line.
        number: The line's.
        quantity_milli: How much there is of it.
        at: Now.
        by: Who says so, by id.
        undoes: Whether this takes the change before it back.

    Raises:
        UnknownLineError: There is no such line.
        ImpossibleValueError: The quantity is zero (remove the line instead) or too large.
    """
    line = basket.line(number)
    after = basket.set_quantity(number, quantity_milli)
    told = Recount(number, line.article_code, line.quantity_milli, quantity_milli, at, undoes, by)
    return replace(after, recounts=(*basket.recounts, told))


def put_back(basket: Basket, number: int, at: datetime) -> Basket:
    """Put a line back in its place that was taken out, with what hung on it.

    Args:
        basket: Without the line.
        number: The line's.
        at: Now.

    Raises:
        UnknownLineError: None with this number is out.
    """
    out = [gone for gone in basket.removed if gone.back is None]
    if number not in {gone.line.number for gone in out}:
        raise UnknownLineError(f"No line {number} was taken out that could come back.")
    back = [gone for gone in out if number in (gone.line.number, gone.line.parent)]
    lines = sorted((*basket.lines, *(gone.line for gone in back)), key=lambda line: line.number)
    return replace(
        basket,
        lines=tuple(lines),
        removed=tuple(
            replace(gone, back=at) if any(gone is each for each in back) else gone
            for gone in basket.removed
        ),
    )
