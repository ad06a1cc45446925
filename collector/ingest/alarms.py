"""Naming to people what is wrong, once for each thing however often it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_noop

from collector.ingest.models import Alarm

_LONGEST_SENTENCE = 300
_MOST_EVIDENCE = 256 * 1024
_MOST_OF_A_KIND = 50
_AND_MORE = gettext_noop("More of the same kind came than are listed one by one.")


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something wrong with what came under a device's name.

    Attributes:
        device: The name it came under; nobody may have it.
        kind: One of the kinds of ``Alarm``.
        words: What was expected, what came, what to do, in English and marked for translation;
            facts stand in it as ``%(name)s``.
        evidence: The message itself, where there is one.
        facts: What the names stand for. Technical details among them stay English.
    """

    device: str
    kind: str
    words: str
    evidence: bytes | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The sentence in English, as it tells one alarm from another."""
        return self.words % self.facts if self.facts else self.words

    @property
    def told(self) -> dict[str, str]:
        """The facts as they are kept."""
        return {name: _clean(str(value)) for name, value in self.facts.items()}


def raise_alarms(complaints: Iterable[Complaint], now: datetime) -> None:
    """Write complaints down. One that was made before is counted, and open again if settled."""
    kept: dict[tuple[str, str, str], Complaint] = {}
    times: Counter[tuple[str, str, str]] = Counter()
    for complaint in complaints:
        sentence = _clean(complaint.sentence)
        key = (complaint.device, complaint.kind, sentence)
        kept.setdefault(key, complaint)
        times[key] += 1
    for key, complaint in kept.items():
        _raise(complaint, key[2], times=times[key], now=now)


def _clean(text: str) -> str:
    return text.replace("\0", "\ufffd")[:_LONGEST_SENTENCE]


def _raise(complaint: Complaint, sentence: str, *, times: int, now: datetime) -> None:
    device, kind = complaint.device, complaint.kind
    words, facts, evidence = complaint.words, complaint.told, complaint.evidence
    if _raise_again(device, kind, sentence, times, now):
        return
    # A flood of bad messages fills a counter, not the disk.
    if Alarm.objects.filter(device=device, kind=kind).count() >= _MOST_OF_A_KIND:
        sentence = words = _AND_MORE
        facts, evidence = {}, None
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
        words=words,
        facts=facts,
    )


def _raise_again(device: str, kind: str, sentence: str, times: int, now: datetime) -> bool:
    known = Alarm.objects.filter(device=device, kind=kind, sentence=sentence)
    return bool(known.update(times=F("times") + times, last_at=now, settled=None, settled_by=""))
