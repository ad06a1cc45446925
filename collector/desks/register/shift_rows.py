"""A Z or a closing beside what it comes to here, figure by figure, ready to be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from appliance.domain.shift import Perpetual
from appliance.domain.shift_totals import NONE, ShiftTotals, Tally
from collector.desks.register.words import DISCOUNTS, MOVEMENTS, OPENINGS, TAX_CLASSES, TENDERS
from collector.office import writing

Names = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, as the device says it and as it comes to here.

    Attributes:
        label: What it is.
        said: What the device says.
        found: What it comes to here.
        said_times: How often, or empty.
        found_times: The same, here.
        strong: Whether it is a sum of others.
    """

    label: str
    said: str
    found: str
    said_times: str = ""
    found_times: str = ""
    strong: bool = False

    @property
    def is_equal(self) -> bool:
        """Whether both are the same."""
        return (self.said, self.said_times) == (self.found, self.found_times)


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that belong together.

    Attributes:
        title: What they are of.
        figures: They.
    """

    title: str
    figures: tuple[Figure, ...]


class Comparison:
    """Writes two totals beside each other.

    Args:
        said: What the device says.
        found: What it comes to here.
        decimals: Of its amounts.
    """

    def __init__(self, said: ShiftTotals, found: ShiftTotals, decimals: int) -> None:
        self._said = said
        self._found = found
        self._amount = partial(writing.amount, decimals=decimals)

    def groups(self) -> list[Group]:
        """Return every figure, in groups; those that say nothing are left out."""
        made = [
            Group(_("Sales"), tuple(self._sales())),
            Group(_("Taxes"), tuple(self._taxes())),
            Group(_("Paid with"), tuple(self._paid())),
            Group(_("Discounts"), tuple(self._named("discounts", DISCOUNTS))),
            Group(_("What the shop wants to see"), tuple(self._exceptions())),
            Group(_("Drawer opened"), tuple(self._openings())),
        ]
        return [each for each in made if each.figures]

    def moved(self) -> list[Figure]:
        """Return what went into and out of the drawer: cash of sales and movements."""
        cash = self._of(
            _("Cash of sales"),
            lambda totals: self._amount(totals.tenders.get("cash", NONE).amount_minor),
        )
        return [cash, *self._named("movements", MOVEMENTS)]

    def _sales(self) -> Iterator[Figure]:
        for name, label in (
            ("sold", _("Sold")),
            ("returned", _("Returned")),
            ("deposits", _("Deposits")),
            ("gift_cards", _("Gift cards sold")),
            ("accounts", _("Paid off on account")),
            ("voided", _("Voided")),
        ):
            said, found = getattr(self._said, name), getattr(self._found, name)
            if name == "sold" or (said, found) != (NONE, NONE):
                yield self._tally(label, said, found)
        yield self._sum(_("Total"), "gross_minor", strong=True)
        if self._said.turnover_minor != self._said.gross_minor:
            yield self._sum(_("Turnover"), "turnover_minor")
        yield self._count(_("Receipts"), "receipts")
        yield Figure(_("From receipt"), self._said.first_receipt, self._found.first_receipt)
        yield Figure(_("To receipt"), self._said.last_receipt, self._found.last_receipt)

    def _taxes(self) -> Iterator[Figure]:
        said, found = (
            {(part.tax_class, part.rate_bp): part for part in totals.taxes}
            for totals in (self._said, self._found)
        )
        for key in dict.fromkeys((*said, *found)):
            one, other = said.get(key), found.get(key)
            known = one or other
            rate = writing.share(Decimal(key[1]) / 10_000)
            words = TAX_CLASSES.get(key[0], key[0])
            label = f"{known.letter} · {rate} {words}" if known else rate
            for what, name in (
                (_("without tax"), "net_minor"),
                (_("tax"), "tax_minor"),
                (_("with tax"), "gross_minor"),
            ):
                here, there = (self._amount(getattr(p, name, 0)) for p in (one, other))
                yield Figure(f"{label}, {what}", here, there)

    def _paid(self) -> Iterator[Figure]:
        yield from self._named("tenders", TENDERS)
        for label, name in ((_("Cash rounding"), "rounding_minor"), (_("Tips"), "tips_minor")):
            if getattr(self._said, name) or getattr(self._found, name):
                yield self._sum(label, name)

    def _exceptions(self) -> Iterator[Figure]:
        yield self._tally(_("Lines removed"), self._said.removed, self._found.removed)
        yield self._tally(_("Sales abandoned"), self._said.abandoned, self._found.abandoned)
        yield self._count(_("Copies of receipts"), "copies")

    def _openings(self) -> Iterator[Figure]:
        said, found = self._said.openings, self._found.openings
        for cause in dict.fromkeys((*said, *found)):
            here, there = (writing.number(each.get(cause, 0)) for each in (said, found))
            yield Figure(str(OPENINGS.get(cause, cause)), here, there)
        if self._said.open_s or self._found.open_s:
            yield self._of(_("Stood open (min:s)"), lambda totals: minutes(totals.open_s))

    def _named(self, name: str, names: Names) -> Iterator[Figure]:
        said, found = getattr(self._said, name), getattr(self._found, name)
        for key in dict.fromkeys((*said, *found)):
            label = str(names.get(key, key))
            yield self._tally(label, said.get(key, NONE), found.get(key, NONE))

    def _tally(self, label: str, said: Tally, found: Tally) -> Figure:
        return Figure(
            label,
            self._amount(said.amount_minor),
            self._amount(found.amount_minor),
            writing.number(said.count),
            writing.number(found.count),
        )

    def _sum(self, label: str, name: str, *, strong: bool = False) -> Figure:
        return self._of(label, lambda totals: self._amount(getattr(totals, name)), strong=strong)

    def _count(self, label: str, name: str) -> Figure:
        return self._of(label, lambda totals: writing.number(getattr(totals, name)))

    def _of(
        self, label: str, write: Callable[[ShiftTotals], str], *, strong: bool = False
    ) -> Figure:
        return Figure(label, write(self._said), write(self._found), strong=strong)


def perpetual_figures(said: Perpetual, found: Perpetual, decimals: int) -> list[Figure]:
    """Write the totals since the register was new, as said and as they follow here."""

    def amount(label: str, name: str) -> Figure:
        here, there = (writing.amount(getattr(each, name), decimals) for each in (said, found))
        return Figure(label, here, there)

    return [
        amount(_("Total of sales"), "gross_minor"),
        amount(_("Total of all receipts"), "absolute_minor"),
        Figure(_("Receipts"), writing.number(said.receipts), writing.number(found.receipts)),
    ]


def minutes(seconds: int) -> str:
    """Write a time as minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"
