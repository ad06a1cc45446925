"""New epochs of a device that was there before: a card was put back, or copied.

Named in ``settings.BALIE_PROJECTIONS``, though it derives no figures: it raises an alarm, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from collector.ingest.alarms import Complaint
from collector.ingest.models import Alarm
from collector.ingest.projecting import Proven

TYPES = ("balie.journal.opened.v1",)

_WHY = {
    "behind": "its storage card held less than the collector did ({after}, here {above}): an older "
    "copy of it was put back, or it was copied",
    "diverged": "its storage card and the collector told different stories up to {above}: the card "
    "was copied, or put back and sold on",
}


def project(proven: Sequence[Proven]) -> list[Complaint]:
    """Complain of every epoch that a device opened because it met another history."""
    complaints = [_complaint(each) for each in proven if each.data.get("reason") in _WHY]
    return [each for each in complaints if not _is_known(each)]


def clear(device: str | None = None) -> None:
    """Nothing is derived, so nothing is forgotten: what was settled stays settled."""


def _complaint(each: Proven) -> Complaint:
    places = {name: _place(each.data.get(name)) for name in ("after", "above")}
    why = _WHY[each.data["reason"]].format(**places)
    return Complaint(
        each.device,
        "fork",
        f"Device {each.device} began epoch {each.epoch}: {why}. Find out which, and enrol one of "
        "two anew with 'balie-collector device replace'.",
    )


def _place(told: Any) -> str:
    if not isinstance(told, dict):
        return "nothing"
    return f"{told.get('epoch')}.{told.get('sequence')}"


def _is_known(complaint: Complaint) -> bool:
    known = Alarm.objects.filter(device=complaint.device, sentence=complaint.sentence[:300])
    return known.exists()
