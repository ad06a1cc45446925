"""Follows a chain entry by entry and says where it is broken."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from appliance.journal.entry import START, Entry, Watermark, parse
from appliance.journal.errors import EntryError
from appliance.journal.report import Finding, Kind, Report, Stretch
from appliance.journal.store import OPENED
from appliance.journal.takings import COMPLETED


class Checker:
    """Reads entries in the order of the file and writes what is wrong into a report.

    Args:
        report: Where findings go.
        heads: Places and hashes known from elsewhere: a Z report, the collector's word.
        after: Where the file should begin; `START` for the first entry of an epoch.
    """

    def __init__(
        self, report: Report, *, heads: Iterable[Watermark] = (), after: Watermark = START
    ) -> None:
        self._report = report
        self._heads = {head.place: head for head in heads if head != START}
        self._proved = START
        self._top = after
        self._linked = after == START
        self._missing: dict[tuple[int, int], int] = {}

    @property
    def top(self) -> Watermark:
        """The highest entry so far."""
        return self._top

    def read(self, raw: bytes, where: str, filed: tuple[int, int] | None = None) -> None:
        """Check the next entry of the file.

        Args:
            raw: Its bytes.
            where: The row or line, for bytes that are no entry.
            filed: Epoch and sequence under which the file keeps it, where it does.
        """
        try:
            entry = parse(raw)
        except EntryError as error:
            self._read_rubbish(raw, where, filed, str(error))
            return
        place = (entry.epoch, entry.sequence)
        if filed and filed != place:
            self._find(
                Kind.SWAPPED, where, f"{where} is filed as {_name(filed)}, it holds {_name(place)}"
            )
        self._follow(entry, place)
        self._weigh(entry)

    def finish(self) -> None:
        """Say what can only be said at the end: missing entries and heads never reached."""
        for place in sorted(self._heads):
            if place > self._top.place:
                self._find(
                    Kind.TRUNCATED,
                    _name(place),
                    f"the file ends at {self._top}, entry {_name(place)} is known to have existed",
                )
        for (epoch, first), last in sorted(self._missing.items()):
            run = (
                f"entry {epoch}.{first} is"
                if first == last
                else f"entries {epoch}.{first} to {epoch}.{last} are"
            )
            self._find(Kind.REMOVED, f"{epoch}.{first}", f"{run} missing")
            self._report.gaps += last - first + 1
        self._report.head = self._top
        self._report.heads = self._heads_phrase()

    def _follow(self, entry: Entry, place: tuple[int, int]) -> None:
        """Place an entry after the highest one before it."""
        top = self._top
        if place <= top.place:
            self._read_late(entry, place)
            return
        if entry.epoch > top.epoch:
            self._open_epoch(entry)
        elif entry.sequence > top.sequence + 1:
            self._missing[entry.epoch, top.sequence + 1] = entry.sequence - 1
        elif self._linked and entry.previous != top.hash:
            self._find(
                Kind.CHANGED,
                str(top),
                f"entry {top} was changed: entry {_name(place)} was made after one with the hash "
                f"{entry.previous[:12]}…, this one has {top.hash[:12]}…",
            )
        self._step(entry.watermark, linked=True)

    def _read_late(self, entry: Entry, place: tuple[int, int]) -> None:
        """An entry that stands after a higher one: put elsewhere, or put in."""
        for (epoch, first), last in self._missing.items():
            if epoch == entry.epoch and first <= entry.sequence <= last:
                self._fill(epoch, first, last, entry.sequence)
                self._find(
                    Kind.SWAPPED, _name(place), f"entry {_name(place)} stands after {self._top}"
                )
                self._count(place)
                return
        self._find(
            Kind.INSERTED,
            _name(place),
            f"a second entry {_name(place)} ({entry.type}) stands after {self._top}",
        )

    def _read_rubbish(
        self, raw: bytes, where: str, filed: tuple[int, int] | None, why: str
    ) -> None:
        """Bytes that are no entry take the place that comes next, so that one fault is one."""
        place = filed or (self._top.epoch, self._top.sequence + 1)
        self._find(
            Kind.UNREADABLE, _name(place), f"{where}, entry {_name(place)}, was changed: {why}"
        )
        if place > self._top.place:
            self._step(Watermark(*place, sha256(raw).hexdigest()), linked=False)

    def _open_epoch(self, entry: Entry) -> None:
        """Check that an epoch begins at its beginning, and the one before had its end."""
        if entry.sequence > 1:
            self._missing[entry.epoch, 1] = entry.sequence - 1
        before = entry.data.get("after") if entry.type == OPENED else None
        if not isinstance(before, dict) or self._top == START:
            return
        end = (before.get("epoch"), before.get("sequence"))
        if end[0] == self._top.epoch and isinstance(end[1], int) and end[1] > self._top.sequence:
            self._missing[self._top.epoch, self._top.sequence + 1] = end[1]
        elif end != self._top.place or (self._linked and before.get("hash") != self._top.hash):
            self._find(
                Kind.CHANGED,
                str(self._top),
                f"epoch {entry.epoch} says that epoch {end[0]} ended at {end[0]}.{end[1]} with the "
                f"hash {str(before.get('hash'))[:12]}…; the file has {self._top} with "
                f"{self._top.hash[:12]}…",
            )

    def _step(self, mark: Watermark, *, linked: bool) -> None:
        self._top, self._linked = mark, linked
        self._count(mark.place)
        known = self._heads.get(mark.place)
        if known is None:
            return
        if known.hash == mark.hash:
            self._proved = mark
        else:
            self._find(
                Kind.REWRITTEN,
                str(mark),
                f"entry {mark} is not the one that is known to have existed: this entry, or one "
                f"after {self._proved}, was changed and everything after it made anew",
            )

    def _weigh(self, entry: Entry) -> None:
        """Check whose entry it is and whether its sums add up."""
        report, place = self._report, entry.watermark
        device = entry.source.removeprefix("/devices/")
        report.device = report.device or device
        if device != report.device:
            self._find(Kind.FOREIGN, str(place), f"entry {place} belongs to {entry.source}")
        if entry.type == COMPLETED:
            for fault in report.takings.add(entry.data):
                receipt = entry.data.get("receipt")
                self._find(Kind.TOTALS, str(place), f"entry {place}, receipt {receipt}: {fault}")

    def _fill(self, epoch: int, first: int, last: int, sequence: int) -> None:
        """Take one sequence out of a missing run."""
        del self._missing[epoch, first]
        if first < sequence:
            self._missing[epoch, first] = sequence - 1
        if sequence < last:
            self._missing[epoch, sequence + 1] = last

    def _count(self, place: tuple[int, int]) -> None:
        epoch, sequence = place
        stretch = self._report.stretches.setdefault(epoch, Stretch(epoch, sequence, sequence))
        stretch.first = min(stretch.first, sequence)
        stretch.last = max(stretch.last, sequence)
        stretch.count += 1

    def _heads_phrase(self) -> str:
        if not self._heads:
            return "none were given"
        held = self._proved
        return (
            f"{len(self._heads)} given, the file agrees up to {held}"
            if held != START
            else (f"{len(self._heads)} given, the file agrees with none")
        )

    def _find(self, kind: Kind, place: str, sentence: str) -> None:
        self._report.findings.append(Finding(kind, place, sentence))


def _name(place: tuple[int, int]) -> str:
    return f"{place[0]}.{place[1]}"
