"""Devices with a backlog, as ingest's benchmark needs them: sales, journals, batches."""

# ruff: noqa: PLC0415 (Django is set up before its models are imported)

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from appliance.journal.entry import Entry

TWICE = 50
"""One batch or row of so many comes a second time."""
NAMES = ("Espresso double", "Croissant au beurre", "Mineral water 50cl", "Tomatoes loose", "Bag")
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)

Payload = tuple[str, bytes]
"""A device and a batch of its journal."""


def sale(device: int, number: int) -> dict[str, Any]:
    """Make the data of a sale of eight lines, as the register records them."""
    chance = random.Random(device << 32 | number)
    lines = [_line(line, chance) for line in range(1, 9)]
    sums = {
        name: sum(line[name] for line in lines)
        for name in ("net_minor", "tax_minor", "gross_minor")
    }
    gross = sums["gross_minor"]
    payment = {"payment": 1, "tender": "cash", "amount_minor": gross, "tendered_minor": gross}
    return {
        "sale": f"{device:016x}{number:016x}",
        "number": number,
        "receipt": f"{device}-{number:06d}",
        "register": str(device),
        "kind": "sale",
        "opened": "2026-11-22T10:00:41+01:00",
        "completed": "2026-11-22T10:01:01+01:00",
        "day": "2026-11-22",
        "cashier": "p1",
        "market": "nl",
        "currency": "EUR",
        "decimals": 2,
        "tax_inclusive": True,
        "tax_rounding": "per_rate",
        "rounding": "half_up",
        "lines": lines,
        "removed": [],
        "taxes": [{"tax_class": "reduced", "letter": "B", "rate_bp": 900, **sums}],
        "totals": {**sums, "rounding_minor": 0, "payable_minor": gross, "items_milli": 8000},
        "payments": [{**payment, "change_minor": 0, "reference": None, "attempt": None}],
    }


def _line(number: int, chance: random.Random) -> dict[str, Any]:
    price = chance.randint(50, 3000)
    net = round(price / 1.09)
    return {
        "line": number,
        "article": f"{chance.randint(10**12, 10**13 - 1)}",
        "name": chance.choice(NAMES),
        "category": "breakfast",
        "unit": "piece",
        "quantity_milli": 1000,
        "unit_price_minor": price,
        "discount_minor": 0,
        "gross_minor": price,
        "net_minor": net,
        "tax_minor": price - net,
        "tax_class": "reduced",
        "rate_bp": 900,
        "source": "scan",
    }


@dataclass
class Shop:
    """Devices with a backlog.

    Attributes:
        payloads: Their batches, all devices' at once, some of them twice.
        entries: What is in them, each once.
        taken: How many entries ``payloads`` bring, counting those that come twice.
    """

    payloads: list[Payload] = field(default_factory=list)
    entries: list[tuple[str, Entry]] = field(default_factory=list)
    taken: int = 0


_number = count(1)


def open_shop(devices: int, entries: int, size: int) -> Shop:
    """Enrol new devices and make their journals."""
    from appliance.journal.batch import pack
    from appliance.journal.entry import ZERO_HASH, Watermark, make
    from appliance.journal.signing import generate, public_pem
    from collector.ingest.models import Device

    shop, journals = Shop(), []
    for number in (next(_number) for _ in range(devices)):
        key, name = generate(), f"register-{number}"
        Device.objects.create(id=name, name=name, register="1", public_key=public_pem(key))
        place, journal = Watermark(1, 0, ZERO_HASH), []
        for sold in range(1, entries // devices + 1):
            data = sale(number, sold)
            entry = make(place, device=name, type="balie.sale.completed.v1", time=AT, data=data)
            journal.append(entry)
            place = entry.watermark
        shop.entries += [(name, entry) for entry in journal]
        runs = [journal[first : first + size] for first in range(0, len(journal), size)]
        journals.append(
            [(name, pack(run, stream="journal", device=name, signer=key)) for run in runs]
        )
    shop.payloads = [payload for together in zip(*journals, strict=True) for payload in together]
    again = random.Random(1).sample(shop.payloads, -(-len(shop.payloads) // TWICE))
    for payload in again:
        shop.payloads.insert(shop.payloads.index(payload) + devices, payload)
    shop.taken = len(shop.entries) + len(again) * size
    return shop
