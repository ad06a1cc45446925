"""The card terminal's slips on the register's paper.

A terminal that leaves printing to the register hands over each slip as lines. They go the way of a
receipt: kept first, printed after, tried again by a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from appliance.domain.card import mask_card_numbers
from appliance.services.printing import Printing
from drivers.printer import Cut, Element, Text
from drivers.terminal import Slip

NAME = "card slip"
"""Stands where a receipt has its number."""


def document(slips: Sequence[Slip]) -> tuple[Element, ...]:
    """What goes on paper: each slip on a piece of its own.

    The driver has hidden card digits already; they are masked here once more, so that no driver can
    be the only guard.
    """
    elements: list[Element] = []
    for slip in slips:
        elements += [Text(mask_card_numbers(line)) for line in slip.lines]
        elements.append(Cut())
    return tuple(elements)


def print_slips(printing: Printing, owner: str, slips: Sequence[Slip]) -> None:
    """Print slips once, however often the terminal is asked about the same.

    Args:
        printing: Prints.
        owner: The attempt they are about, or another id of their own.
        slips: As the terminal gave them; none is fine.
    """
    if slips and printing.view.present and printing.copies(owner) < 0:
        printing.print(owner, NAME, 0, document(slips))
