"""One sale's entry and its place in the device's chain, checked again as it is shown."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from collector.desks.register.models import Sale
from collector.ingest.models import Entry, Watermark


@dataclass(frozen=True, slots=True)
class Place:
    """An entry in its chain.

    Attributes:
        entry: The entry as stored.
        content: The entry read, for what no table holds, such as removed lines.
        text: Its JSON, laid out for people; the bytes themselves are never changed.
        hash_fits: Whether the stored bytes still have the stored hash.
        chain_fits: Whether it names the entry before it by that one's hash.
        is_proven: Whether it lies at or below the device's watermark.
    """

    entry: Entry
    content: dict[str, Any]
    text: str
    hash_fits: bool
    chain_fits: bool
    is_proven: bool

    @property
    def fits(self) -> bool:
        """Whether every check agrees."""
        return self.hash_fits and self.chain_fits and self.is_proven


def place_of(sale: Sale) -> Place:
    """Find a sale's entry and check it against its neighbours.

    Raises:
        Entry.DoesNotExist: The projection names an entry that is not there.
    """
    entry = sale.entry
    raw = bytes(entry.raw)
    content: dict[str, Any] = json.loads(raw)
    mark = Watermark.objects.filter(device=entry.device_id, epoch=entry.epoch).first()
    return Place(
        entry=entry,
        content=content,
        text=json.dumps(content, indent=2, ensure_ascii=False),
        hash_fits=hashlib.sha256(raw).hexdigest() == entry.hash,
        chain_fits=content.get("previous") == entry.previous == _hash_before(entry),
        is_proven=mark is not None and entry.sequence <= mark.sequence,
    )


def _hash_before(entry: Entry) -> str | None:
    if entry.sequence == 1:
        return "0" * 64
    before = Entry.objects.filter(
        device=entry.device_id, epoch=entry.epoch, sequence=entry.sequence - 1
    ).first()
    return before.hash if before else None
