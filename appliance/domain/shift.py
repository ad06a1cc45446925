"""A shift: from the money that lay in the drawer at its beginning to its numbered Z.

The working is in ``shift.md``. A Z says by itself what it covers, so a sale that reaches the back
office late can fall into no other shift.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from appliance.domain.errors import ShiftError
from appliance.domain.shift_count import Count
from appliance.domain.shift_totals import ShiftTotals


@dataclass(frozen=True, slots=True)
class Perpetual:
    """Totals since the register was new. They only grow: nobody can set them back unseen.

    Attributes:
        gross_minor: Of all receipts that took money, with tax; returns take nothing off.
        absolute_minor: Of all receipts, each as if it took money.
        receipts: How many.
    """

    gross_minor: int = 0
    absolute_minor: int = 0
    receipts: int = 0

    def after(self, gross_minor: int) -> Perpetual:
        """Return the totals with one receipt more."""
        return Perpetual(
            self.gross_minor + max(0, gross_minor),
            self.absolute_minor + abs(gross_minor),
            self.receipts + 1,
        )

    def to_data(self) -> dict[str, int]:
        """Return them in JSON's own types."""
        return {
            "gross_minor": self.gross_minor,
            "absolute_minor": self.absolute_minor,
            "receipts": self.receipts,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """An entry's place in the journal; (0, 0) before the first."""

    epoch: int = 0
    sequence: int = 0

    def to_data(self) -> dict[str, int]:
        """Return it in JSON's own types."""
        return {"epoch": self.epoch, "sequence": self.sequence}


@dataclass(frozen=True, slots=True)
class Opening:
    """How a shift began.

    Attributes:
        number: The shift's, which its Z will carry; counted without gaps.
        at: Local time with offset.
        day: The business day.
        by: Id of who opened it.
        proposed_minor: What was left in the drawer the time before.
        count: What was counted; None where nobody did, and what was left is taken over.
    """

    number: int
    at: datetime
    day: date
    by: str
    proposed_minor: int = 0
    count: Count | None = None

    @property
    def float_minor(self) -> int:
        """The money at the beginning."""
        return self.proposed_minor if self.count is None else self.count.total_minor

    def to_data(self) -> dict[str, Any]:
        """Return the data of a ``balie.shift.opened.v1`` entry."""
        return {
            "shift": self.number,
            "opened": self.at.isoformat(),
            "day": self.day.isoformat(),
            "by": self.by,
            "proposed_minor": self.proposed_minor,
            "float_minor": self.float_minor,
            "count": _count_data(self.count),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Opening:
        """Read what `to_data` made."""
        return cls(
            number=data["shift"],
            at=datetime.fromisoformat(data["opened"]),
            day=date.fromisoformat(data["day"]),
            by=data["by"],
            proposed_minor=data["proposed_minor"],
            count=_count_from(data["count"]),
        )


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift that is open.

    Attributes:
        opening: How it began.
        totals: What happened since.
        locked: The count that is locked, while no money has moved since; what is expected may be
            shown.
        counts: How often it was counted.
        entries: How many entries are in the totals.
        moved: How many movements there were: the number of the last slip.
    """

    opening: Opening
    totals: ShiftTotals = field(default_factory=ShiftTotals)
    locked: Count | None = None
    counts: int = 0
    entries: int = 0
    moved: int = 0

    @property
    def expected_minor(self) -> int:
        """What should lie in the drawer: the float, cash taken, and what was moved."""
        return self.opening.float_minor + self.totals.cash_minor

    def with_totals(self, totals: ShiftTotals) -> Shift:
        """Return the shift after one entry more; money that moved makes a count of before void."""
        same = totals.cash_minor == self.totals.cash_minor
        locked = self.locked if same else None
        return replace(self, totals=totals, locked=locked, entries=self.entries + 1)


@dataclass(frozen=True, slots=True)
class Closing:
    """What a person says when a shift is closed.

    Attributes:
        at: Local time with offset.
        by: Id of who closes it.
        allowed_by: Who allowed it where that person may not, or empty.
        count: What was counted; None where nobody did.
        left_minor: What stays in the drawer for the next shift; None for all of it.
        reason: Why the count differs, in the shop's words, or empty.
    """

    at: datetime
    by: str
    allowed_by: str = ""
    count: Count | None = None
    left_minor: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Z:
    """The numbered report of a closed shift: everything it was, and what it covers.

    Attributes:
        register: The register's name in receipt numbers.
        currency: ISO 4217 code.
        opening: How it began.
        closing: What was said at its end.
        totals: What happened in between.
        perpetual: The totals since the register was new, after it.
        first: The first entry it covers: the one after the Z before.
        last: The last: the one before this Z.
        entries: How many of them are in the totals.
        counts: How often it was counted.
    """

    register: str
    currency: str
    opening: Opening
    closing: Closing
    totals: ShiftTotals
    perpetual: Perpetual
    first: Place
    last: Place
    entries: int
    counts: int

    @property
    def number(self) -> int:
        """Counts the register's Zs without gaps."""
        return self.opening.number

    @property
    def expected_minor(self) -> int:
        """What should have lain in the drawer."""
        return self.opening.float_minor + self.totals.cash_minor

    @property
    def counted_minor(self) -> int:
        """What did; what should have, where nobody counted."""
        count = self.closing.count
        return self.expected_minor if count is None else count.total_minor

    @property
    def difference_minor(self) -> int:
        """Counted less expected: below zero when money is missing."""
        return self.counted_minor - self.expected_minor

    @property
    def left_minor(self) -> int:
        """What stays in the drawer."""
        left = self.closing.left_minor
        return self.counted_minor if left is None else left

    @property
    def taken_minor(self) -> int:
        """What goes to the safe at the end; below zero where the float was filled up."""
        return self.counted_minor - self.left_minor

    def to_data(self) -> dict[str, Any]:
        """Return the data of a ``balie.shift.closed.v1`` entry."""
        said = self.opening.to_data()
        return {
            **said,
            "register": self.register,
            "currency": self.currency,
            "closed": self.closing.at.isoformat(),
            "closed_by": self.closing.by,
            "allowed_by": self.closing.allowed_by,
            "expected_minor": self.expected_minor,
            "counted": _count_data(self.closing.count),
            "counts": self.counts,
            "difference_minor": self.difference_minor,
            "reason": self.closing.reason,
            "left_minor": self.left_minor,
            "taken_minor": self.taken_minor,
            "totals": self.totals.to_data(),
            "perpetual": self.perpetual.to_data(),
            "covers": {
                "first": self.first.to_data(),
                "last": self.last.to_data(),
                "entries": self.entries,
            },
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Z:
        """Read what `to_data` made.

        Raises:
            ShiftError: It does not add up.
        """
        covers = data["covers"]
        z = cls(
            register=data["register"],
            currency=data["currency"],
            opening=Opening.from_data(data),
            closing=Closing(
                at=datetime.fromisoformat(data["closed"]),
                by=data["closed_by"],
                allowed_by=data["allowed_by"],
                count=_count_from(data["counted"]),
                left_minor=data["left_minor"],
                reason=data["reason"],
            ),
            totals=ShiftTotals.from_data(data["totals"]),
            perpetual=Perpetual(**data["perpetual"]),
            first=Place(**covers["first"]),
            last=Place(**covers["last"]),
            entries=covers["entries"],
            counts=data["counts"],
        )
        for name in ("expected_minor", "difference_minor", "float_minor", "taken_minor"):
            found = z.opening.float_minor if name == "float_minor" else getattr(z, name)
            if found != data[name]:
                raise ShiftError(
                    f"Z {z.number} says {name} is {data[name]}; its parts come to {found}."
                )
        return z


class Period(Enum):
    """What is closed above a shift."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    def name_of(self, day: date) -> str:
        """Return the period's name: ``2026-11-22``, ``2026-11``, ``2026``."""
        return day.isoformat()[: {Period.DAY: 10, Period.MONTH: 7, Period.YEAR: 4}[self]]


@dataclass(frozen=True, slots=True)
class PeriodSum:
    """The shifts of a day, a month or a year so far.

    Attributes:
        period: Which.
        number: Counts the register's closings of that period without gaps.
        name: As `Period.name_of` names it; empty before its first shift.
        first_z: Number of the first Z in it.
        last_z: Number of the last.
        difference_minor: Of all its counts.
        totals: Of all its shifts.
    """

    period: Period
    number: int = 1
    name: str = ""
    first_z: int = 0
    last_z: int = 0
    difference_minor: int = 0
    totals: ShiftTotals = field(default_factory=ShiftTotals)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it to be closed."""
        return self.first_z == 0

    def is_over(self, day: date) -> bool:
        """Whether a day belongs to a later one."""
        return not self.is_empty and self.name < self.period.name_of(day)

    def after(self, z: Z) -> PeriodSum:
        """Return the sum with one shift more."""
        return replace(
            self,
            name=max(self.name, self.period.name_of(z.opening.day)),
            first_z=self.first_z or z.number,
            last_z=z.number,
            difference_minor=self.difference_minor + z.difference_minor,
            totals=self.totals.plus(z.totals),
        )

    def to_data(self) -> dict[str, Any]:
        """Return it in JSON's own types."""
        return {
            "period": self.period.value,
            "number": self.number,
            "name": self.name,
            "first_z": self.first_z,
            "last_z": self.last_z,
            "difference_minor": self.difference_minor,
            "totals": self.totals.to_data(),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PeriodSum:
        """Read what `to_data` made; keys it does not know are left."""
        return cls(
            period=Period(data["period"]),
            number=data["number"],
            name=data["name"],
            first_z=data["first_z"],
            last_z=data["last_z"],
            difference_minor=data["difference_minor"],
            totals=ShiftTotals.from_data(data["totals"]),
        )


def _count_data(count: Count | None) -> dict[str, Any] | None:
    return None if count is None else count.to_data()


def _count_from(data: Mapping[str, Any] | None) -> Count | None:
    return None if data is None else Count.from_data(data)
