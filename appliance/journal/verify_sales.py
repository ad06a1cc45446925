"""What every check of sales against tables has in common: pages of entries, and which were met."""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from functools import partial

from appliance.journal.entry import Entry
from appliance.journal.report import Report
from appliance.journal.tables import PAGE, Query
from appliance.journal.takings import COMPLETED


class SalesCheck(ABC):
    """Holds one device's sales against tables, some hundred at a time."""

    def __init__(self, query: Query, device: str, report: Report) -> None:
        self._query = query
        self._device = device
        self._report = report
        self._met = Met()
        self._waiting: dict[str, Entry] = {}

    def hold_against(self, entry: Entry) -> None:
        """Take the next entry that the tables should have followed."""
        if entry.type != COMPLETED:
            return
        self._waiting[f"{self._device}.{entry.watermark}"] = entry
        if len(self._waiting) >= PAGE:
            self._compare_waiting()

    def _compare_waiting(self) -> None:
        waiting, self._waiting = self._waiting, {}
        if waiting:
            self._compare(waiting)

    @abstractmethod
    def _compare(self, waiting: Mapping[str, Entry]) -> None:
        """Compare sales, by what the tables call them, and note in ``_met`` which are there."""


class Met:
    """Entries by their places, each added in order, eight bytes each."""

    def __init__(self) -> None:
        self._epochs: dict[int, array[int]] = defaultdict(partial(array, "q"))

    def add(self, entry: Entry) -> None:
        """Note an entry; it comes after all of its epoch that were noted before."""
        self._epochs[entry.epoch].append(entry.sequence)

    def has(self, epoch: int, sequence: int) -> bool:
        """Tell whether an entry was noted."""
        held = self._epochs[epoch]
        at = bisect_left(held, sequence)
        return at < len(held) and held[at] == sequence

    def above(self, epoch: int, sequence: int) -> int:
        """Tell how many of an epoch come after an entry."""
        held = self._epochs[epoch]
        return len(held) - bisect_right(held, sequence)
