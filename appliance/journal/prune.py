"""Letting the oldest entries go: the collector holds them, its archive too, and they are old.

A device removes only a beginning of its journal, some hundred entries at a time. Each time one
transaction records ``balie.journal.pruned.v1`` with the last of them and takes the rows away, so a
file begins at its first entry or behind exactly such a place, whenever the power goes.

What a register would have read from them is carried forward in that entry: the highest number of
each register's receipts, the turnover, and payments whose outcome was never learned.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from appliance.journal.entry import Entry, Watermark
from appliance.journal.errors import EntryError
from appliance.journal.reader import JournalReader
from appliance.journal.takings import COMPLETED

PRUNED = "balie.journal.pruned.v1"
"""Says that everything up to a place was removed from this device."""

AT_ONCE = 500
"""Entries that go in one transaction: it lasts some milliseconds, on a slow card a tenth of a
second."""
AT_LEAST = 50
"""Fewer entries are not worth one that says so: they wait for more."""
ALWAYS_KEPT = 100
"""The last entries stay however old they are: what the uplink and a start hold onto."""

ATTEMPTED = "balie.payment.attempted.v1"
RESULTED = "balie.payment.resulted.v1"
_CLOCK_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What may go now.

    Attributes:
        until: The last entry that goes; everything up to it does.
        data: What the journal then says of it.
    """

    until: Watermark
    data: dict[str, Any]


@dataclass(slots=True)
class Carried:
    """What must outlive entries that go.

    Attributes:
        entries: How many have gone, from the first on.
        numbers: The highest receipt number, by register.
        turnover: Sums of sales, by currency and decimals.
        unanswered: Payments whose outcome is not known, by the id of the attempt.
    """

    entries: int = 0
    numbers: dict[str, int] = field(default_factory=dict)
    turnover: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)
    unanswered: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Carried:
        """Read what an entry of this type carries."""
        return cls(
            entries=int(data.get("entries", 0)),
            numbers={each["register"]: each["number"] for each in data.get("numbers", ())},
            turnover={
                (each["currency"], each["decimals"]): {name: each[name] for name in _SUMS}
                for each in data.get("turnover", ())
            },
            unanswered={each["attempt"]: each for each in data.get("unanswered", ())},
        )

    def to_data(self) -> dict[str, Any]:
        """Write it as the entry carries it."""
        return {
            "entries": self.entries,
            "numbers": [
                {"register": register, "number": number}
                for register, number in sorted(self.numbers.items())
            ],
            "turnover": [
                {"currency": currency, "decimals": decimals, **sums}
                for (currency, decimals), sums in sorted(self.turnover.items())
            ],
            "unanswered": list(self.unanswered.values()),
        }

    def add(self, entry: Entry) -> None:
        """Take over what one entry says.

        Raises:
            EntryError: if its facts cannot be read.
        """
        self.entries += 1
        data = entry.data
        if entry.type == COMPLETED:
            self._add_sale(data)
        elif entry.type == ATTEMPTED:
            self.unanswered[data["attempt"]] = data
        elif entry.type == RESULTED and data.get("outcome") != "unknown":
            self.unanswered.pop(data["attempt"], None)

    def _add_sale(self, data: dict[str, Any]) -> None:
        register, number = data["register"], data["number"]
        self.numbers[register] = max(number, self.numbers.get(register, 0))
        key = (data["currency"], data["decimals"])
        sums = self.turnover.setdefault(key, dict.fromkeys(_SUMS, 0))
        kind = "returns" if data["kind"] == "return" else "sales"
        gross = data["totals"]["gross_minor"]
        sums[kind] += 1
        sums[f"{kind}_minor"] += gross


_SUMS = ("sales", "returns", "sales_minor", "returns_minor")


def plan(
    journal: JournalReader,
    *,
    acked: Watermark,
    archived: Iterable[Watermark],
    now: datetime,
    keep_days: int,
    keep_from: Iterable[Watermark] = (),
) -> Plan | None:
    """Find what may go: acknowledged, archived and old, each by the entry's own hash.

    Args:
        journal: The journal.
        acked: Up to where the collector acknowledged.
        archived: Up to where it archived each epoch.
        now: The local time.
        keep_days: Whole days that stay, however safe they are elsewhere.
        keep_from: Places above which somebody still reads, such as a parked basket's.

    Returns:
        What may go, from `AT_LEAST` to `AT_ONCE` entries; None for nothing.
    """
    limit = _limit(journal, acked, keep_from)
    safe = {mark.epoch: mark for mark in archived if journal.find(*mark.place) == mark}
    if limit <= journal.first_position or _clock_is_behind(journal, now):
        return None
    oldest = datetime.combine(now.date() - timedelta(days=keep_days), time(), now.tzinfo)
    before = journal.pruning
    carried = Carried.from_data(before.data) if before else Carried()
    found: Plan | None = None
    gone = carried.entries
    for entry in _candidates(journal, limit, safe):
        made = datetime.fromisoformat(entry.time)
        if oldest <= made <= now:
            break
        try:
            carried.add(entry)
        except (EntryError, LookupError, TypeError):
            break  # what cannot be read cannot be carried on, so it stays
        if made < oldest:
            # One made later than now had a wrong clock: it goes with what lies around it.
            found = Plan(entry.watermark, {**_place(entry.watermark), **carried.to_data()})
    return found if found and found.data["entries"] - gone >= AT_LEAST else None


def remove(connection: sqlite3.Connection, *, position: int, announced: int) -> None:
    """Take away rows within the transaction that recorded it.

    Args:
        connection: The writer's, with ``secure_delete`` on.
        position: Everything up to here goes.
        announced: Where the entry stands that says so.
    """
    connection.execute(
        "insert into pruned (position, announced) values (?, ?)", (position, announced)
    )
    # Entries hold nothing of anybody, so their pages need not be overwritten: a page less to
    # write for each that goes. What is attached to them does.
    connection.execute("pragma secure_delete = off")
    try:
        connection.execute("delete from entry where position <= ?", (position,))
    finally:
        connection.execute("pragma secure_delete = on")
    connection.execute("delete from attachment where position <= ?", (position,))


def _limit(journal: JournalReader, acked: Watermark, keep_from: Iterable[Watermark]) -> int:
    """Tell below which position entries may go, as far as that does not depend on their age."""
    if acked.sequence == 0 or journal.find(*acked.place) != acked:
        return 0
    places = [journal.position(acked) + 1, journal.last_position - ALWAYS_KEPT + 1]
    places += [journal.position(mark) + 1 for mark in keep_from]
    return min(places)


def _clock_is_behind(journal: JournalReader, now: datetime) -> bool:
    """Whether the last entry was made tomorrow: then nobody knows how old anything is."""
    last = journal.last
    return last is None or datetime.fromisoformat(last.time) > now + _CLOCK_AHEAD


def _candidates(journal: JournalReader, limit: int, safe: dict[int, Watermark]) -> Iterator[Entry]:
    """Read the oldest entries that are archived, in order, up to a position."""
    room = min(AT_ONCE, limit - journal.first_position)
    for entry in journal.entries(None, room):
        mark = safe.get(entry.epoch)
        if mark is None or entry.sequence > mark.sequence:
            return
        yield entry


def _place(mark: Watermark) -> dict[str, Any]:
    return {"epoch": mark.epoch, "sequence": mark.sequence, "hash": mark.hash}
