"""How far erasures have come: everywhere, or still to be done on which devices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collector.attachments.models import REFERENCE, SUBJECT, Answer, Attachment, Erasure, Pruned
from collector.ingest.models import Device

Place = tuple[int, int]
"""Epoch and sequence of an entry."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An order, and where it is still to be carried out.

    Attributes:
        erasure: The order.
        attachments: How many attachments it is about, as far as they have come in.
        waiting: Devices that have not answered yet.
    """

    erasure: Erasure
    attachments: int
    waiting: tuple[Device, ...]

    @property
    def is_everywhere(self) -> bool:
        """Whether nothing of it is left anywhere."""
        return not self.waiting

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON's own types."""
        return {
            "what": self.erasure.what,
            "value": self.erasure.value,
            "ordered": self.erasure.ordered.isoformat(),
            "by": self.erasure.ordered_by,
            "attachments": self.attachments,
            "erased_everywhere": self.is_everywhere,
            "waiting": [
                {
                    "device": device.pk,
                    "link": device.link,
                    "last_seen": _text(device.last_seen),
                    "revoked": _text(device.revoked),
                }
                for device in self.waiting
            ],
        }


def standings(erasures: Iterable[Erasure]) -> list[Standing]:
    """Tell how far orders have come.

    One attachment is waited for from the device it came from, as long as that has not removed its
    entry. A person is waited for from every device there was when it was ordered: each may hold
    something that has not come in yet.
    """
    orders = list(erasures)
    devices = {device.pk: device for device in Device.objects.all()}
    places = _places(orders)
    answered = _answered(orders)
    pruned = {each.device_id: (each.epoch, each.sequence) for each in Pruned.objects.all()}
    found = []
    for order in orders:
        key = (order.what, order.value)
        held = places.get(key, [])
        asked = {device for device, place in held if place > pruned.get(device, (0, 0))}
        if order.what == SUBJECT:
            asked |= {
                device.pk
                for device in devices.values()
                if device.revoked is None and device.created <= order.ordered
            }
        waiting = sorted(asked - answered.get(key, set()))
        found.append(Standing(order, len(held), tuple(devices[name] for name in waiting)))
    return found


def _places(orders: Sequence[Erasure]) -> dict[tuple[str, str], list[tuple[str, Place]]]:
    """Tell of each attachment that an order is about from which device it came, and with what."""
    places: dict[tuple[str, str], list[tuple[str, Place]]] = defaultdict(list)
    for what in (REFERENCE, SUBJECT):
        values = [order.value for order in orders if order.what == what]
        found = Attachment.objects.filter(**{f"{what}__in": values})
        for value, device, *place in found.values_list(what, "device_id", "epoch", "sequence"):
            places[what, value].append((device, (place[0], place[1])))
    return places


def _answered(orders: Sequence[Erasure]) -> dict[tuple[str, str], set[str]]:
    answered: dict[tuple[str, str], set[str]] = defaultdict(set)
    values = [order.value for order in orders]
    found = Answer.objects.filter(value__in=values)
    for what, value, device in found.values_list("what", "value", "device_id"):
        answered[what, value].add(device)
    return answered


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
