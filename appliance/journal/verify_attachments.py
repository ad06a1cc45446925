"""Checks attachments against the entries that name them.

An entry names each attachment by a random reference and a commitment, see
`appliance.journal.attachments`. What one says may be erased for ever; it can never be changed,
exchanged or added unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from appliance.journal.attachments import ERASED, KEY, Held, examine
from appliance.journal.entry import Entry, parse
from appliance.journal.errors import AttachmentError, EntryError
from appliance.journal.findings import Kind
from appliance.journal.report import Report


@dataclass(frozen=True, slots=True)
class Attached:
    """How a file keeps its attachments.

    Attributes:
        of_entry: Finds those of an entry by its epoch and sequence.
        with_entries: Goes through all: reference, and the bytes of the entry it lies with, None
            where that entry is kept elsewhere.
    """

    of_entry: Callable[[int, int], Iterable[Held]]
    with_entries: Callable[[], Iterable[tuple[str, bytes | None]]]


class AttachmentCheck:
    """Holds attachments against entries, one entry after another.

    Args:
        report: Where findings go.
        attached: How the file keeps them; None if it brings them along or keeps none.
        complete: Whether every attachment has its row here for ever, erased or not.
    """

    def __init__(self, report: Report, attached: Attached | None, *, complete: bool) -> None:
        self._report = report
        self._attached = attached
        self._complete = complete
        self._fitting = self._erased = self._absent = 0
        self._gone: dict[str, str] = {}
        self._told: set[str] = set()

    def hold_against(self, entry: Entry) -> None:
        """Check the attachments that an entry names, where it names any."""
        if entry.type == ERASED and self._complete:
            told = entry.data.get("references")
            self._told.update(map(str, told) if isinstance(told, list) else ())
        if KEY in entry.data:
            kept = self._attached.of_entry(entry.epoch, entry.sequence) if self._attached else ()
            self.compare(entry, kept)

    def compare(self, entry: Entry, kept: Iterable[Held]) -> None:
        """Check what is kept against what an entry names."""
        try:
            found = examine(entry.data, kept)
        except AttachmentError as error:
            self._find(entry, str(error))
            return
        self._fitting += len(found.sound)
        self._erased += len(found.erased)
        self._gone |= dict.fromkeys(found.erased, str(entry.watermark)) if self._complete else {}
        for reference in found.altered:
            self._find(entry, f"attachment {reference} was changed: it is not what was named")
        if not self._complete:
            self._absent += len(found.missing)
            return
        for reference in found.missing:
            self._find(entry, f"attachment {reference} was removed rather than erased")

    def find_stray(self, place: str, reference: str) -> None:
        """Note an attachment that lies with an entry which does not name it."""
        self._report.findings.add(
            Kind.ATTACHMENT,
            place,
            f"attachment {reference} lies with entry {place}, which does not name it",
        )

    def finish(self) -> None:
        """Look for attachments that no entry names, and say what was seen."""
        for reference, raw in self._attached.with_entries() if self._attached else ():
            if raw is not None:
                self._judge(reference, bytes(raw))
        for reference, place in self._gone.items():
            if reference not in self._told:
                self._report.findings.add(
                    Kind.ATTACHMENT,
                    place,
                    f"entry {place}: attachment {reference} is erased and the journal does not say "
                    "so: the desk was stopped while it erased and ends that when it runs, or "
                    "somebody took it away",
                )
        if self._fitting or self._erased or self._absent:
            self._report.notes.append(
                f"attachments: {self._fitting} fit their entries, {self._erased} were erased, "
                f"{self._absent} are not in this file"
            )

    def _judge(self, reference: str, raw: bytes) -> None:
        try:
            entry = parse(raw)
            unnamed = examine(entry.data, [Held(reference, None, None)]).unnamed
        except (EntryError, AttachmentError):
            return  # named as unreadable already
        if unnamed:
            self.find_stray(str(entry.watermark), reference)

    def _find(self, entry: Entry, what: str) -> None:
        place = str(entry.watermark)
        self._report.findings.add(Kind.ATTACHMENT, place, f"entry {place}: {what}")
