"""Keeping what came beside entries, in the transaction that stores them.

Ingest asks for it only when a batch carries attachments, so a batch without any costs nothing.
What disagrees with its entry is not kept, and a person is told; a sentence about it never repeats
what it says, and neither is it kept as evidence: that could not be erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_noop

from appliance.journal.attachments import Carried, Named, read_names
from appliance.journal.batch import Batch
from appliance.journal.entry import Entry
from appliance.journal.errors import AttachmentError, EntryError
from collector.attachments.letting_go import erased_among, leave_no_copies
from collector.attachments.models import Attachment
from collector.ingest.alarms import Complaint
from collector.ingest.sql import insert_new

KIND = "attachment"
"""What alarms about attachments are called."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """An attachment that is what its entry says.

    Attributes:
        device: Whose.
        entry: The entry that names it.
        name: How it does.
        carried: What came; None when it is erased already and may not be kept.
    """

    device: str
    entry: Entry
    name: Named
    carried: Carried | None


class _Refused(Exception):  # noqa: N818 (reads as what happened)
    """An attachment that is not kept; words and facts say why."""

    def __init__(self, words: str, **facts: object) -> None:
        super().__init__(words)
        self.words, self.facts = words, facts


def keep(batches: Iterable[Batch], now: datetime) -> list[Complaint]:
    """Keep what came beside the entries of batches; what came before is passed over.

    Returns:
        What a person should look at.
    """
    complaints: list[Complaint] = []
    arrived: list[Arrived] = []
    for batch in batches:
        entries = {(entry.epoch, entry.sequence): entry for entry in batch.entries}
        for line in batch.attachments:
            try:
                arrived.append(_arrived(batch.device, entries, line))
            except _Refused as refused:
                complaints.append(Complaint(batch.device, KIND, refused.words, facts=refused.facts))
    leave_no_copies(connection)
    insert_new(connection, Attachment, [_row(each, now) for each in _unless_erased(arrived)])
    return [*complaints, *_exchanged(arrived)]


def _arrived(device: str, entries: Mapping[tuple[int, int], Entry], line: bytes) -> Arrived:
    try:
        carried = Carried.from_line(line)
    except AttachmentError as unreadable:
        raise _Refused(
            gettext_noop(
                "A line beside the entries of %(device)s cannot be read (%(why)s): it is not kept."
            ),
            device=device,
            why=unreadable,
        ) from unreadable
    entry = entries.get(carried.place)
    place = f"{carried.epoch}.{carried.sequence}"
    name = _names(entry).get(carried.reference) if entry else None
    if entry is None or name is None:
        raise _Refused(
            gettext_noop(
                "Attachment %(reference)s came beside entry %(place)s of %(device)s, which does "
                "not name it: it is not kept."
            ),
            reference=carried.reference,
            place=place,
            device=device,
        )
    if not name.is_kept_by(carried.salt, carried.content):
        raise _Refused(
            gettext_noop(
                "Attachment %(reference)s of entry %(place)s of %(device)s was altered: it is not "
                "what the entry was made with, and is not kept."
            ),
            reference=carried.reference,
            place=place,
            device=device,
        )
    return Arrived(device, entry, name, carried)


def _names(entry: Entry) -> dict[str, Named]:
    try:
        return {name.reference: name for name in read_names(entry.data)}
    except (AttachmentError, EntryError):
        return {}


def _unless_erased(arrived: Sequence[Arrived]) -> Iterator[Arrived]:
    """Let go at once of what was ordered to be erased, or was erased where it came from."""
    erased = erased_among(
        [(each.device, each.name.reference, each.name.subject or "") for each in arrived]
    )
    for each in arrived:
        gone = (each.device, each.name.reference) in erased
        yield replace(each, carried=None) if gone else each


def _row(each: Arrived, now: datetime) -> tuple[object, ...]:
    return (
        each.device,
        each.name.reference,
        each.entry.epoch,
        each.entry.sequence,
        each.entry.hash,
        each.name.kind,
        each.name.subject or "",
        each.name.commitment,
        each.carried.salt if each.carried else None,
        each.carried.content if each.carried else None,
        now,
        None if each.carried else now,
    )


def _exchanged(arrived: Sequence[Arrived]) -> Iterator[Complaint]:
    """Complain where the same reference is held with another commitment: one was put in place."""
    references = [each.name.reference for each in arrived]
    held = {
        (device, reference): commitment
        for device, reference, commitment in Attachment.objects.filter(
            reference__in=references
        ).values_list("device_id", "reference", "commitment")
    }
    for each in arrived:
        if held[each.device, each.name.reference] != each.name.commitment:
            yield Complaint(
                each.device,
                KIND,
                gettext_noop(
                    "Attachment %(reference)s came again with entry %(place)s of %(device)s and "
                    "says something else: the one that came first is kept."
                ),
                facts={
                    "reference": each.name.reference,
                    "place": each.entry.watermark,
                    "device": each.device,
                },
            )
