"""What a customer comes to: everything that was said, bought and merged, worked out anew.

Whoever records something marks the customers it concerns; `settle` then works them out, merges
those that are certainly one, and has devices told. All of it in one transaction, under the lock of
the directory's log, so that two programs never work out the same customer from different facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Q, Sum

from appliance.domain.customer import PARTS, Profile, from_content, searched_in
from collector.attachments.letting_go import leave_no_copies
from collector.attachments.models import Attachment
from collector.customers.models import Change, Customer, Handle, Merge, Purchase
from collector.directory import log

_AT_ONCE = 500
_LONGEST_FOLDED = 600


def mark(ids: Iterable[str]) -> None:
    """Note that something was said of customers; those met for the first time are made."""
    wanted = list(dict.fromkeys(ids))
    Customer.objects.bulk_create([Customer(id=each) for each in wanted], ignore_conflicts=True)
    for start in range(0, len(wanted), _AT_ONCE):
        Customer.objects.filter(pk__in=wanted[start : start + _AT_ONCE]).update(dirty=True)


def settle(now: datetime) -> None:
    """Work out everybody who is marked, merge who is certainly one, and tell devices."""
    from collector.customers import doubles, telling  # noqa: PLC0415 (both work out customers too)

    if not Customer.objects.filter(dirty=True).exists():
        return
    with transaction.atomic():
        place = log.lock()
        leave_no_copies(connection)
        told: set[str] = set()
        while True:
            marked = list(Customer.objects.filter(dirty=True)[:_AT_ONCE])
            if not marked:
                break
            for customer in marked:
                work_out(customer)
            told |= {customer.pk for customer in marked}
            told |= doubles.merge_certain(marked, now)
        telling.tell(everybody_with(told), place, now)


def work_out(customer: Customer) -> None:
    """Work out one customer from all that was said and bought, and keep it."""
    changes = list(Change.objects.filter(customer=customer.pk))
    said = _said(changes)
    profile, group, consents = Profile(), "", dict[str, dict[str, Any]]()
    for change in changes:
        profile = profile.with_told(said.get(change.pk, {}))
        group = group if change.group is None else change.group
        for one in change.consents:
            consents[one["purpose"]] = {**one, "at": change.at.isoformat()}
    bought = Purchase.objects.filter(customer=customer.pk)
    sums = bought.aggregate(
        earned=Sum("earned", default=0),
        spent=Sum("spent", default=0),
        count=Count("pk", filter=Q(kind="sale")),
        last=Max("completed"),
    )
    if customer.erased:
        profile, consents = Profile(), {}
    customer.created = changes[0].at if changes else None
    customer.profile = profile.to_data()
    customer.folded = searched_in(profile)[:_LONGEST_FOLDED]
    customer.group = group
    customer.consents = list(consents.values())
    customer.points = sums["earned"] - sums["spent"]
    customer.purchases, customer.last_purchase = sums["count"], sums["last"]
    customer.counted = _counted(customer.pk)
    customer.dirty = False
    customer.save()
    _keep_handles(customer.pk, profile)


@dataclass(frozen=True, slots=True)
class Whole:
    """A customer together with all that were merged into it.

    Attributes:
        kept: The one that stays.
        members: It and those merged into it.
        profile: Who it is: what the kept one says, and where that is silent what the others say.
        consents: The latest of each purpose.
        points: Of all.
        counted: By device, the last entry about any of them that is in this.
    """

    kept: Customer
    members: tuple[Customer, ...]
    profile: Profile
    consents: tuple[Mapping[str, Any], ...]
    points: int
    counted: Mapping[str, tuple[int, int]]

    @property
    def ids(self) -> list[str]:
        """Ids of all."""
        return [each.pk for each in self.members]

    @property
    def group(self) -> str:
        """Key of the price group; the kept one's, or else another's."""
        return next(filter(None, (each.group for each in self.members)), "")

    @property
    def purchases(self) -> int:
        """How many sales there were."""
        return sum(each.purchases for each in self.members)

    @property
    def last_purchase(self) -> datetime | None:
        """When the last one was."""
        return max(
            (each.last_purchase for each in self.members if each.last_purchase), default=None
        )

    @property
    def title(self) -> str:
        """What the person is called; empty where nothing names them."""
        return self.profile.title


def whole(kept: Customer) -> Whole:
    """Put a customer together with those merged into it."""
    members = (kept, *_merged_into([kept.pk]))
    profile = kept.who
    consents: dict[str, Mapping[str, Any]] = {}
    counted: dict[str, tuple[int, int]] = {}
    for each in members:
        other = each.who
        silent = {part: getattr(other, part) for part in PARTS if not getattr(profile, part)}
        cards = tuple(dict.fromkeys((*profile.cards, *other.cards)))
        profile = profile.with_told({**silent, "cards": cards})
        for one in each.consents:
            held = consents.get(one["purpose"])
            if held is None or held["at"] < one["at"]:
                consents[one["purpose"]] = one
        for device, place in each.counted.items():
            counted[device] = max(counted.get(device, (0, 0)), (place[0], place[1]))
    points = sum(each.points for each in members)
    return Whole(kept, members, profile, tuple(consents.values()), points, counted)


def kept_of(customer: Customer) -> Customer:
    """Return what a customer was merged into, at any remove; itself where it was not."""
    seen = set()
    while customer.merged_into and customer.pk not in seen:
        seen.add(customer.pk)
        customer = Customer.objects.get(pk=customer.merged_into)
    return customer


def everybody_with(ids: Collection[str]) -> list[Customer]:
    """Return customers and what they were merged into: whoever devices are to hear of anew."""
    found = {each.pk: each for each in _in_parts(ids)}
    for each in list(found.values()):
        kept = kept_of(each)
        found[kept.pk] = kept
    return list(found.values())


def _in_parts(ids: Collection[str]) -> list[Customer]:
    wanted = list(ids)
    return [
        each
        for start in range(0, len(wanted), _AT_ONCE)
        for each in Customer.objects.filter(pk__in=wanted[start : start + _AT_ONCE])
    ]


def _merged_into(ids: Collection[str]) -> list[Customer]:
    """Return those merged into any of these, at any remove, oldest first."""
    found: dict[str, Customer] = {}
    while ids:
        new = Customer.objects.filter(merged_into__in=ids).exclude(pk__in=found)
        fresh = {each.pk: each for each in new if each.pk not in found}
        found |= fresh
        ids = list(fresh)
    return sorted(found.values(), key=lambda each: (str(each.created), each.pk))


def _said(changes: Collection[Change]) -> dict[int, dict[str, Any]]:
    """Read what changes say: the office's own content, and of devices what is attached."""
    said = {each.pk: each.content for each in changes if each.content is not None}
    references = [each.reference for each in changes if each.reference]
    held = {
        (device, reference): bytes(content or b"")
        for device, reference, content in Attachment.objects.filter(
            reference__in=references, erased=None
        ).values_list("device_id", "reference", "content")
    }
    for each in changes:
        content = held.get((each.device_id or "", each.reference))
        if content is not None:
            said[each.pk] = from_content(content)
    return said


def _counted(customer: str) -> dict[str, list[int]]:
    """Tell by device the last of its entries about a customer that is in the books."""
    found: dict[str, tuple[int, int]] = {}
    for rows in (Change.objects.filter(device__isnull=False), Purchase.objects.all()):
        places = rows.filter(customer=customer).order_by().values_list("device_id", "epoch")
        for device, epoch, sequence in places.annotate(Max("sequence")):
            found[device] = max(found.get(device, (0, 0)), (epoch, sequence))
    return {device: list(place) for device, place in sorted(found.items())}


def _keep_handles(customer: str, profile: Profile) -> None:
    wanted = {("card", card) for card in profile.cards}
    wanted |= {("phone", profile.phone)} if profile.phone else set()
    wanted |= {("email", profile.email.casefold())} if profile.email else set()
    held = {(each.kind, each.value): each.pk for each in Handle.objects.filter(customer=customer)}
    Handle.objects.filter(pk__in=[held[key] for key in held.keys() - wanted]).delete()
    Handle.objects.bulk_create(
        [Handle(customer=customer, kind=k, value=v) for k, v in sorted(wanted - held.keys())]
    )


def merges_of(ids: Collection[str]) -> list[Merge]:
    """Return who was merged with whom among these, also what was undone."""
    return list(Merge.objects.filter(Q(kept__in=ids) | Q(gone__in=ids)))
