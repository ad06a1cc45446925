"""Follows a chain entry by entry and says where it is broken."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from appliance.journal.beginning import Beginning
from appliance.journal.entry import START, Entry, Watermark, device_source, parse
from appliance.journal.errors import EntryError
from appliance.journal.exactness import doubled_key
from appliance.journal.findings import Kind
from appliance.journal.numbering import Numbering
from appliance.journal.report import Report, Stretch
from appliance.journal.shift_rules import ShiftRules
from appliance.journal.store import OPENED
from appliance.journal.takings import COMPLETED
from appliance.journal.training_rules import TrainingRules


class Checker:
    """Reads entries in the order of the file and writes what is wrong into a report.

    Args:
        report: Where findings go.
        heads: Places and hashes known from elsewhere: a Z report, the collector's word.
        after: Where the file should begin; `START` for the first entry of an epoch.
        branches: Whether an epoch may come after an earlier place than the one before it ended
            at: so in a collector, which keeps what a lost card had sent.
    """

    def __init__(
        self,
        report: Report,
        *,
        heads: Iterable[Watermark] = (),
        after: Watermark = START,
        branches: bool = False,
    ) -> None:
        self._report = report
        self._heads = {head.place: head for head in heads if head != START}
        self._branches = branches
        self._proved = START
        self._top = after
        self._linked = after == START or bool(after.hash)
        self._missing: dict[tuple[int, int], int] = {}
        self._met: set[tuple[int, int]] = set()
        self._leap: Entry | None = None
        self._begins = Beginning(after)
        self._numbers = Numbering()
        self._shifts = ShiftRules()
        self._training = TrainingRules()

    @property
    def top(self) -> Watermark:
        """The highest entry so far."""
        return self._top

    def read(self, raw: bytes, where: str, filed: tuple[int, int] | None = None) -> Entry | None:
        """Check the next entry of the file.

        Args:
            raw: Its bytes.
            where: The row or line, for bytes that are no entry.
            filed: Epoch and sequence under which the file keeps it, where it does.

        Returns:
            The entry, or None if the bytes are none.
        """
        try:
            entry = parse(raw)
            data = entry.data
        except EntryError as error:
            self._read_rubbish(raw, where, filed, str(error))
            return None
        place = (entry.epoch, entry.sequence)
        if filed and filed != place:
            self._find(
                Kind.SWAPPED, where, f"{where} is filed as {_name(filed)}, it holds {_name(place)}"
            )
        self._land(entry)
        if entry.epoch > self._top.epoch > 0 and entry.sequence > 1:
            self._leap = entry  # the next one tells whether a beginning is missing or this is odd
        else:
            self._follow(entry, place)
        self._weigh(entry, data)
        return entry

    def skip_to(self, mark: Watermark) -> None:
        """Go on behind entries that are kept elsewhere; they are neither found nor missing."""
        self._top, self._linked = mark, True
        self._begins.skip()
        self._lose_track()

    def finish(self) -> None:
        """Say what can only be said at the end: missing entries and heads never reached."""
        self._land(None)
        self._judge_beginning()
        for place in sorted(self._heads.keys() - self._met):
            self._find_unmet(place)
        for (epoch, first), last in sorted(self._missing.items()):
            run = (
                f"entry {epoch}.{first} is"
                if first == last
                else f"entries {epoch}.{first} to {epoch}.{last} are"
            )
            self._find(Kind.REMOVED, f"{epoch}.{first}", f"{run} missing")
            self._report.gaps += last - first + 1
        for register, first, last in self._numbers.again:
            self._report.notes.append(
                f"register {register} gave numbers {first} to {last} out again after its card was "
                "put back: these receipts exist twice"
            )
        self._report.notes += [*self._shifts.notes(), *self._training.notes()]
        self._report.head = self._top
        self._report.heads = self._heads_phrase()

    def _land(self, following: Entry | None) -> None:
        """Place an entry that leapt into a later epoch, now that it is known what follows it."""
        leap, self._leap = self._leap, None
        if leap is None:
            return
        place = (leap.epoch, leap.sequence)
        if following is None or following.epoch >= leap.epoch:
            self._follow(leap, place)
            return
        self._find(
            Kind.INSERTED,
            _name(place),
            f"entry {_name(place)} ({leap.type}) stands among those of epoch {following.epoch}",
        )

    def _find_unmet(self, place: tuple[int, int]) -> None:
        """Say that an entry is not here which is known to have existed, unless that was said."""
        epoch, sequence = place
        if place > self._top.place:
            self._find(
                Kind.TRUNCATED,
                _name(place),
                f"the file ends at {self._top}, entry {_name(place)} is known to have existed",
            )
            return
        first = min(self._report.stretches, default=0)
        stretch = self._report.stretches.get(epoch)
        begins_later = epoch < first or (stretch is not None and sequence < stretch.first)
        is_missing = any(
            epoch == run and low <= sequence <= high for (run, low), high in self._missing.items()
        )
        if not begins_later and not is_missing:
            self._find(
                Kind.REMOVED,
                _name(place),
                f"entry {_name(place)} is known to have existed, and is not in the file",
            )

    def _follow(self, entry: Entry, place: tuple[int, int]) -> None:
        """Place an entry after the highest one before it."""
        top = self._top
        self._begins.see(entry)
        if place <= top.place:
            self._read_late(entry, place)
            return
        if entry.epoch > top.epoch:
            self._open_epoch(entry)
        elif entry.sequence > top.sequence + 1:
            self._miss(top.epoch, top.sequence + 1, entry.sequence - 1)
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
        self._shifts.lose_track()
        self._training.lose_track()
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
        place = filed or (max(self._top.epoch, 1), self._top.sequence + 1)
        self._find(
            Kind.UNREADABLE, _name(place), f"{where}, entry {_name(place)}, was changed: {why}"
        )
        self._lose_track()
        self._begins.see_rubbish(place)
        if place > self._top.place:
            self._step(Watermark(*place, sha256(raw).hexdigest()), linked=False)

    def _open_epoch(self, entry: Entry) -> None:
        """Check that an epoch begins at its beginning, and the one before had its end."""
        if entry.sequence > 1:
            self._miss(entry.epoch, 1, entry.sequence - 1)
        before = _place_in(entry, "after")
        if before is None or self._top == START:
            return
        if before.epoch == self._top.epoch and before.sequence > self._top.sequence:
            self._miss_end(entry, before)
        elif self._top.epoch < before.epoch < entry.epoch:
            self._miss(before.epoch, 1, before.sequence)
        elif before.place == self._top.place:
            if self._linked and before.hash != self._top.hash and not self._parts_ways(entry):
                self._find_other_end(entry, before)
        elif not (self._branches and before.place < self._top.place):
            self._find_other_end(entry, before)

    def _miss_end(self, entry: Entry, before: Watermark) -> None:
        """Miss the end of an epoch, as far as it was ever promised to whoever kept this file."""
        above = _place_in(entry, "above") if self._branches else None
        last = before.sequence
        if above is not None and above.epoch == before.epoch:
            last = min(last, above.sequence)
        if last > self._top.sequence:
            self._miss(self._top.epoch, self._top.sequence + 1, last)

    def _parts_ways(self, entry: Entry) -> bool:
        """Whether the entry itself says that the collector holds another history up to here."""
        above = _place_in(entry, "above") if self._branches else None
        return above is not None and above.place <= self._top.place

    def _find_other_end(self, entry: Entry, before: Watermark) -> None:
        self._find(
            Kind.CHANGED,
            str(self._top),
            f"epoch {entry.epoch} says that epoch {before.epoch} ended at {before} with the hash "
            f"{before.hash[:12]}…; the file has {self._top} with {self._top.hash[:12]}…",
        )

    def _judge_beginning(self) -> None:
        """Hold the first entry against what the journal itself says was pruned."""
        verdict = self._begins.judge()
        for note in verdict.notes:
            self._report.notes.append(note)
        for place, sentence in verdict.faults:
            self._find(Kind.CHANGED, place, sentence)
        if verdict.missing is None:
            return
        (epoch, first), last = verdict.missing
        self._missing.pop((epoch, 1), None)
        if first <= last:
            self._miss(epoch, first, last)

    def _step(self, mark: Watermark, *, linked: bool) -> None:
        self._top, self._linked = mark, linked
        self._count(mark.place)
        known = self._heads.get(mark.place)
        if known is None:
            return
        self._met.add(mark.place)
        if known.hash == mark.hash:
            self._proved = mark
        else:
            self._find(
                Kind.REWRITTEN,
                str(mark),
                f"entry {mark} is not the one that is known to have existed: this entry, or one "
                f"after {self._proved}, was changed and everything after it made anew",
            )

    def _weigh(self, entry: Entry, data: dict[str, Any]) -> None:
        """Check whose entry it is, whether it says one thing only and whether it adds up."""
        report, place = self._report, entry.watermark
        report.device = report.device or entry.source.removeprefix("/devices/")
        if entry.source != device_source(report.device):
            self._find(Kind.FOREIGN, str(place), f"entry {place} belongs to {entry.source}")
        doubled = doubled_key(entry.raw)
        if doubled:
            self._find(
                Kind.CHANGED,
                str(place),
                f"entry {place} says {doubled!r} twice: two programs may read two things in it",
            )
        for kind, rules in ((Kind.SHIFT, self._shifts), (Kind.TRAINING, self._training)):
            for fault in rules.follow(entry, data):
                self._find(kind, str(place), f"entry {place}: {fault}")
        if entry.type != COMPLETED:
            return
        about = f"entry {place}, receipt {data.get('receipt')}"
        for fault in report.takings.add(data):
            self._find(Kind.TOTALS, str(place), f"{about}: {fault}")
        fault = self._numbers.follow(entry.epoch, data)
        if fault:
            self._find(Kind.RECEIPT, str(place), f"{about}: {fault}")

    def _miss(self, epoch: int, first: int, last: int) -> None:
        self._missing[epoch, first] = last
        self._lose_track()

    def _lose_track(self) -> None:
        """Expect nothing of what comes next: something before it is missing or unread."""
        self._numbers.lose_track()
        self._shifts.lose_track()
        self._training.lose_track()

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
        self._report.findings.add(kind, place, sentence)


def _place_in(entry: Entry, name: str) -> Watermark | None:
    """Read a place that the first entry of an epoch tells of, None where it tells none."""
    told = entry.data.get(name) if entry.type == OPENED else None
    if not isinstance(told, dict):
        return None
    epoch, sequence = told.get("epoch"), told.get("sequence")
    if type(epoch) is not int or type(sequence) is not int:
        return None
    return Watermark(epoch, sequence, str(told.get("hash")))


def _name(place: tuple[int, int]) -> str:
    return f"{place[0]}.{place[1]}"
