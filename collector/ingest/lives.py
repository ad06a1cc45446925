"""New epochs of a device that was there before: a card was put back, or copied.

Named in ``settings.BALIE_PROJECTIONS``, though it derives no figures: it raises an alarm, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from collector.ingest.alarms import Complaint
from collector.ingest.models import Alarm
from collector.ingest.projecting import Proven

TYPES = ("balie.journal.opened.v1",)

_WHY = {
    "behind": gettext_noop(
        "Device %(device)s began epoch %(epoch)s: its storage card held less than the collector "
        "did (%(after)s, here %(above)s): an older copy of it was put back, or it was copied. Find "
        "out which, and enrol one of two anew with 'balie-collector device replace'."
    ),
    "diverged": gettext_noop(
        "Device %(device)s began epoch %(epoch)s: its storage card and the collector told "
        "different stories up to %(above)s: the card was copied, or put back and sold on. Find out "
        "which, and enrol one of two anew with 'balie-collector device replace'."
    ),
}


def project(proven: Sequence[Proven]) -> list[Complaint]:
    """Complain of every epoch that a device opened because it met another history."""
    complaints = [_complaint(each) for each in proven if each.data.get("reason") in _WHY]
    return [each for each in complaints if not _is_known(each)]


def clear(device: str | None = None) -> None:
    """Nothing is derived, so nothing is forgotten: what was settled stays settled."""


def _complaint(each: Proven) -> Complaint:
    places = {name: _place(each.data.get(name)) for name in ("after", "above")}
    facts = {"device": each.device, "epoch": each.epoch, **places}
    return Complaint(each.device, "fork", _WHY[each.data["reason"]], facts=facts)


def _place(told: Any) -> str:
    if not isinstance(told, dict):
        return "nothing"
    return f"{told.get('epoch')}.{told.get('sequence')}"


def _is_known(complaint: Complaint) -> bool:
    known = Alarm.objects.filter(device=complaint.device, sentence=complaint.sentence[:300])
    return known.exists()
