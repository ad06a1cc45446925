"""A device's books of cash as the back office knows them: what a replaced device goes on with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from appliance.domain.errors import DomainError
from appliance.domain.shift import Period, PeriodSum, Perpetual, Place, Z
from appliance.domain.shift_books import PERIOD_CLOSED, SHIFT_CLOSED, TYPES, Books
from appliance.journal.entry import parse
from appliance.journal.errors import EntryError
from collector.desks.register.models import PeriodClosing, Shift
from collector.desks.register.proof import data_of
from collector.ingest.models import Device, Entry, Fork, Watermark

_UNREADABLE = (DomainError, EntryError, LookupError, TypeError, ValueError, AttributeError)


def books_of(device: Device) -> Books:
    """Return a device's books after everything that is proven of it.

    Numbers are those above all that was ever seen, also of entries that wait for a gap to be
    filled or were set aside: their papers are in people's hands.

    Raises:
        ArchiveError: The file an entry is archived in is missing or was altered.
    """
    last = Shift.objects.filter(device=device).order_by("-epoch", "-sequence").first()
    books = Books() if last is None else _after_z(device, last)
    place = Place() if last is None else Place(last.epoch, last.sequence)
    for found, kind, data in _since(device, place):
        try:
            books = books.after(kind, data, found)
        except _UNREADABLE:
            continue  # it counts nowhere here either, and was told of when it came
    return _above_all(books, device)


def _after_z(device: Device, last: Shift) -> Books:
    z = Z.from_data(data_of(last))
    periods = {period: _period_so_far(device, period) for period in Period}
    return Books(
        z=z.number,
        closed_at=Place(last.epoch, last.sequence),
        left_minor=z.left_minor,
        perpetual=z.perpetual,
        periods=periods,
    )


def _period_so_far(device: Device, period: Period) -> PeriodSum:
    """Add up the Zs since the last closing of a day, a month or a year."""
    closings = PeriodClosing.objects.filter(device=device, period=period.value)
    closed = closings.order_by("-epoch", "-sequence").first()
    so_far = PeriodSum(period, number=closed.number + 1 if closed else 1)
    place = (closed.epoch, closed.sequence) if closed else (0, 0)
    for shift in Shift.objects.filter(device=device).order_by("epoch", "sequence"):
        if (shift.epoch, shift.sequence) > place:
            so_far = so_far.after(Z.from_data(data_of(shift)))
    return so_far


def _since(device: Device, place: Place) -> Iterator[tuple[Place, str, dict[str, Any]]]:
    """Yield what is proven after a place and matters to the books, in order."""
    marks = Watermark.objects.filter(device=device, epoch__gte=place.epoch).order_by("epoch")
    for mark in marks:
        after = place.sequence if mark.epoch == place.epoch else 0
        rows = Entry.objects.filter(
            device=device,
            epoch=mark.epoch,
            sequence__gt=after,
            sequence__lte=mark.sequence,
            type__in=TYPES,
        ).order_by("sequence")
        for row in rows.iterator():
            entry = parse(bytes(row.raw))
            yield Place(entry.epoch, entry.sequence), entry.type, entry.data


def _above_all(books: Books, device: Device) -> Books:
    """Raise numbers above those of what has arrived and is not proven."""
    numbers = dict.fromkeys(Period, 0)
    z, perpetual = books.z, books.perpetual
    for kind, data in _unproven(device):
        try:
            if kind == SHIFT_CLOSED:
                found = Z.from_data(data)
                z = max(z, found.number)
                perpetual = max(perpetual, found.perpetual, key=_reach)
            else:
                closed = PeriodSum.from_data(data)
                numbers[closed.period] = max(numbers[closed.period], closed.number + 1)
        except _UNREADABLE:
            continue
    periods = {
        period: replace(each, number=max(each.number, numbers[period]))
        for period, each in books.periods.items()
    }
    # A shift whose Z was printed is over, though that Z is not proven.
    shift = books.shift if books.shift and books.shift.opening.number > z else None
    return replace(books, shift=shift, z=z, perpetual=perpetual, periods=periods)


def _reach(perpetual: Perpetual) -> int:
    return perpetual.receipts


def _unproven(device: Device) -> Iterator[tuple[str, dict[str, Any]]]:
    wanted = (SHIFT_CLOSED, PERIOD_CLOSED)
    raws: list[bytes | memoryview] = []
    for mark in Watermark.objects.filter(device=device):
        above = Entry.objects.filter(device=device, epoch=mark.epoch, type__in=wanted)
        raws += above.filter(sequence__gt=mark.sequence).values_list("raw", flat=True)
    raws += Fork.objects.filter(device=device).values_list("raw", flat=True)
    for raw in raws:
        try:
            entry = parse(bytes(raw))
        except EntryError:
            continue
        if entry.type in wanted:
            yield entry.type, entry.data
