"""Telling devices up to where their journals are archived: what they may let go of themselves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from collector.archive.models import Archive
from collector.directory import log

ARCHIVED = "balie.journal.archived.v1"
DEVICES_IN_AN_ENTRY = 100


def announce(now: datetime) -> int:
    """Put into the directory what it does not say yet of archives; return of how many devices.

    The directory goes to all devices, so one entry names many of them. After a new epoch of the
    directory, which devices may have joined since, everything is said again.
    """
    with transaction.atomic():
        place = log.lock()
        news = (
            Archive.objects.select_for_update()
            .filter(cleared=F("last"))
            .exclude(announced=place.epoch)
            .order_by("device", "epoch", "first")
        )
        highest = {(each.device_id, each.epoch): each for each in news}
        rows = [
            {
                "device": each.device_id,
                "epoch": each.epoch,
                "sequence": each.last,
                "hash": each.hash,
            }
            for each in highest.values()
        ]
        log.add(place, ARCHIVED, _entries(rows), now)
        Archive.objects.filter(pk__in=[each.pk for each in news]).update(announced=place.epoch)
    return len({each.device_id for each in highest.values()})


def _entries(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {"archived": rows[start : start + DEVICES_IN_AN_ENTRY]}
        for start in range(0, len(rows), DEVICES_IN_AN_ENTRY)
    ]
