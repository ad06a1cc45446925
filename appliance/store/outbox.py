"""How far the collector has followed: what the uplink notes, beside what the journal holds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from appliance.journal.entry import Watermark
from appliance.journal.errors import JournalError
from appliance.journal.reader import JournalReader
from appliance.journal.word import NOTHING
from appliance.services.ports import Sending
from appliance.services.standing import Standing, compare
from appliance.uplink.state import LinkReader, LinkState


class UplinkOutbox:
    """The outbox of `appliance.services.ports`; used from one thread.

    Args:
        journal: The file journal.db.
        uplink: The file uplink.db.
        enabled: Whether this device sends at all.
    """

    def __init__(self, journal: Path, uplink: Path, *, enabled: bool) -> None:
        self._path = journal
        self._enabled = enabled
        self._link = LinkReader(uplink)
        self._journal: JournalReader | None = None
        self._oldest: tuple[Watermark, datetime] | None = None

    def look(self) -> Sending:
        """Return how far the collector has followed."""
        if not self._enabled:
            return Sending(enabled=False, standing=self._standing_alone())
        state = self._link.read()
        problem = state.problem
        try:
            if self._journal is None:
                self._journal = JournalReader.open(self._path)
            unsent = self._journal.count_above(state.acked)
            standing = _standing(self._journal, state)
            oldest = self._oldest_above(self._journal, state.acked) if unsent else None
        except JournalError as error:
            return Sending(problem="journal", detail=str(error))
        return Sending(
            unsent=unsent,
            oldest=oldest,
            connected=state.connected,
            problem=problem.key if problem else "",
            detail=problem.sentence if problem else "",
            refusing=state.word if state.refused else NOTHING,
            standing=standing,
        )

    def close(self) -> None:
        """Close both files; again is allowed."""
        self._link.close()
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _standing_alone(self) -> Standing:
        """Tell what a device has that sends to nobody."""
        try:
            if self._journal is None:
                self._journal = JournalReader.open(self._path)
            return Standing(enabled=False, device=self._journal.head.sequence)
        except JournalError:
            return Standing(enabled=False)

    def _oldest_above(self, journal: JournalReader, acked: Watermark) -> datetime | None:
        """Return when the first entry above a place was made; it is read once."""
        if self._oldest is None or self._oldest[0] != acked:
            first = next(journal.entries(acked, 1), None)
            if first is None:
                return None
            self._oldest = (acked, datetime.fromisoformat(first.time))
        return self._oldest[1]


def _standing(journal: JournalReader, state: LinkState) -> Standing:
    head = journal.head
    held = journal.count_above(Watermark(head.epoch, 0, ""))
    return compare(
        head,
        state.acked,
        gaps=head.sequence - held,
        told_at=state.last_ack_at,
        connected=state.connected,
        refused=state.refused,
    )
