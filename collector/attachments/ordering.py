"""Ordering an erasure: done here at once, said to every device through the directory."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from appliance.journal.attachments import ERASED
from collector.attachments.letting_go import let_go
from collector.attachments.models import REFERENCE, SUBJECT, Attachment, Erasure
from collector.directory import log
from collector.ingest.sql import insert_new

_IN_AN_ENTRY = 500
_FORM = re.compile(r"[0-9a-f]{32}")


class UnknownAttachment(LookupError):  # noqa: N818 (reads as what happened)
    """An order for something that is not held here and never was."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an order came to at once.

    Attributes:
        erased: How many attachments were let go of here.
        held: How many are meant, those erased before included.
    """

    erased: int
    held: int


def erase(
    references: Collection[str], subjects: Collection[str], *, by: str, now: datetime
) -> Done:
    """Erase attachments here and order every device to do so. Doing it again changes nothing.

    Args:
        references: Attachments.
        subjects: People: all that is attached about them, also what has not arrived yet.
        by: Who orders it.
        now: The time.

    Raises:
        UnknownAttachment: if a reference is not known; nothing was erased.
        ValueError: if something is not of the form of a reference.
    """
    for each in (*references, *subjects):
        if not _FORM.fullmatch(each):
            raise ValueError(f"a reference has 32 hexadecimal digits; {each[:40]!r} is none")
    with transaction.atomic():
        log.lock()
        _refuse_unknown(references)
        subjects = _all_meant(subjects)
        which = Q(reference__in=references) | Q(subject__in=subjects)
        ordered = [(REFERENCE, each) for each in references] + [
            (SUBJECT, each) for each in subjects
        ]
        insert_new(connection, Erasure, [(*each, now, by, 0) for each in ordered])
        for holder in _forgetting():
            holder.forget(subjects, now)
        done = Done(let_go(which, now), Attachment.objects.filter(which).count())
        announce(now)
    return done


def announce(now: datetime) -> None:
    """Put into the directory the orders that its present epoch does not say yet.

    A new epoch says all of them again: a device may have missed the one before.
    """
    with transaction.atomic():
        place = log.lock()
        news = Erasure.objects.select_for_update().exclude(announced=place.epoch).order_by("id")
        rows = list(news.values_list("pk", "what", "value"))
        if not rows:
            return
        log.add(place, ERASED, _told([(what, value) for _, what, value in rows]), now)
        Erasure.objects.filter(pk__in=[pk for pk, _, _ in rows]).update(announced=place.epoch)


class Forgetting(Protocol):
    """Whoever else holds something about people; named in ``settings.BALIE_FORGETTING``."""

    def meant(self, subjects: Collection[str]) -> set[str]:
        """Return everybody an order means: people known under several references."""

    def forget(self, subjects: Collection[str], now: datetime) -> None:
        """Let go of it, within a transaction."""


def _forgetting() -> list[Forgetting]:
    return [cast("Forgetting", import_module(name)) for name in settings.BALIE_FORGETTING]


def _all_meant(subjects: Collection[str]) -> list[str]:
    found = set(subjects)
    for each in _forgetting():
        found |= each.meant(found)
    return sorted(found)


def _refuse_unknown(references: Collection[str]) -> None:
    known = set(
        Attachment.objects.filter(reference__in=references).values_list("reference", flat=True)
    )
    unknown = [each for each in references if each not in known]
    if unknown:
        raise UnknownAttachment(
            f"No attachment {', '.join(unknown)} has come in. If a device still holds it back, "
            "order the erasure of all that is attached about the person: --person SUBJECT."
        )


def _told(orders: Sequence[tuple[str, str]]) -> list[dict[str, list[str]]]:
    """Cut orders into the data of entries."""
    return [
        {
            "references": [value for what, value in part if what == REFERENCE],
            "subjects": [value for what, value in part if what == SUBJECT],
        }
        for part in (
            orders[start : start + _IN_AN_ENTRY] for start in range(0, len(orders), _IN_AN_ENTRY)
        )
    ]
