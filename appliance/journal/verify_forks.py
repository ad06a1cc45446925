"""Names what a collector set aside: entries that contradict those it held already."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from appliance.journal.entry import parse
from appliance.journal.errors import EntryError
from appliance.journal.findings import Kind
from appliance.journal.report import Report
from appliance.journal.tables import Query, pages

_TOLD = "% two different histories in epoch %"
"""The alarm that ``collector.ingest.forks`` raises whenever it sets an entry aside."""


@dataclass(slots=True)
class _Run:
    """Forks of one epoch that follow each other."""

    epoch: int
    first: int
    last: int
    head: str


class Forks:
    """The forks of one device.

    Attributes:
        places: Epoch, sequence and hash of each.
    """

    def __init__(self, query: Query, device: str, report: Report) -> None:
        self.places: set[tuple[int, int, str]] = set()
        self._report = report
        self._runs: list[_Run] = []
        sql = (
            "select id, epoch, sequence, hash, raw from ingest_fork where device_id = ? and id > ?"
        )
        for _, epoch, sequence, digest, raw in pages(query, sql, (device,)):
            self.places.add((epoch, sequence, digest))
            self._take(epoch, sequence, digest, bytes(raw))
        alarms = query(
            "select count(*) from ingest_alarm where device = ? and kind = 'fork'"
            " and sentence like ?",
            (device, _TOLD),
        )
        if alarms[0][0] and not self.places:
            report.findings.add(
                Kind.FORK,
                "forks",
                f"an alarm tells of two histories of {device}, and no fork is kept: forks were "
                "removed",
            )

    def name(self) -> None:
        """Name each run of forks, and any that begins in the middle of nothing."""
        for run in self._runs:
            place = f"{run.epoch}.{run.first}"
            until = f" to {run.epoch}.{run.last}" if run.last > run.first else ""
            noun = "entries" if until else "entry"
            verb = "exist" if until else "exists"
            self._report.findings.add(
                Kind.FORK,
                place,
                f"{noun} {place}{until} {verb} in a second version, set aside: the device's card "
                "was copied or put back, or its journal was changed",
            )

    def _take(self, epoch: int, sequence: int, digest: str, raw: bytes) -> None:
        place = f"{epoch}.{sequence}"
        if sha256(raw).hexdigest() != digest:
            self._report.findings.add(
                Kind.CHANGED, place, f"the fork of entry {place} was changed: its hash is another"
            )
        try:
            previous = parse(raw).previous
        except EntryError as error:
            self._report.findings.add(
                Kind.UNREADABLE, place, f"the fork of entry {place} cannot be read: {error}"
            )
            previous = ""
        for run in self._runs:
            if (run.epoch, run.last + 1, run.head) == (epoch, sequence, previous):
                run.last, run.head = sequence, digest
                return
        self._runs.append(_Run(epoch, sequence, sequence, digest))
