"""A back office that says things: the directory's entries, one after the other."""

from __future__ import annotations

from datetime import UTC, datetime

from appliance.journal.entry import ZERO_HASH, Watermark, make

NOW = datetime(2026, 11, 22, 14, 7, tzinfo=UTC)


def article(code, name="Thing", price_minor=100, **more):
    return (
        {"code": code, "name": name, "price_minor": price_minor, "tax_class": "reduced"}
        | {
            "category": "",
            "unit": "piece",
        }
        | more
    )


class Stream:
    """The collector's log, one entry after the other."""

    def __init__(self, epoch=1):
        self.head = Watermark(epoch, 0, ZERO_HASH)
        self.changes = 0

    def entry(self, kind="balie.directory.changed.v1", **data):
        entry = make(
            self.head, device="collector", source="/collector", type=kind, time=NOW, data=data
        )
        self.head = entry.watermark
        return entry

    def change(self, *parts):
        """Say a change in as many parts as are given."""
        self.changes += 1
        return [
            self.entry(change=f"c{self.changes}", part=number, parts=len(parts), **part)
            for number, part in enumerate(parts, start=1)
        ]
