"""Two histories under one device's name: keep both, count the one that came first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_noop

from appliance.journal.entry import Entry
from collector.ingest import models
from collector.ingest.alarms import Complaint, raise_alarms
from collector.ingest.sql import insert_new


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An entry that cannot stand where its number puts it.

    Attributes:
        device: Whose entry it says it is.
        entry: The entry.
        reason: With what it disagrees.
    """

    device: str
    entry: Entry
    reason: str


def set_aside(disagreements: Sequence[Disagreement], now: datetime) -> None:
    """Put entries into the fork table, each version once, and raise the alarm."""
    if not disagreements:
        return
    insert_new(
        connection,
        models.Fork,
        [
            (
                each.device,
                each.entry.epoch,
                each.entry.sequence,
                each.entry.hash,
                each.entry.raw,
                each.reason,
                now,
            )
            for each in disagreements
        ],
    )
    first = {each.device: each for each in reversed(disagreements)}
    raise_alarms(
        (
            Complaint(
                device,
                "fork",
                gettext_noop(
                    "Device %(device)s sent two different histories in epoch %(epoch)s: its card "
                    "was copied, or its journal changed. The one that came first counts; the other "
                    "is kept as forks for you to compare."
                ),
                facts={"device": device, "epoch": each.entry.epoch},
            )
            for device, each in first.items()
        ),
        now,
    )
