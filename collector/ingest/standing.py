"""How things stand with each device: what is held, what is missing, what needs a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, F, Sum

from collector.ingest.advancing import read_marks
from collector.ingest.answering import acknowledgement
from collector.ingest.models import Alarm, Device, Fork, Watermark


@dataclass(frozen=True, slots=True)
class Standing:
    """One device as the collector sees it.

    Attributes:
        device: Its id; for a stranger the name it used.
        name: What people call it, empty for a stranger.
        link: ``online``, ``offline`` or, for a stranger, ``unknown``.
        last_seen: When it was last heard of.
        epoch: Epoch of the acknowledged place, 0 for nothing yet.
        sequence: Sequence of the acknowledged place.
        hash: Hash of that entry.
        gaps: How many entries are missing below the highest that is held.
        forks: How many entries were set aside.
        figures: How many of the acknowledged entries do not count in the figures yet: those follow
            within a moment, when nobody waits for an acknowledgement.
        alarms: Sentences a person should read, the latest first.
    """

    device: str
    name: str
    link: str
    last_seen: datetime | None
    epoch: int
    sequence: int
    hash: str
    gaps: int
    forks: int
    figures: int
    alarms: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether nothing is missing and nothing needs a person."""
        return not (self.gaps or self.forks or self.alarms)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON's own types."""
        seen = self.last_seen.isoformat() if self.last_seen else None
        return {**asdict(self), "last_seen": seen, "alarms": list(self.alarms)}


def standings() -> list[Standing]:
    """Return how things stand with every device, and with strangers who used a name."""
    marks, gaps, forks, alarms = read_marks(), _gaps(), _forks(), _alarms()
    figures = _figures()
    found = []
    for device in Device.objects.all():
        place = acknowledgement(device.id, marks[device.id])
        found.append(
            Standing(
                device=device.id,
                name=device.name,
                link=device.link,
                last_seen=device.last_seen,
                epoch=place.epoch,
                sequence=place.sequence,
                hash=place.hash,
                gaps=gaps.get(device.id, 0),
                forks=forks.get(device.id, 0),
                figures=figures.get(device.id, 0),
                alarms=tuple(alarms.pop(device.id, ())),
            )
        )
    for stranger, sentences in sorted(alarms.items()):
        found.append(Standing(stranger, "", "unknown", None, 0, 0, "", 0, 0, 0, tuple(sentences)))
    return found


def _gaps() -> dict[str, int]:
    """Count missing entries: those between the watermark and the highest, less those held there."""
    missing: dict[str, int] = defaultdict(int)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mark.device_id, MAX(entry.sequence) - MAX(mark.sequence) - COUNT(*)"
            " FROM ingest_watermark mark JOIN ingest_entry entry"
            " ON entry.device_id = mark.device_id AND entry.epoch = mark.epoch"
            " AND entry.sequence > mark.sequence GROUP BY mark.device_id, mark.epoch"
        )
        for device, count in cursor.fetchall():
            missing[device] += count
    return missing


def _forks() -> dict[str, int]:
    counted = Fork.objects.order_by().values_list("device_id").annotate(Count("id"))
    return dict(counted)


def _figures() -> dict[str, int]:
    behind = Watermark.objects.filter(projected__lt=F("sequence")).order_by()
    late = behind.values_list("device_id").annotate(late=Sum(F("sequence") - F("projected")))
    return dict(late)


def _alarms() -> dict[str, list[str]]:
    open_alarms = Alarm.objects.filter(settled=None).order_by("-last_at", "-id")
    by_device: dict[str, list[str]] = defaultdict(list)
    for device, sentence, times in open_alarms.values_list("device", "sentence", "times"):
        by_device[device].append(sentence if times == 1 else f"{sentence} ({times} times)")
    return by_device
