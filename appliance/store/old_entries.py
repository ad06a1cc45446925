"""What may go from the journal, as the device's files tell it together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from appliance.journal.entry import Watermark
from appliance.journal.prune import Plan, plan
from appliance.journal.reader import JournalReader
from appliance.store import archived
from appliance.uplink.state import LinkReader


class OldEntries:
    """The old entries of `appliance.services.pruning`; used from one thread.

    Args:
        data: The folder with journal.db, uplink.db and directory.db.
        keep_days: Whole days that stay on the device.
        clock: The shop's local time.
    """

    def __init__(self, data: Path, *, keep_days: int, clock: Callable[[], datetime]) -> None:
        self._journal = data / "journal.db"
        self._directory = data / "directory.db"
        self._link = LinkReader(data / "uplink.db")
        self._keep_days = keep_days
        self._clock = clock

    def plan(self, keep_from: Sequence[Watermark]) -> Plan | None:
        """Find some entries that are acknowledged, archived and old; None for nothing.

        Raises:
            JournalError: If the journal cannot be read.
        """
        marks = archived.read(self._directory)
        if not marks:
            return None
        with JournalReader.open(self._journal) as journal:
            return plan(
                journal,
                acked=self._link.read().acked,
                archived=marks,
                now=self._clock(),
                keep_days=self._keep_days,
                keep_from=keep_from,
            )

    def close(self) -> None:
        """Close what is open; again is allowed."""
        self._link.close()
