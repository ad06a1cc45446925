"""Checks attachments against the entries that name them.

An entry names each attachment by a random reference and a commitment: the SHA-256 of a salt and the
content. The content may be erased for ever; it can never be changed, exchanged or added unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from appliance.journal.attachments import KEY, commitment
from appliance.journal.entry import Entry, parse
from appliance.journal.errors import EntryError
from appliance.journal.findings import Kind
from appliance.journal.report import Report

Kept = tuple[str, bytes | None, bytes | None]
"""An attachment as kept: reference, salt and content; the last two are None once erased."""


@dataclass(frozen=True, slots=True)
class Attached:
    """How a file keeps its attachments.

    Attributes:
        of_entry: Finds those of an entry by its epoch and sequence.
        with_entries: Goes through all: reference, and the bytes of the entry it lies with, None
            where that entry is kept elsewhere.
    """

    of_entry: Callable[[int, int], Iterable[Kept]]
    with_entries: Callable[[], Iterable[tuple[str, bytes | None]]]


def commitments(data: Mapping[str, Any]) -> dict[str, str]:
    """Read which attachments an entry names: reference and commitment."""
    named = data.get(KEY)
    if not isinstance(named, list):
        return {}
    return {
        str(each.get("reference")): str(each.get("commitment"))
        for each in named
        if isinstance(each, dict)
    }


class AttachmentCheck:
    """Holds attachments against entries, one entry after another.

    Args:
        report: Where findings go.
        attached: How the file keeps them; None if it keeps none.
        complete: Whether every attachment has its row here for ever, erased or not.
    """

    def __init__(self, report: Report, attached: Attached | None, *, complete: bool = True) -> None:
        self._report = report
        self._attached = attached
        self._complete = complete
        self._fitting = self._erased = self._absent = 0

    def hold_against(self, entry: Entry) -> None:
        """Check the attachments that an entry names."""
        named = commitments(entry.data)
        if not named:
            return
        kept = self._attached.of_entry(entry.epoch, entry.sequence) if self._attached else ()
        self.compare(entry, named, kept)

    def compare(self, entry: Entry, named: Mapping[str, str], kept: Iterable[Kept]) -> None:
        """Check what is kept against what an entry names."""
        found = {reference: (salt, content) for reference, salt, content in kept}
        for reference, promised in named.items():
            salt, content = found.get(reference, (None, None))
            if reference not in found:
                self._miss(entry, reference)
            elif salt is None or content is None:
                self._erased += 1
            elif commitment(bytes(salt), bytes(content)) != promised:
                self._find(entry, f"attachment {reference} was changed: it is not what was named")
            else:
                self._fitting += 1

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
                self._judge(reference, raw)
        if self._fitting or self._erased or self._absent:
            self._report.notes.append(
                f"attachments: {self._fitting} fit their entries, {self._erased} were erased, "
                f"{self._absent} are not in this file"
            )

    def _judge(self, reference: str, raw: bytes) -> None:
        try:
            entry = parse(bytes(raw))
            named = commitments(entry.data)
        except EntryError:
            return  # named as unreadable already
        if reference not in named:
            self.find_stray(str(entry.watermark), reference)

    def _miss(self, entry: Entry, reference: str) -> None:
        if self._complete and self._attached:
            self._find(entry, f"attachment {reference} was removed rather than erased")
        else:
            self._absent += 1

    def _find(self, entry: Entry, what: str) -> None:
        place = str(entry.watermark)
        self._report.findings.add(Kind.ATTACHMENT, place, f"entry {place}: {what}")
