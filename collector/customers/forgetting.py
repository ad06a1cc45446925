"""A customer is erased: nothing of who it is stays here, and every device is told.

What was bought stays, under an id that tells nothing. The order itself goes to devices as every
erasure does; see `collector.attachments.ordering`, which asks this module whom it means.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from collector.attachments.letting_go import empty_log, leave_no_copies
from collector.customers.models import Change, Customer, Handle, Travelling
from collector.customers.standing import kept_of, whole


def meant(subjects: Collection[str]) -> set[str]:
    """Return everybody an order means: with a customer also all it was merged with."""
    found = set(subjects)
    for customer in Customer.objects.filter(pk__in=found):
        found |= set(whole(kept_of(customer)).ids)
    return found


def forget(subjects: Collection[str], now: datetime) -> None:
    """Let go of who customers are, within a transaction, and after it empty the database's log."""
    known = Customer.objects.filter(pk__in=subjects)
    ids = list(known.values_list("pk", flat=True))
    if not ids:
        return
    leave_no_copies(connection)
    known.filter(erased=None).update(erased=now)
    known.update(profile={}, folded="", consents=[])
    Handle.objects.filter(customer__in=ids).delete()
    Travelling.objects.filter(customer__in=ids).delete()
    Change.objects.filter(customer__in=ids, device=None).update(content={})
    Change.objects.filter(customer__in=ids).update(consents=[])
    transaction.on_commit(empty_log)
