"""Bottles and crates: their deposit is a line of its own that always comes with them."""

from __future__ import annotations

from dataclasses import replace

from appliance.domain.article import Article
from appliance.domain.line import Line
from appliance.domain.sale import Basket


def hang(basket: Basket, number: int, deposit: Article) -> Basket:
    """Hang a deposit on a line, as many as there are of it, where none hangs there yet."""
    if any(line.parent == number for line in basket.lines):
        return basket
    bottles = basket.line(number)
    line = Line.of(
        deposit,
        number=basket.next_number,
        quantity_milli=bottles.quantity_milli,
        source="deposit",
    )
    return basket.put(replace(line, parent=number))


def follow(basket: Basket) -> Basket:
    """Have as many deposits as bottles, whichever way the bottles go."""
    hanging = [line for line in basket.lines if line.parent]
    if not hanging:
        return basket
    quantities = {line.number: line.quantity_milli for line in basket.lines}
    for line in hanging:
        wanted = quantities.get(line.parent, line.quantity_milli)
        if wanted != line.quantity_milli:
            basket = basket.put(line.with_quantity(wanted))
    return basket


def only_deposit(basket: Basket, without: Basket, number: int) -> Basket:
    """Have the deposit of a line come back instead of the bottle being sold.

    Args:
        basket: With the bottle and its deposit.
        without: The same after the bottle was taken out.
        number: The bottle's line.
    """
    for line in basket.lines:
        if line.parent == number:
            back = replace(
                line,
                number=without.next_number,
                parent=0,
                quantity_milli=-abs(line.quantity_milli),
            )
            without = without.put(back)
    return without
