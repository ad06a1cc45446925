"""Batches that go on where a fork ended: they belong to it, and must not take others' places.

Above the watermark anything is stored and waits for what lies between. What a copied card sent
after its first entries were set aside would wait for ever there, and the numbers it took would be
missing to the card whose history counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from appliance.journal.entry import Watermark
from collector.ingest.checking import Checked
from collector.ingest.forks import Disagreement, set_aside
from collector.ingest.models import Fork

Place = tuple[str, int]


def without_strays(
    batches: Sequence[Checked], marks: Mapping[str, Mapping[int, Watermark]], now: datetime
) -> Sequence[Checked]:
    """Set aside the batches that follow a fork and return the others.

    Almost always each batch follows the watermark or another that came with it, and nothing is
    asked.

    Args:
        batches: What came together.
        marks: Watermarks by device and epoch, locked.
        now: For what is set aside.
    """
    came: dict[Place, list[Checked]] = defaultdict(list)
    for checked in batches:
        came[checked.batch.device, checked.batch.epoch].append(checked)
    strays = {
        id(checked)
        for (device, epoch), together in came.items()
        for checked in _strays(device, together, marks[device][epoch])
    }
    if not strays:
        return batches
    reason = "it follows an entry that was set aside"
    set_aside(
        [
            Disagreement(checked.batch.device, entry, reason)
            for checked in batches
            if id(checked) in strays
            for entry in checked.batch.entries
        ],
        now,
    )
    return [checked for checked in batches if id(checked) not in strays]


def _strays(device: str, together: Sequence[Checked], mark: Watermark) -> list[Checked]:
    """Find the batches of one epoch that go on where a fork ended."""
    ordered = sorted(together, key=lambda checked: checked.batch.first)
    known = {mark.hash, *(checked.batch.head for checked in ordered)}
    unknown = [
        first.previous
        for first in (checked.batch.entries[0] for checked in ordered)
        if first.sequence > mark.sequence + 1 and first.previous not in known
    ]
    if not unknown:
        return []
    forks = Fork.objects.filter(device_id=device, epoch=mark.epoch, hash__in=unknown)
    ends = set(forks.values_list("hash", flat=True))
    found = []
    for checked in ordered:
        if checked.batch.entries[0].previous in ends:
            ends.add(checked.batch.head)
            found.append(checked)
    return found
