"""Deriving figures from proven entries, behind the acknowledgement and always repeatable.

A projection is a module named in ``settings.BALIE_PROJECTIONS`` with:

- ``TYPES``: the types of entry it reads;
- ``project(proven) -> list[Complaint]``: MUST record entries such that doing it twice changes
  nothing;
- ``clear(device)``: MUST forget what it recorded, of one device or of all (None);
- ``hold(proven)``, at will: is called before any projection records or forgets anything, to take a
  lock that others take before they change what this one records; with None it is about everything;
- ``settle(now) -> list[Complaint]``, at will: is called when nothing more waits, for what can only
  be said of a whole history.

How far projections have followed is kept beside the watermark, in the same transaction as the rows
they make: a crash in between repeats nothing and leaves nothing out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from appliance.journal.archive import ArchiveError
from appliance.journal.entry import parse_envelope
from appliance.journal.errors import EntryError
from collector.archive.held import read as read_archived
from collector.archive.models import Archive
from collector.ingest import models
from collector.ingest.alarms import Complaint, raise_alarms
from collector.ingest.sql import insert_new, lock_clause, without_sync

log = logging.getLogger("collector.ingest")

Place = tuple[str, int]
_Row = tuple[int, str, bytes]
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry at or below its device's watermark.

    Attributes:
        device: Whose it is.
        epoch: Its epoch.
        sequence: Its number.
        type: What happened.
        data: The facts.
        raw: Its bytes.
    """

    device: str
    epoch: int
    sequence: int
    type: str
    data: dict[str, Any]
    raw: bytes


class Projection(Protocol):
    """One desk's way from entries to figures; see the module."""

    TYPES: Sequence[str]

    def project(self, proven: Sequence[Proven]) -> list[Complaint]:
        """Record what entries say."""

    def clear(self, device: str | None = None) -> None:
        """Forget what was recorded."""


_Project = Callable[[Projection, Sequence[Proven]], list[Complaint]]
_ODD = (
    ArithmeticError,
    AttributeError,
    DataError,
    IntegrityError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What comes of data that are not as the contract has them. That the database is away is not among
it: then everything is done again."""


class _OddEntry(Exception):  # noqa: N818 (reads as what happened)
    """Of one of these entries no figures can be had."""


class Projector:
    """Runs all projections over what has been proven since."""

    def __init__(self, projections: Sequence[Projection]) -> None:
        self._projections = projections
        self._types = sorted({name for each in projections for name in each.TYPES})
        self._has_learned = False

    @classmethod
    def from_settings(cls) -> Projector:
        """Take the projections that the settings name."""
        return cls([cast("Projection", import_module(name)) for name in settings.BALIE_PROJECTIONS])

    def behind(self) -> set[Place]:
        """Find every epoch whose projections have not reached the watermark."""
        self._learn()
        waiting = models.Watermark.objects.filter(projected__lt=F("sequence"))
        return set(waiting.values_list("device_id", "epoch"))

    def follow(self, place: Place, *, at_most: int = _CHUNK) -> bool:
        """Project the next entries of an epoch and commit; return whether more are waiting.

        An entry is signed by its device, but whoever wrote it need not have kept to the contract.
        One that no figures can be had of is named, and holds up no other.
        """
        try:
            return self._follow_and_settle(place, at_most, _together)
        except _OddEntry:
            return self._follow_and_settle(place, at_most, _one_by_one)

    def _follow_and_settle(self, place: Place, at_most: int, project: _Project) -> bool:
        with transaction.atomic():
            without_sync(connection)
            waiting = self._follow(place, at_most, project)
            if not waiting:
                self._settle()
            return waiting

    def _settle(self) -> None:
        """Have those projections that want it look at the whole."""
        now = datetime.now(UTC)
        for projection in self._projections:
            settle = getattr(projection, "settle", None)
            if settle is not None:
                raise_alarms(settle(now), now)

    def rebuild(self) -> int:
        """Forget everything derived and derive it again, all in one transaction.

        Readers see the old figures until the new ones are complete. Ingest waits meanwhile;
        devices keep what they have and send it afterwards.

        Returns:
            The number of epochs gone through.

        Raises:
            ArchiveError: An archived file is missing or was altered; the old figures stay.
        """
        with transaction.atomic():
            _hold_all_marks()
            self._hold(None)
            insert_new(connection, models.LearnedType, [(name,) for name in self._types])
            for projection in self._projections:
                projection.clear()
            models.Watermark.objects.update(projected=0)
            places = sorted(self.behind())
            for place in places:
                while self._follow_again(place):
                    pass
            self._settle()
        return len(places)

    def _hold(self, proven: Sequence[Proven] | None) -> None:
        """Have those projections that want it take what must be held before anything is written.

        An odd entry is passed over: it is named when it is to be recorded.
        """
        for projection in self._projections:
            hold = getattr(projection, "hold", None)
            if hold is None:
                continue
            chosen = None if proven is None else _read_by(projection, proven)
            try:
                hold(chosen)
            except _ODD:
                for each in chosen or ():
                    with suppress(*_ODD):
                        hold([each])

    def _follow_again(self, place: Place) -> bool:
        try:
            with transaction.atomic():
                return self._follow(place, _CHUNK, _together)
        except _OddEntry:
            return self._follow(place, _CHUNK, _one_by_one)

    def _learn(self) -> None:
        """Derive everything anew if this version understands entries that were only kept so far."""
        if self._has_learned:
            return
        with transaction.atomic():
            known = set(models.LearnedType.objects.values_list("type", flat=True))
            new = [name for name in self._types if name not in known]
            # Of several that start together one learns; the others wait for it and find it done.
            if insert_new(connection, models.LearnedType, [(name,) for name in new]):
                self._derive_what_was_kept(new)
        self._has_learned = True

    def _derive_what_was_kept(self, types: Sequence[str]) -> None:
        passed = models.Watermark.objects.filter(projected__gt=0).exists()
        if not (passed and _were_kept(types)):
            return
        log.warning("Figures are derived anew: this version understands %s", ", ".join(types))
        try:
            self.rebuild()
        except ArchiveError as missing:
            log.error(  # noqa: TRY400 (the sentence says all)
                "Older figures are not derived anew (%s): put the file back, then run "
                "'balie-collector rebuild'",
                missing,
            )

    def _follow(self, place: Place, at_most: int, project: _Project) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sequence, projected,"  # noqa: S608 (a fixed clause)
                " (SELECT MAX(archive.cleared) FROM archive_archive archive"
                " WHERE archive.device_id = mark.device_id AND archive.epoch = mark.epoch)"
                " FROM ingest_watermark mark"
                f" WHERE device_id = %s AND epoch = %s{lock_clause(connection)}",
                place,
            )
            proven_to, projected_to, archived_to = cursor.fetchone()
        if projected_to < (archived_to or 0):
            rows, reached = read_archived(place, projected_to, archived_to, self._types, at_most)
        else:
            rows = self._rows(place, projected_to, proven_to, at_most)
            reached = rows[-1][0] if len(rows) == at_most else proven_to
        entries, complaints = _read(place, rows)
        self._hold(entries)
        for projection in self._projections:
            if chosen := _read_by(projection, entries):
                complaints += project(projection, chosen)
        raise_alarms(complaints, datetime.now(UTC))
        models.Watermark.objects.filter(device_id=place[0], epoch=place[1]).update(
            projected=reached
        )
        return bool(reached < proven_to)

    def _rows(self, place: Place, after: int, last: int, at_most: int) -> list[_Row]:
        marks = ", ".join(["%s"] * len(self._types))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sequence, type, raw FROM ingest_entry WHERE device_id = %s AND epoch = %s"  # noqa: S608 (only %s)
                f" AND sequence > %s AND sequence <= %s AND type IN ({marks})"
                " ORDER BY sequence LIMIT %s",
                (*place, after, last, *self._types, at_most),
            )
            return list(cursor.fetchall())


def _read_by(projection: Projection, entries: Sequence[Proven]) -> list[Proven]:
    return [each for each in entries if each.type in projection.TYPES]


def _together(projection: Projection, proven: Sequence[Proven]) -> list[Complaint]:
    try:
        return projection.project(proven)
    except _ODD as odd:
        raise _OddEntry from odd


def _one_by_one(projection: Projection, proven: Sequence[Proven]) -> list[Complaint]:
    complaints = []
    for each in proven:
        try:
            with transaction.atomic():
                complaints += projection.project([each])
        except _ODD as odd:
            log.exception("%s: entry %s.%s is odd", each.device, each.epoch, each.sequence)
            why = f"{type(odd).__name__}: {odd}".partition("\n")[0]
            place = each.device, each.epoch
            complaints.append(_unreadable(place, each.sequence, each.type, why))
    return complaints


def _hold_all_marks() -> None:
    """Take what whoever derives figures takes first, so that nobody waits for us in a circle."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM ingest_watermark ORDER BY device_id, epoch{lock_clause(connection)}"  # noqa: S608 (a fixed clause)
        )


def _were_kept(types: Sequence[str]) -> bool:
    """Whether entries of these types may be held; what is in the archive is not looked into."""
    in_archive = Archive.objects.filter(cleared__gt=0).exists()
    return in_archive or models.Entry.objects.filter(type__in=types).exists()


def _read(place: Place, rows: Sequence[_Row]) -> tuple[list[Proven], list[Complaint]]:
    """Read the data of entries; ingest kept them without looking.

    They were checked when they were stored, so their bytes need not be hashed again.
    """
    proven, complaints = [], []
    for sequence, kind, raw in rows:
        try:
            data = parse_envelope(bytes(raw)).data
        except EntryError as error:
            complaints.append(_unreadable(place, sequence, kind, error))
        else:
            proven.append(Proven(*place, sequence, kind, data, bytes(raw)))
    return proven, complaints


def _unreadable(place: Place, sequence: int, kind: str, error: object) -> Complaint:
    device, epoch = place
    words = gettext_noop(
        "Entry %(place)s (%(type)s) cannot be read (%(why)s): it is kept, and its figures are "
        "missing."
    )
    facts = {"place": f"{epoch}.{sequence}", "type": kind, "why": error}
    return Complaint(device, "unreadable", words, facts=facts)
