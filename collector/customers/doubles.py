"""Customers that are one person: merged by rule where it is certain, shown to a person where not.

| the same | what happens |
| --- | --- |
| name, and phone, e-mail or card | merged by rule, shown, can be undone |
| phone, e-mail or card only | a person decides |

The older one stays. A merge moves nothing: each id keeps what was said of it, so undoing one gives
everything back; what they owe on account follows, see `collector.ledgers.merging`. What was undone,
or was said to be two people, is never merged by rule again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from appliance.domain.folding import fold
from collector.attachments.letting_go import leave_no_copies
from collector.customers import telling
from collector.customers.models import Customer, Handle, Merge
from collector.customers.standing import everybody_with, kept_of
from collector.directory import log
from collector.ledgers import projection as ledgers

BY_RULE = {"phone": "name_phone", "email": "name_email", "card": "name_card"}
BY_PERSON = "person"


class NotMergeable(ValueError):  # noqa: N818 (reads as what happened)
    """Two that cannot be merged, or a merge that cannot be undone."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Two customers that may be one person.

    Attributes:
        one: The older.
        other: The younger.
        same: What they have in common: ``card``, ``phone`` or ``email``.
    """

    one: Customer
    other: Customer
    same: str


def merge_certain(customers: Collection[Customer], now: datetime) -> set[str]:
    """Merge those that are certainly one; return the ids of all that it concerned."""
    concerned: set[str] = set()
    for marked in customers:
        # Read again: whoever came before in this turn may have been merged with this one.
        for alike in _alike(Customer.objects.get(pk=marked.pk)):
            name = fold(alike.one.who.name)
            if name and name == fold(alike.other.who.name):
                _note(alike.one, alike.other, BY_RULE[alike.same], "", now)
                ledgers.touch(ledgers.accounts_with([alike.one.pk]))
                concerned |= {alike.one.pk, alike.other.pk}
                break
    return concerned


def proposals(limit: int) -> list[Alike]:
    """Return pairs that a person should look at."""
    found: dict[tuple[str, str], Alike] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT a.customer FROM customers_handle a JOIN customers_handle b"
            " ON a.kind = b.kind AND a.value = b.value AND a.customer <> b.customer"
            " JOIN customers_customer c ON c.id = a.customer AND c.merged_into = ''"
            " JOIN customers_customer d ON d.id = b.customer AND d.merged_into = ''"
            " ORDER BY a.customer LIMIT %s",
            [limit * 4],
        )
        ids = [row[0] for row in cursor.fetchall()]
    for customer in Customer.objects.filter(pk__in=ids, erased=None):
        for alike in _alike(customer):
            found.setdefault((alike.one.pk, alike.other.pk), alike)
    return list(found.values())[:limit]


def merge(kept: str, gone: str, *, by: str, now: datetime) -> Merge:
    """Merge two as a person says.

    Raises:
        NotMergeable: They are one already, or one of them was erased.
    """
    with transaction.atomic():
        place = log.lock()
        leave_no_copies(connection)
        one, other = (kept_of(_get(each)) for each in (kept, gone))
        if one.pk == other.pk:
            raise NotMergeable("These two are one customer already.")
        if one.erased or other.erased:
            raise NotMergeable("Nobody is merged with a customer who was erased.")
        merged = _note(one, other, BY_PERSON, by, now)
        telling.tell(everybody_with([one.pk, other.pk]), place, now)
        ledgers.settle_now(ledgers.accounts_with([one.pk]), now)
        return merged


def undo(merged: Merge, *, by: str, now: datetime) -> None:
    """Take two apart again: each has again what was said of it and bought by it.

    Raises:
        NotMergeable: It was undone before, or they were erased.
    """
    with transaction.atomic():
        place = log.lock()
        gone = _get(merged.gone)
        if merged.undone or gone.erased or gone.merged_into != merged.kept:
            raise NotMergeable("This cannot be undone: it was before, or they were erased.")
        Merge.objects.filter(pk=merged.pk).update(undone=now, undone_by=by[:150])
        gone.merged_into = ""
        gone.save(update_fields=["merged_into"])
        telling.tell(everybody_with([merged.kept, gone.pk]), place, now)
        ledgers.settle_now(ledgers.accounts_with([merged.kept, gone.pk]), now)


def keep_apart(one: str, other: str, *, by: str, now: datetime) -> None:
    """Note that two are not one person, so that they are not proposed again."""
    Merge.objects.create(
        kept=one, gone=other, why=BY_PERSON, at=now, by=by[:150], undone=now, undone_by=by[:150]
    )


def _note(one: Customer, other: Customer, why: str, by: str, now: datetime) -> Merge:
    other.merged_into = one.pk
    other.save(update_fields=["merged_into"])
    return Merge.objects.create(kept=one.pk, gone=other.pk, why=why, at=now, by=by[:150])


def _alike(customer: Customer) -> Iterator[Alike]:
    """Find who has a card, number or address in common with a customer, the surest first."""
    if customer.erased or customer.merged_into:
        return
    mine = Handle.objects.filter(customer=customer.pk).order_by("kind", "value")
    for kind, value in list(mine.values_list("kind", "value")):
        others = Handle.objects.filter(kind=kind, value=value).exclude(customer=customer.pk)
        for other in Customer.objects.filter(pk__in=others.values("customer"), erased=None):
            if other.merged_into or _are_apart(customer.pk, other.pk):
                continue
            one, two = sorted((customer, other), key=lambda each: (str(each.created), each.pk))
            yield Alike(one, two, kind)


def _are_apart(one: str, other: str) -> bool:
    pair = Q(kept=one, gone=other) | Q(kept=other, gone=one)
    return Merge.objects.filter(pair).exclude(undone=None).exists()


def _get(customer: str) -> Customer:
    try:
        return Customer.objects.get(pk=customer)
    except Customer.DoesNotExist:
        raise NotMergeable("A customer who is known here was expected.") from None
