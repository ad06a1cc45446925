"""Where a device goes on: what is known of its journal, its receipts and its books of cash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Max

if TYPE_CHECKING:
    from collector.ingest.models import Device

_LARGEST_EPOCH = 2**31 - 2
_EPOCHS_AHEAD = 1000
"""What a device claims beyond this many epochs is not believed."""

Facts = dict[str, str | int]


def facts_of_a_new(device: str) -> Facts:
    """Return what a device is told that never was before: it begins at the beginning."""
    return {"device": device, "first_epoch": 1, "last_number": 0}


def facts_of(device: Device) -> Facts:
    """Return where a device goes on whose storage card was lost or copied."""
    from appliance.domain.shift_books import Books  # noqa: PLC0415  # as below
    from collector.desks.register.books import books_of  # noqa: PLC0415  # as below
    from collector.desks.register.numbers import last_number  # noqa: PLC0415  # models load after Django is set up

    facts: Facts = {
        "device": device.id,
        "first_epoch": _highest_epoch(device) + 1,
        "last_number": last_number(device),
    }
    books = books_of(device)
    if books != Books():
        facts["books"] = json.dumps(books.to_data(), ensure_ascii=False, sort_keys=True)
    return facts


def enrolment_toml(facts: Mapping[str, str | int]) -> str:
    """Write the facts as the file that the device reads them from."""
    lines = [
        # A string of JSON is one of TOML.
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in facts.items()
    ]
    return "\n".join(["# Written by the back office; the desk reads it at its start.", *lines, ""])


def _highest_epoch(device: Device) -> int:
    """Return the highest epoch that anything of a device has ever named."""
    from collector.ingest.models import Fork, FormerKey, Watermark  # noqa: PLC0415  # as above

    sources = ((Watermark, "epoch"), (Fork, "epoch"), (FormerKey, "last_epoch"))
    seen = 0
    for model, field in sources:
        found = model._default_manager.filter(device=device).aggregate(highest=Max(field))  # noqa: SLF001  # Django's own name for it
        seen = max(seen, found["highest"] or 0)
    told = _told_epoch(device.reported)
    return max(seen, told) if told <= min(seen + _EPOCHS_AHEAD, _LARGEST_EPOCH) else seen


def _told_epoch(reported: Mapping[str, Any]) -> int:
    """Return the epoch a device said it was in when it was last there: it may have sent nothing."""
    head = reported.get("head")
    epoch = head.get("epoch") if isinstance(head, dict) else None
    return epoch if type(epoch) is int else 0
