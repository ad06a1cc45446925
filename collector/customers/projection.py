"""From entries to customers: what was said, what was bought, who was erased.

The same entries always give the same rows, in whatever order devices sent them: what a customer is
follows from all that was said, in the order in which it was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import orjson
from django.db import connection

from appliance.journal.attachments import ERASED, read_names
from collector.attachments.letting_go import leave_no_copies
from collector.customers import forgetting, standing
from collector.customers.models import Change, Purchase
from collector.desks.register.models import Sale
from collector.desks.register.reading import Unreadable, read_sale
from collector.directory import log
from collector.ingest.alarms import Complaint
from collector.ingest.projecting import Proven

CHANGED = "balie.customer.changed.v1"
SOLD = "balie.sale.completed.v1"
TYPES = (CHANGED, SOLD, ERASED)
_SALE_FIELDS = tuple(field.attname for field in Sale._meta.concrete_fields)  # noqa: SLF001 (Django's documented way to a model's fields)
_MOST_POINTS = 10**15
_LONGEST = 40


def hold(proven: Sequence[Proven] | None) -> None:
    """Take the directory's log before anything is written about customers, as the office does."""
    if proven is None or any(each.type != SOLD or each.data.get("customer") for each in proven):
        log.lock()


def project(proven: Sequence[Proven]) -> list[Complaint]:
    """Record what entries say of customers; entries recorded already change nothing."""
    told = [each for each in proven if each.type == CHANGED]
    sold = [each for each in proven if each.type == SOLD and each.data.get("customer")]
    if told or sold:
        leave_no_copies(connection)
        _record(told, sold)
    for each in proven:
        if each.type == ERASED:
            subjects = each.data.get("subjects", ())
            forgetting.forget([s for s in subjects if isinstance(s, str)], datetime.now(UTC))
    return []


def settle(now: datetime) -> list[Complaint]:
    """Work out anew whom something was said of, and have devices told; see `standing.settle`."""
    standing.settle(now)
    return []


def clear(device: str | None = None) -> None:
    """Forget what devices said and sold. What the office said, merged and erased stays."""
    chosen = {"device__isnull": False} if device is None else {"device_id": device}
    of_it = Change.objects.filter(**chosen)
    bought = Purchase.objects.filter(**({} if device is None else {"device_id": device}))
    ids = set(of_it.values_list("customer", flat=True)) | set(
        bought.values_list("customer", flat=True)
    )
    of_it.delete()
    bought.delete()
    standing.mark(ids)


def _record(told: Iterable[Proven], sold: Iterable[Proven]) -> None:
    changes = [change for each in told if (change := _change(each)) is not None]
    purchases = [purchase for each in sold if (purchase := _purchase(each)) is not None]
    standing.mark([*(each.customer for each in changes), *(each.customer for each in purchases)])
    Change.objects.bulk_create(changes, ignore_conflicts=True)
    Purchase.objects.bulk_create(purchases, ignore_conflicts=True)


def _change(each: Proven) -> Change | None:
    data = each.data
    customer, by = str(data.get("customer")), str(data.get("by"))
    if not _is_id(customer):
        return None
    consents = data.get("consents")
    names = [name for name in read_names(data) if name.subject == customer]
    return Change(
        customer=customer,
        device_id=each.device,
        epoch=each.epoch,
        sequence=each.sequence,
        reference=names[0].reference if names else "",
        consents=[
            {"purpose": one["purpose"], "given": one["given"]}
            for one in (consents if isinstance(consents, list) else ())
            if isinstance(one, dict) and _is_consent(one)
        ],
        at=datetime.fromisoformat(orjson.loads(each.raw)["time"]),
        by=by[:150],
    )


def _is_consent(one: Mapping[str, object]) -> bool:
    purpose = one.get("purpose")
    return (
        isinstance(purpose, str) and 0 < len(purpose) <= _LONGEST and type(one.get("given")) is bool
    )


def _purchase(each: Proven) -> Purchase | None:
    """Read a sale as far as it concerns its customer; one the register cannot read counts nowhere."""
    try:
        sale = dict(zip(_SALE_FIELDS, read_sale(each).sale, strict=True))
    except Unreadable:
        return None
    if not _is_id(sale["customer"]):
        return None
    points = each.data.get("points")
    earned, spent = (_whole(points, name) for name in ("earned", "spent"))
    wanted = {field.attname for field in Purchase._meta.concrete_fields}  # noqa: SLF001 (Django's documented way to a model's fields)
    known = {name: value for name, value in sale.items() if name in wanted}
    return Purchase(**known, earned=earned, spent=spent)


def _whole(points: object, name: str) -> int:
    value = points.get(name) if isinstance(points, dict) else None
    return value if type(value) is int and abs(value) <= _MOST_POINTS else 0


def _is_id(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) == 32  # noqa: PLR2004 (a random reference)
        and all(sign in "0123456789abcdef" for sign in value)
    )
