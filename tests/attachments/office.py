"""A till that knows its customers, and what the back office holds of them."""

from __future__ import annotations

from datetime import UTC, datetime

from appliance.journal.attachments import Attachment, Carried, with_names
from appliance.journal.entry import Entry
from collector.attachments import models
from collector.attachments.ordering import erase
from collector.ingest.models import Alarm
from tests.attachments.people import CUSTOMER
from tests.collector.till import Till


def know(till: Till, *attachments: Attachment) -> tuple[Entry, list[bytes]]:
    """Record that customers became known; return the entry and what travels beside it."""
    entry = till.record(CUSTOMER, dict(with_names({"customer": "c"}, attachments)))
    return entry, [line(entry, each) for each in attachments]


def line(entry: Entry, each: Attachment) -> bytes:
    return Carried(*entry.watermark.place, each.reference, each.salt, each.content).to_line()


def alarms(kind: str = "attachment") -> list[str]:
    return list(Alarm.objects.filter(kind=kind, settled=None).values_list("sentence", flat=True))


def contents() -> list[bytes | None]:
    rows = models.Attachment.objects.order_by("epoch", "sequence", "reference")
    return [each and bytes(each) for each in rows.values_list("content", flat=True)]


def ordered(*references: str, **more: object) -> None:
    subjects = more.get("subjects", ())
    erase(references, subjects, by="chef", now=datetime.now(UTC))
