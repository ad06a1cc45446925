"""Where a journal begins, and whether it may: a device prunes what is archived, and says so.

Before a device removes its oldest entries, it records ``balie.journal.pruned.v1`` with the last of
them, ``{"epoch", "sequence", "hash"}``. A file may begin with the entry after exactly such a place
and nowhere else but at the first entry of all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from appliance.journal.entry import START, ZERO_HASH, Entry, Watermark
from appliance.journal.prune import PRUNED
from appliance.journal.store import OPENED


@dataclass(slots=True)
class Verdict:
    """What is to be said about a beginning.

    Attributes:
        missing: ``((epoch, first), last)``: what is missing before it in truth, ``first > last``
            for nothing; None if the beginning is no matter.
        faults: Places and sentences of what contradicts.
        notes: What a reader should know.
    """

    missing: tuple[tuple[int, int], int] | None = None
    faults: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Beginning:
    """Remembers how a file begins and what its journal says was pruned.

    Args:
        after: The place after which the file should begin; `START` for a whole journal.
    """

    def __init__(self, after: Watermark) -> None:
        self._whole = after == START
        self._before: Watermark | None = None
        self._pruned: dict[tuple[int, int], tuple[str, Watermark]] = {}

    def skip(self) -> None:
        """What comes first is kept elsewhere: this file does not begin the journal."""
        self._whole = False

    def see(self, entry: Entry) -> None:
        """Take the next entry of the file."""
        if self._before is None:
            self._before = _before(entry)
        if entry.type == PRUNED:
            place = entry.data.get("epoch"), entry.data.get("sequence")
            if type(place[0]) is int and type(place[1]) is int:
                told = str(entry.data.get("hash"))
                self._pruned[place[0], place[1]] = (told, entry.watermark)

    def see_rubbish(self, place: tuple[int, int]) -> None:
        """Take bytes that are no entry and stand at a place."""
        if self._before is None:
            epoch, sequence = place
            self._before = Watermark(epoch, sequence - 1, "") if sequence > 1 else START

    def judge(self) -> Verdict:
        """Say whether the file may begin where it does."""
        before, verdict = self._before, Verdict()
        if not self._whole or before is None or before == START:
            return verdict
        nothing = ((before.epoch, before.sequence + 1), before.sequence)
        told = self._pruned.get(before.place)
        if told is not None:
            verdict.missing = nothing
            verdict.notes.append(
                f"everything up to entry {before} was pruned, as entry {told[1]} says; it is kept "
                "in the collector's archive and was not checked here"
            )
            if before.hash and told[0] != before.hash:
                sentence = (
                    f"entry {told[1]} says that entry {before}, the last that was pruned, had the "
                    f"hash {told[0][:12]}…; the file begins after one with {before.hash[:12]}…"
                )
                verdict.faults.append((str(before), sentence))
            return verdict
        excused = [place[1] for place in self._pruned if place[0] == before.epoch]
        lower = max((last for last in excused if last < before.sequence), default=0)
        verdict.missing = ((before.epoch, lower + 1), before.sequence)
        return verdict


def _before(entry: Entry) -> Watermark:
    """Tell what came before an entry, `START` if nothing did."""
    if entry.sequence > 1:
        return Watermark(entry.epoch, entry.sequence - 1, entry.previous)
    after = entry.data.get("after") if entry.type == OPENED else None
    if not isinstance(after, dict):
        return START
    epoch, sequence = after.get("epoch"), after.get("sequence")
    if type(epoch) is not int or type(sequence) is not int or not sequence:
        return START
    return Watermark(epoch, sequence, str(after.get("hash", ZERO_HASH)))
