"""Naming to people what is wrong, once for each thing however often it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from collector.ingest.models import Alarm

_LONGEST_SENTENCE = 300
_MOST_EVIDENCE = 256 * 1024
_MOST_OF_A_KIND = 50
_AND_MORE = "More of the same kind came than are listed one by one."


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something wrong with what came under a device's name.

    Attributes:
        device: The name it came under; nobody may have it.
        kind: One of the kinds of ``Alarm``.
        sentence: What was expected, what came, what to do.
        evidence: The message itself, where there is one.
    """

    device: str
    kind: str
    sentence: str
    evidence: bytes | None = None


def raise_alarms(complaints: Iterable[Complaint], now: datetime) -> None:
    """Write complaints down. One that was made before is counted, and open again if settled."""
    kept: dict[tuple[str, str, str], Complaint] = {}
    times: Counter[tuple[str, str, str]] = Counter()
    for complaint in complaints:
        sentence = complaint.sentence.replace("\0", "\ufffd")[:_LONGEST_SENTENCE]
        key = (complaint.device, complaint.kind, sentence)
        kept.setdefault(key, complaint)
        times[key] += 1
    for key, complaint in kept.items():
        _raise(*key, evidence=complaint.evidence, times=times[key], now=now)


def _raise(
    device: str, kind: str, sentence: str, *, evidence: bytes | None, times: int, now: datetime
) -> None:
    if _raise_again(device, kind, sentence, times, now):
        return
    # A flood of bad messages fills a counter, not the disk.
    if Alarm.objects.filter(device=device, kind=kind).count() >= _MOST_OF_A_KIND:
        sentence, evidence = _AND_MORE, None
        if _raise_again(device, kind, sentence, times, now):
            return
    Alarm.objects.create(
        device=device,
        kind=kind,
        sentence=sentence,
        evidence=evidence[:_MOST_EVIDENCE] if evidence else None,
        first_at=now,
        last_at=now,
        times=times,
    )


def _raise_again(device: str, kind: str, sentence: str, times: int, now: datetime) -> bool:
    known = Alarm.objects.filter(device=device, kind=kind, sentence=sentence)
    return bool(known.update(times=F("times") + times, last_at=now, settled=None))
