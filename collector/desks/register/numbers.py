"""Receipt numbers that were given out, as far as anything of them has arrived."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max

from appliance.journal.entry import parse
from appliance.journal.errors import EntryError
from collector.desks.register.models import Sale
from collector.desks.register.projection import TYPES
from collector.ingest.models import Device, Entry, Fork, Watermark


def last_number(device: Device) -> int:
    """Return the highest receipt number that a device's register is known to have used; 0 for none.

    What waits for a gap to be filled and what was set aside count too: those receipts are in
    customers' hands.
    """
    counted = Sale.objects.filter(device=device, register=device.register)
    highest = counted.aggregate(highest=Max("number"))["highest"] or 0
    return max([highest, *_numbers(device, _uncounted(device))])


def _uncounted(device: Device) -> Iterable[bytes | memoryview]:
    """Yield the bytes of entries that no figure knows of."""
    for mark in Watermark.objects.filter(device=device):
        above = Entry.objects.filter(device=device, epoch=mark.epoch, type__in=TYPES)
        yield from above.filter(sequence__gt=mark.projected).values_list("raw", flat=True)
    yield from Fork.objects.filter(device=device).values_list("raw", flat=True)


def _numbers(device: Device, raws: Iterable[bytes | memoryview]) -> Iterable[int]:
    for raw in raws:
        try:
            entry = parse(bytes(raw))
            data = entry.data
        except EntryError:
            continue  # what cannot be read has no number
        if entry.type in TYPES and data.get("register") == device.register:
            number = data.get("number")
            yield number if type(number) is int else 0
