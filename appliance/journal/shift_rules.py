"""Whether Zs and closings follow from the entries they cover.

The books of cash are folded again, entry by entry, as the register folds them
(`appliance.domain.shift_books`), and what a Z or a closing says is held against them:

| of | is held against |
| --- | --- |
| a shift's beginning | the Z before: its number is the next, what is proposed is what was left |
| money moved | its shift; slips are numbered without gaps |
| a Z | how its shift began, every total of the entries it covers, the count that was locked |
| a Z's number, its perpetual totals, where it begins | the Z before, and the sales since |
| a day, month or year closed | the Zs since the last one: number, name, totals, differences |
| a card terminal's end of day | what was taken by it since the last |

Nothing is expected of what came before something that is missing: a file that begins in the middle,
and a new epoch, whose card may have been put back or replaced, are followed from their next shift
and their next Z on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from appliance.domain.errors import DomainError
from appliance.domain.shift import Period, PeriodSum, Place, Z
from appliance.domain.shift_books import (
    CASH_MOVED,
    PERIOD_CLOSED,
    SALE,
    SHIFT_CLOSED,
    SHIFT_COUNTED,
    SHIFT_OPENED,
    TERMINAL_APPROVED,
    TERMINAL_CLOSED,
    TYPES,
    Books,
)
from appliance.domain.shift_terminal import TerminalDay
from appliance.domain.shift_totals import ShiftTotals
from appliance.journal.entry import Entry

_UNREADABLE = (DomainError, LookupError, TypeError, ValueError, AttributeError)

Data = Mapping[str, Any]


class ShiftRules:
    """Follows the books through one journal.

    A card that was put back from an older copy gives numbers of Zs out again: that is noted, for
    nobody changed anything.
    """

    def __init__(self) -> None:
        self._again: list[tuple[int, int]] = []
        self._zs = 0
        self._epoch = 0
        self._highest = 0
        self._has_shifts = False
        self._rules: Mapping[str, Callable[[Data, Place], Iterator[str]]] = {
            SALE: self._needs_shift,
            SHIFT_OPENED: self._opened,
            CASH_MOVED: self._moved,
            SHIFT_COUNTED: self._counted,
            SHIFT_CLOSED: self._closed,
            PERIOD_CLOSED: self._period_closed,
            TERMINAL_CLOSED: self._terminal_closed,
        }
        self.lose_track()

    def lose_track(self) -> None:
        """Expect nothing of what came before: something is missing or unread."""
        self._books = Books()
        self._knows_z = False
        self._knows_terminal = False
        self._knows: set[Period] = set()

    def follow(self, entry: Entry, data: Data) -> Iterator[str]:
        """Take the next entry; yield what is wrong with it, a phrase each."""
        place = Place(entry.epoch, entry.sequence)
        if entry.epoch != self._epoch:
            self._begin(place)
        if entry.type not in TYPES:
            return
        rule = self._rules.get(entry.type)
        try:
            after = self._books.after(entry.type, data, place)
            if rule is not None:
                yield from rule(data, place)
        except _UNREADABLE as wrong:
            # A register passes over what it cannot read, so no Z has it; takings name such a sale.
            if entry.type in _MUST_BE_READ:
                yield f"it cannot be read ({wrong})"
                self.lose_track()
            return
        self._books = after
        self._learn(entry.type, data)

    def notes(self) -> Iterator[str]:
        """Say what a reader should know though nothing is wrong."""
        for first, last in self._again:
            yield (
                f"Zs {first} to {last} were given out again after the card was put back: these "
                "reports exist twice"
            )
        if self._zs:
            yield f"shifts: {self._zs} Zs were held against the entries they cover"

    def _begin(self, place: Place) -> None:
        """Begin an epoch; only of the journal's very first entry it is known what came before."""
        self.lose_track()
        self._epoch = place.epoch
        if (place.epoch, place.sequence) == (1, 1):
            self._knows_z = self._knows_terminal = True
            self._knows = set(Period)

    def _learn(self, kind: str, data: Data) -> None:
        """Note what is known from here on."""
        if kind == SHIFT_OPENED:
            self._has_shifts = True
        elif kind == SHIFT_CLOSED:
            self._zs += 1
            self._knows_z, self._highest = True, max(self._highest, self._books.z)
        elif kind == PERIOD_CLOSED:
            self._knows.add(Period(data["period"]))
        elif kind == TERMINAL_CLOSED and data["outcome"] == TERMINAL_APPROVED:
            self._knows_terminal = True

    def _opened(self, data: Data, _: Place) -> Iterator[str]:
        if not self._knows_z:
            return
        books = self._books
        if books.shift is not None:
            yield f"it begins a shift while shift {books.shift.opening.number} is open"
        yield from _differs("its shift's number", data["shift"], books.z + 1)
        yield from _differs("what is proposed", data["proposed_minor"], books.left_minor)

    def _needs_shift(self, _data: Data, _: Place) -> Iterator[str]:
        if self._knows_z and self._has_shifts and self._books.shift is None:
            yield f"it stands in no shift: Z {self._books.z} is before it, and no shift began since"

    def _moved(self, data: Data, place: Place) -> Iterator[str]:
        yield from self._needs_shift(data, place)
        yield from self._of_shift(data)
        if self._books.shift is not None:
            yield from _differs("its slip's number", data["number"], self._books.shift.moved + 1)

    def _counted(self, data: Data, _: Place) -> Iterator[str]:
        yield from self._of_shift(data)

    def _of_shift(self, data: Data) -> Iterator[str]:
        shift = self._books.shift
        if shift is not None:
            yield from _differs("its shift's number", data["shift"], shift.opening.number)

    def _closed(self, data: Data, place: Place) -> Iterator[str]:
        z, books, name = Z.from_data(data), self._books, f"Z {data['shift']}"
        yield from _unlike(z.to_data(), data, name)
        if z.last != Place(place.epoch, place.sequence - 1):
            yield f"{name} covers entries up to {_name(z.last)}, and stands after another"
        if books.shift is not None:
            yield from self._against_shift(z, name)
        elif self._knows_z:
            yield f"{name} closes a shift that never began"
        if self._knows_z:
            yield from self._against_z_before(z, name)
        elif z.number <= self._highest:
            self._again.append((z.number, self._highest))

    def _against_shift(self, z: Z, name: str) -> Iterator[str]:
        shift = self._books.shift
        assert shift is not None  # for the type checker
        if z.opening != shift.opening:
            yield f"{name} says that its shift began otherwise than it did"
        for what in _differing(z.totals, shift.totals):
            yield f"{name}: {what} are not what the entries it covers come to"
        yield from _differs(f"the number of entries in {name}", z.entries, shift.entries)
        yield from _differs(f"how often {name} was counted", z.counts, shift.counts)
        if z.closing.count != shift.locked:
            yield f"the count of {name} is not the one that was locked"

    def _against_z_before(self, z: Z, name: str) -> Iterator[str]:
        books = self._books
        if z.number != books.z + 1:
            yield f"it is {name}, and comes after Z {books.z}"
        if z.perpetual != books.perpetual:
            yield (
                f"{name}: the totals since the register was new are not those of the Z before and "
                "the receipts since"
            )
        first = Place(books.closed_at.epoch or 1, books.closed_at.sequence + 1)
        if z.first != first:
            yield f"{name} covers entries from {_name(z.first)} on, not from {_name(first)}"

    def _period_closed(self, data: Data, _: Place) -> Iterator[str]:
        said = PeriodSum.from_data(data)
        name = f"{said.period.value} closing {said.number}"
        yield from _unlike(said.to_data(), data, name)
        if self._knows_z and data["perpetual"] != self._books.perpetual.to_data():
            yield f"{name}: the totals since the register was new are not those of the last Z"
        if said.period not in self._knows:
            return
        found = self._books.periods[said.period]
        if found.is_empty:
            yield f"{name}: no Z came since the last one"
            return
        yield from _differs(
            f"the number of the {said.period.value} closing", said.number, found.number
        )
        yield from _differs(f"the name of {name}", said.name, found.name)
        zs = f"{found.first_z} to {found.last_z}"
        yield from _differs(f"the Zs of {name}", f"{said.first_z} to {said.last_z}", zs)
        off = "difference_minor"
        yield from _differs(f"the differences of {name}", getattr(said, off), getattr(found, off))
        for what in _differing(said.totals, found.totals):
            yield f"{name}: {what} are not what its Zs come to"

    def _terminal_closed(self, data: Data, _: Place) -> Iterator[str]:
        day = TerminalDay.from_data(data)
        yield from _unlike(day.to_data(), data, "the terminal's end of day")
        if self._knows_z:
            yield from _differs("the Z before it", day.shift, self._books.z)
        if self._knows_terminal and day.ours != self._books.terminal:
            yield (
                f"the register took {self._books.terminal.amount_minor} by the terminal, it says "
                f"{day.ours.amount_minor}"
            )


_MUST_BE_READ = frozenset({SHIFT_OPENED, SHIFT_CLOSED, PERIOD_CLOSED})


def _differs(what: str, said: object, found: object) -> Iterator[str]:
    if said != found:
        yield f"{what} is {said}, not {found}"


def _unlike(found: Data, said: Data, name: str) -> Iterator[str]:
    """Name what an entry says that does not follow from its own parts."""
    for key, value in found.items():
        if said.get(key) != value:
            yield f"{name}: {key} does not follow from its own parts"


def _differing(said: ShiftTotals, found: ShiftTotals) -> Iterator[str]:
    for each in fields(ShiftTotals):
        if getattr(said, each.name) != getattr(found, each.name):
            yield f"its {each.name.removesuffix('_minor').removesuffix('_milli').replace('_', ' ')}"


def _name(place: Place) -> str:
    return f"{place.epoch}.{place.sequence}"
