"""Having devices told of customers through the directory's log.

The log is kept for ever and chained, so no person is in it: an entry says an id, points and price
group, and who it is goes beside it. What goes beside is kept here as long as it is the latest word,
and erased on request; the log stays as it is and still proves itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from django.db import connection, transaction

from appliance.domain.customer import to_content
from appliance.journal.attachments import KEY, Attachment, Carried, attach
from appliance.journal.entry import Watermark
from collector.attachments.letting_go import leave_no_copies
from collector.customers.models import Customer, Travelling
from collector.customers.standing import whole
from collector.directory import log

TOLD = "balie.customer.told.v1"
KIND = "profile"
_NAMED_IN_AN_ENTRY = 8
"""A full batch of entries then still fits into a message with all that goes beside it."""
_ROWS_IN_AN_ENTRY = 100
_AT_ONCE = 500

Row = dict[str, Any]
Told = tuple[Row, Attachment | None]


def tell(customers: Collection[Customer], place: Watermark, now: datetime) -> Watermark:
    """Add to the log what devices do not know of customers yet; within the log's lock.

    Args:
        customers: Whom something was said of.
        place: What ``log.lock`` returned.
        now: The time of the entries.

    Returns:
        The log's head.
    """
    leave_no_copies(connection)
    news: list[Told] = []
    for customer in customers:
        if not customer.erased:
            news += _news(customer, place.epoch)
    return _add(news, place, now)


def announce(now: datetime) -> None:
    """Tell of every customer again: the directory's log begins anew."""
    with transaction.atomic():
        place = log.lock()
        ids = list(Customer.objects.filter(erased=None).order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), _AT_ONCE):
            some = Customer.objects.filter(pk__in=ids[start : start + _AT_ONCE])
            place = tell(list(some), place, now)


# What goes beside; see `collector.directory.sending`.


def lines(epoch: int, first: int, last: int) -> list[bytes]:
    """Return what goes beside a run of entries, a line each."""
    found = Travelling.objects.filter(epoch=epoch, sequence__range=(first, last))
    return [
        Carried(
            each.epoch, each.sequence, each.reference, bytes(each.salt), bytes(each.content)
        ).to_line()
        for each in found.order_by("sequence", "reference")
    ]


def _news(customer: Customer, epoch: int) -> list[Told]:
    """Return a customer's row and who it is, where devices do not know it."""
    row: Row = {"customer": customer.pk, "group": "", "points": 0, "consents": [], "counted": []}
    content = b""
    if customer.merged_into:
        row["merged_into"] = customer.merged_into
    else:
        all_of_it = whole(customer)
        content = to_content(all_of_it.profile.to_data())
        row |= {
            "group": all_of_it.group,
            "points": all_of_it.points,
            "consents": [dict(each) for each in all_of_it.consents],
            "counted": [
                {"device": device, "epoch": place[0], "sequence": place[1]}
                for device, place in sorted(all_of_it.counted.items())
            ],
        }
    held = Travelling.objects.filter(customer=customer.pk, epoch=epoch).first()
    is_new = content != (bytes(held.content) if held else b"")
    told = sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).hexdigest()
    if not is_new and (customer.told, customer.told_epoch) == (told, epoch):
        return []
    customer.told, customer.told_epoch = told, epoch
    Customer.objects.filter(pk=customer.pk).update(told=told, told_epoch=epoch)
    if is_new:
        Travelling.objects.filter(customer=customer.pk).delete()
    beside = attach(KIND, content, subject=customer.pk) if is_new and content else None
    return [(row, beside)]


def _add(news: Sequence[Told], place: Watermark, now: datetime) -> Watermark:
    parts = list(_parts(news))
    if not parts:
        return place
    Travelling.objects.bulk_create(
        Travelling(
            reference=beside.reference,
            customer=beside.subject or "",
            epoch=place.epoch,
            sequence=place.sequence + number,
            salt=beside.salt,
            content=beside.content,
        )
        for number, part in enumerate(parts, 1)
        for _, beside in part
        if beside is not None
    )
    return log.add(place, TOLD, [_data(part) for part in parts], now)


def _parts(news: Sequence[Told]) -> Iterator[list[Told]]:
    """Cut what is told into entries: few of those with something beside them, many of the others."""
    for named, most in ((True, _NAMED_IN_AN_ENTRY), (False, _ROWS_IN_AN_ENTRY)):
        chosen = [told for told in news if (told[1] is not None) is named]
        for start in range(0, len(chosen), most):
            yield chosen[start : start + most]


def _data(part: Sequence[Told]) -> dict[str, Any]:
    named = [beside.named() for _, beside in part if beside is not None]
    return {"customers": [row for row, _ in part], **({KEY: named} if named else {})}
