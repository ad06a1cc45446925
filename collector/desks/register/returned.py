"""More came back than was sold: found when two devices meet that did not know of each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop

from appliance.domain.money import format_plain
from collector.desks.register.models import SaleLine
from collector.desks.register.reading import SaleRows
from collector.ingest.alarms import Complaint

_NAMES = [field.name for field in SaleLine._meta.local_concrete_fields]  # noqa: SLF001 (Django's own name for it)
_ORIGIN_SALE = _NAMES.index("origin_sale")
_WORDS = gettext_noop(
    "Of receipt %(receipt)s, line %(line)s, %(sold)s of “%(name)s” were sold and %(back)s came "
    "back, in the entries %(entries)s: ask who gave the money back again."
)


@dataclass(frozen=True, slots=True)
class _Back:
    """A line that came back.

    Attributes:
        milli: How much, below zero.
        receipt: Of the sale it came from.
        name: Of the article.
        completed: When it came back.
        device: Where.
        place: Its entry.
    """

    milli: int
    receipt: str
    name: str
    completed: datetime
    device: str
    place: str


def returned_twice(sales: Iterable[SaleRows]) -> list[Complaint]:
    """Find lines of which more came back than was sold, whichever entry arrived last.

    Args:
        sales: Recorded just now: returns, or the sales that returns were waiting for.
    """
    concerned: set[str] = set()
    for sale in sales:
        concerned.add(sale.uuid)
        concerned.update(line[_ORIGIN_SALE] for line in sale.lines if line[_ORIGIN_SALE])
    back = _what_came_back(concerned)
    if not back:
        return []
    sold = SaleLine.objects.filter(sale__sale__in={uuid for uuid, _ in back}).values_list(
        "sale__sale", "line", "quantity_milli"
    )
    return [
        _complaint(milli, line, back[uuid, line])
        for uuid, line, milli in sorted(sold)
        if (uuid, line) in back and (milli + sum(b.milli for b in back[uuid, line])) * milli < 0
    ]


def _what_came_back(sales: set[str]) -> dict[tuple[str, int], list[_Back]]:
    found: dict[tuple[str, int], list[_Back]] = defaultdict(list)
    rows = SaleLine.objects.filter(origin_sale__in=sales).values_list(
        "origin_sale",
        "origin_line",
        "quantity_milli",
        "origin_receipt",
        "name",
        "sale__completed",
        "sale__device_id",
        "sale__epoch",
        "sale__sequence",
    )
    for uuid, line, milli, receipt, name, completed, device, epoch, sequence in rows:
        back = _Back(milli, receipt, name, completed, device, f"{device} {epoch}.{sequence}")
        found[str(uuid), line].append(back)
    return found


def _complaint(sold_milli: int, line: int, back: list[_Back]) -> Complaint:
    back = sorted(back, key=lambda each: (each.completed, each.place))
    facts = {
        "receipt": back[0].receipt,
        "line": line,
        "sold": _quantity(sold_milli),
        "name": back[0].name,
        "back": _quantity(-sum(each.milli for each in back)),
        "entries": ", ".join(each.place for each in back),
    }
    return Complaint(back[-1].device, "returned_twice", _WORDS, facts=facts)


def _quantity(milli: int) -> str:
    return format_plain(milli, 3).rstrip("0").rstrip(".")
