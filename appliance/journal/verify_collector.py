"""Checks a collector's database: each device's chain, signatures, watermarks, forks and figures.

It asks the tables and nothing else, so it runs over a plain SQLite file without the collector's
own program, and through the collector's connection over any database it can keep its entries in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.journal.archive import ArchiveError, file_hash
from appliance.journal.attachments import Held
from appliance.journal.checker import Checker
from appliance.journal.entry import ZERO_HASH, Entry, Watermark
from appliance.journal.errors import JournalAbsent, KeyUnreadable
from appliance.journal.findings import Kind
from appliance.journal.report import Report
from appliance.journal.signing import PublicKey
from appliance.journal.tables import Query, Row, in_utc, pages
from appliance.journal.verify_attachments import Attached, AttachmentCheck
from appliance.journal.verify_balances import verify_balances
from appliance.journal.verify_export import TextReading
from appliance.journal.verify_figures import FiguresCheck, find_orphans
from appliance.journal.verify_forks import Forks
from appliance.journal.verify_keys import read_keys
from appliance.journal.verify_ledgers import LedgerCheck
from appliance.journal.verify_signatures import SignatureCheck

_OF_NO_FORK = (
    "not exists (select 1 from ingest_fork f where f.device_id = a.device_id"
    " and f.epoch = a.epoch and f.sequence = a.sequence and f.hash = a.entry)"
)
"""A copied card's attachments are kept too: they belong to the entries that were set aside."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What there is to check.

    Attributes:
        query: The database.
        archives: Where archived entries lie; None leaves them unread.
        has_archives: Whether this collector keeps archives at all.
        has_attachments: Whether it keeps attachments.
        has_figures: Whether it has a register's figures.
        has_ledgers: Whether it has balances.
        has_former_keys: Whether it remembers the keys of replaced devices.
    """

    query: Query
    archives: Path | None
    has_archives: bool
    has_attachments: bool
    has_figures: bool
    has_ledgers: bool
    has_former_keys: bool


def verify_tables(
    query: Query,
    what: str,
    names: Collection[str],
    *,
    key: PublicKey | None = None,
    heads: Iterable[Watermark] = (),
    archives: Path | None = None,
    device: str | None = None,
) -> Report:
    """Check a collector's tables; see `appliance.journal.verify.verify`.

    Args:
        query: The database, in a transaction that sees one state of it.
        what: What the report calls it.
        names: Of its tables.
        key: A device's public key, known from elsewhere.
        heads: Places and hashes known from elsewhere.
        archives: Where archived entries lie.
        device: Check this one alone.

    Raises:
        JournalAbsent: if there is no such device.
        KeyUnreadable: if a key is given and it is not said whose.
    """
    tables = Tables(
        query,
        archives,
        has_archives="archive_archive" in names,
        has_attachments="attachments_attachment" in names,
        has_figures="register_sale" in names,
        has_ledgers={"register_sale", "ledgers_balance"} <= set(names),
        has_former_keys="ingest_formerkey" in names,
    )
    rows = [
        row
        for row in query("select id, public_key from ingest_device order by id")
        if device in (None, row[0])
    ]
    if not rows:
        raise JournalAbsent(f"expected device {device or 'or two'} in {what}, found none")
    if (key or list(heads)) and len(rows) > 1:
        raise KeyUnreadable("a key or a head belongs to one device: say which with --device")
    report = Report(what)
    for name, pem in rows:
        report.parts.append(_Device(tables, name, pem, key, list(heads)).check())
    if tables.has_figures:
        find_orphans(query, report)
    if tables.has_ledgers:
        verify_balances(query, names, report)
    return report


class _Device:
    """The check of one device's tables."""

    def __init__(
        self,
        tables: Tables,
        device: str,
        pem: str,
        key: PublicKey | None,
        heads: list[Watermark],
    ) -> None:
        self._query = tables.query
        self._tables = tables
        self._name = device
        self._report = Report("as the collector holds it", device=device)
        self._keys = read_keys(self._report, pem, self._former_keys(), key)
        self._heads = heads
        self._checker = Checker(self._report, heads=heads, branches=True)
        self._forks = Forks(self._query, device, self._report)
        self._signatures = SignatureCheck(self._report, device, self._forks.places)
        self._figures = FiguresCheck(self._query, device, self._report)
        self._ledgers = LedgerCheck(self._query, device, self._report)
        self._attachments = AttachmentCheck(self._report, self._attached(), complete=False)
        self._unread: dict[int, int] = {}
        self._skipped = 0

    def check(self) -> Report:
        """Go through all epochs, then say what can only be said at the end."""
        marks = {row[0]: row[1:] for row in self._ask(
            "select epoch, sequence, hash, projected from ingest_watermark where device_id = ?"
        )}  # fmt: skip
        epochs = {row[0] for row in self._ask(
            "select distinct epoch from ingest_entry where device_id = ?"
        )}  # fmt: skip
        archives = self._archives()
        for epoch in sorted(epochs | set(marks) | set(archives)):
            self._check_epoch(epoch, marks.get(epoch), archives.get(epoch, []))
        self._checker.finish()
        self._signatures.finish()
        self._forks.name()
        self._attachments.finish()
        if self._tables.has_figures:
            self._figures.finish(self._unread)
        if self._tables.has_ledgers:
            self._ledgers.finish(self._unread)
        if self._skipped:
            self._report.limits.append(
                f"{self._skipped} entries in archives; name their folder with --archives, or "
                "verify it by itself"
            )
        return self._report

    def _check_epoch(self, epoch: int, told: Row | None, archives: list[_Archive]) -> None:
        sequence, digest, projected = told or (0, ZERO_HASH, 0)
        mark = Watermark(epoch, sequence, digest)
        signed = (
            "select sequence, hash, signature from ingest_signature"
            " where device_id = ? and epoch = ? and (sequence, hash) > (?, ?)"
        )
        rows = pages(self._query, signed, (self._name, epoch), keys=2)
        self._signatures.begin(
            epoch, self._keys_of(epoch), ((row[0], row[1], row[2]) for row in rows)
        )
        reached = self._skip_archives(epoch, archives)
        reached = self._read_rows(epoch, reached, projected)
        self._signatures.end(min(sequence, reached.sequence))
        self._judge_watermark(mark, reached, projected, is_there=told is not None)

    def _read_rows(self, epoch: int, reached: Watermark, projected: int) -> Watermark:
        """Read the entries of an epoch; return up to where they follow each other."""
        sql = (
            "select sequence, hash, previous, type, time, raw from ingest_entry"
            " where device_id = ? and epoch = ? and sequence > ?"
        )
        for sequence, digest, previous, kind, time, raw in pages(
            self._query, sql, (self._name, epoch)
        ):
            entry = self._checker.read(bytes(raw), "its row", (epoch, sequence))
            if entry is None:
                continue
            self._compare_columns(entry, (digest, previous, kind), time)
            self._signatures.see(entry.watermark)
            self._attachments.hold_against(entry)
            if sequence <= projected:
                self._hold_figures_against(entry)
            if entry.follows(reached if reached.sequence else Watermark(epoch, 0, ZERO_HASH)):
                reached = entry.watermark
        return reached

    def _compare_columns(self, entry: Entry, told: tuple[str, str, str], time: Any) -> None:
        """Hold what stands beside the bytes, for quick questions, against the bytes."""
        found = (entry.hash, entry.previous, entry.type)
        names = ("hash", "previous", "type")
        wrong = [name for name, a, b in zip(names, told, found, strict=True) if a != b]
        try:
            if in_utc(time) != in_utc(entry.time):
                wrong.append("time")
        except (ValueError, OverflowError):
            wrong.append("time")
        if wrong:
            place = str(entry.watermark)
            self._report.findings.add(
                Kind.CHANGED,
                place,
                f"entry {place}: the {' and '.join(wrong)} kept beside it is not its own: it was "
                "changed",
            )

    def _judge_watermark(
        self, mark: Watermark, reached: Watermark, projected: int, *, is_there: bool
    ) -> None:
        place, sentence = str(mark), ""
        if not is_there:
            place = f"{mark.epoch}.{reached.sequence}"
            sentence = f"epoch {mark.epoch} has entries up to {place}, and no watermark"
        elif mark.sequence > reached.sequence:
            last = f"{mark.epoch}.{reached.sequence}"
            sentence = f"the watermark says {mark} is proven; without a break it goes to {last}"
        elif mark.sequence < reached.sequence:
            sentence = f"the watermark says {mark}; proven are entries up to {reached}"
        elif mark.sequence and mark.hash != reached.hash:
            sentence = f"the watermark of entry {mark} names the hash of another entry"
        elif projected > mark.sequence:
            sentence = f"figures are said to follow up to {projected}; proven is up to {mark}"
        elif projected < mark.sequence:
            self._report.notes.append(
                f"the figures follow up to entry {mark.epoch}.{projected}; proven is up to {mark}"
            )
        if sentence:
            self._report.findings.add(Kind.WATERMARK, place, sentence)

    def _archives(self) -> dict[int, list[_Archive]]:
        if not self._tables.has_archives:
            return {}
        found: dict[int, list[_Archive]] = {}
        for epoch, *rest in self._ask(
            "select epoch, first, last, previous, hash, file, sha256, cleared"
            " from archive_archive where device_id = ? order by epoch, first"
        ):
            archive = _Archive(epoch, *rest)
            if archive.cleared >= archive.first:
                found.setdefault(epoch, []).append(archive)
        return found

    def _skip_archives(self, epoch: int, archives: list[_Archive]) -> Watermark:
        """Pass over what is archived, read where its folder is known."""
        reached = Watermark(epoch, 0, ZERO_HASH)
        for archive in archives:
            joins = (archive.first, archive.previous) == (reached.sequence + 1, reached.hash)
            if not joins:
                place = f"{epoch}.{archive.first}"
                self._report.findings.add(
                    Kind.ARCHIVE,
                    place,
                    f"the archive {archive.file} begins at {place}; what is held before it ends "
                    f"at {reached}, and the two do not join",
                )
            reached = self._end_of(archive)
            if not (archive.is_cleared and self._read_archive(archive)):
                self._checker.skip_to(reached)
                self._signatures.skip_to(reached)
                self._unread[epoch] = reached.sequence
                self._skipped += reached.sequence - archive.first + 1
        return reached

    def _end_of(self, archive: _Archive) -> Watermark:
        """Tell the last entry that only the archive has."""
        if archive.is_cleared:
            return Watermark(archive.epoch, archive.last, archive.hash)
        following = self._query(
            "select previous from ingest_entry where device_id = ? and epoch = ? and sequence = ?",
            (self._name, archive.epoch, archive.cleared + 1),
        )
        return Watermark(archive.epoch, archive.cleared, following[0][0] if following else "")

    def _read_archive(self, archive: _Archive) -> bool:
        """Read a file, if it is there; tell whether it was read."""
        if self._tables.archives is None:
            return False
        path = self._tables.archives / archive.file
        place = f"{archive.epoch}.{archive.first}"
        try:
            found = file_hash(path)
        except ArchiveError:
            self._report.findings.add(
                Kind.ARCHIVE,
                place,
                f"the archive {archive.file}, with entries from {place}, is not in the folder",
            )
            return False
        if found != archive.sha256:
            self._report.findings.add(
                Kind.ARCHIVE,
                place,
                f"the archive {archive.file}, with entries from {place}, is not the file that was "
                "written: it was changed, or an older copy was put back",
            )
        keys = self._keys_of(archive.epoch)
        checks = TextReading(self._report, keys, [], self._checker, see=self._see_archived)
        checks.read_file(path)
        checks.finish()
        return True

    def _see_archived(self, entry: Entry) -> None:
        self._signatures.see(entry.watermark)
        self._attachments.hold_against(entry)
        self._hold_figures_against(entry)

    def _hold_figures_against(self, entry: Entry) -> None:
        if self._tables.has_figures:
            self._figures.hold_against(entry)
        if self._tables.has_ledgers:
            self._ledgers.hold_against(entry)

    def _keys_of(self, epoch: int) -> list[PublicKey]:
        """Tell which keys may have signed an epoch."""
        return [key for last, key in self._keys if last is None or last >= epoch]

    def _former_keys(self) -> Iterable[Row]:
        if not self._tables.has_former_keys:
            return ()
        return self._ask("select last_epoch, public_key from ingest_formerkey where device_id = ?")

    def _attached(self) -> Attached | None:
        if not self._tables.has_attachments:
            return None

        def of_entry(epoch: int, sequence: int) -> Iterable[Held]:
            rows = self._query(
                "select reference, salt, content from attachments_attachment a"  # noqa: S608 - only our own words
                f" where device_id = ? and epoch = ? and sequence = ? and {_OF_NO_FORK}",
                (self._name, epoch, sequence),
            )
            return [Held(row[0], _blob(row[1]), _blob(row[2])) for row in rows]

        def with_entries() -> Iterable[tuple[str, bytes | None]]:
            rows = self._query(
                "select a.reference, e.raw from attachments_attachment a left join ingest_entry e"  # noqa: S608 - the same
                " on e.device_id = a.device_id and e.epoch = a.epoch"
                f" and e.sequence = a.sequence where a.device_id = ? and {_OF_NO_FORK}",
                (self._name,),
            )
            return ((row[0], row[1]) for row in rows)

        return Attached(of_entry, with_entries)

    def _ask(self, sql: str) -> Iterable[Row]:
        return self._query(sql, (self._name,))


@dataclass(frozen=True, slots=True)
class _Archive:
    """A file as the collector recorded it; see ``collector.archive.models``."""

    epoch: int
    first: int
    last: int
    previous: str
    hash: str
    file: str
    sha256: str
    cleared: int

    @property
    def is_cleared(self) -> bool:
        """Whether the file alone has its entries."""
        return self.cleared >= self.last


def _blob(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
