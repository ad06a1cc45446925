"""What devices answer about erasures: derived from their entries, and so proven by their chains.

A device that erased something says so in its journal. Whatever this collector still held of it
goes too: it may have been put back to a backup from before the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_noop

from appliance.journal.attachments import ERASED
from appliance.journal.entry import MAX_COUNT
from appliance.journal.prune import PRUNED
from collector.attachments.keeping import KIND
from collector.attachments.letting_go import let_go
from collector.attachments.models import REFERENCE, SUBJECT, Answer, Erasure, Pruned
from collector.ingest.alarms import Complaint
from collector.ingest.projecting import Proven
from collector.ingest.sql import insert_new

TYPES = (ERASED, PRUNED)
_LONGEST = 32


def project(proven: Sequence[Proven]) -> list[Complaint]:
    """Note what devices said; whatever of it is still here is let go of."""
    complaints = []
    for each in proven:
        if each.type == PRUNED:
            _note_pruned(each)
        else:
            complaints += _note_answer(each)
    return complaints


def clear(device: str | None = None) -> None:
    """Forget what devices said. What was erased stays erased."""
    for model in (Answer, Pruned):
        said = model._default_manager.all()  # noqa: SLF001 (Django's own name for it)
        (said if device is None else said.filter(device_id=device)).delete()


def _note_answer(each: Proven) -> list[Complaint]:
    told = {
        what: _texts(each.data.get(name))
        for what, name in ((REFERENCE, "references"), (SUBJECT, "subjects"))
    }
    rows = [
        (each.device, what, value, each.epoch, each.sequence)
        for what, values in told.items()
        for value in values
    ]
    insert_new(connection, Answer, rows)
    of_it = Q(reference__in=told[REFERENCE]) | Q(subject__in=told[SUBJECT])
    let_go(Q(device_id=each.device) & of_it, datetime.now(UTC))
    return _unordered(each.device, told[SUBJECT])


def _note_pruned(each: Proven) -> None:
    epoch, sequence = each.data.get("epoch"), each.data.get("sequence")
    if type(epoch) is not int or type(sequence) is not int:
        return  # a later program may word it otherwise
    if 1 <= epoch <= each.epoch and 1 <= sequence <= MAX_COUNT:
        place = {"epoch": epoch, "sequence": sequence}
        Pruned.objects.update_or_create(device_id=each.device, defaults=place)


def _unordered(device: str, subjects: Sequence[str]) -> list[Complaint]:
    """Complain where a person was erased on a device whom this collector knows of no order for."""
    ordered = Erasure.objects.filter(what=SUBJECT, value__in=subjects)
    unknown = set(subjects) - set(ordered.values_list("value", flat=True))
    return [
        Complaint(
            device,
            KIND,
            gettext_noop(
                "Device %(device)s erased all about person %(person)s, and no order of it is known "
                "here, as after restoring a backup: give it again with 'balie-collector erase "
                "--person %(person)s'."
            ),
            facts={"device": device, "person": subject},
        )
        for subject in sorted(unknown)
    ]


def _texts(listed: object) -> list[str]:
    """Take the references of a list; what is none, a later program may have put there."""
    if not isinstance(listed, list):
        return []
    return [
        each
        for each in dict.fromkeys(each for each in listed if isinstance(each, str))
        if len(each) <= _LONGEST and "\0" not in each
    ]
