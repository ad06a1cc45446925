"""A device's journal with a clock moved by hand, and a collector that says whatever is wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from appliance.journal.prune import plan
from appliance.journal.store import Event, Journal

DEVICE = "shop-1"
BEGAN = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)
SALE_MINOR = 1185


class Device:
    """A journal in which every entry is ten minutes later than the one before."""

    def __init__(self, folder):
        self.path = folder / "journal.db"
        self.now = BEGAN
        self.number = 0
        self.journal = self.open()

    def open(self):
        return Journal.open(self.path, DEVICE, clock=self.clock)

    def clock(self):
        self.now += timedelta(minutes=10)
        return self.now

    def sell(self, count=1, register="2", **more):
        """Record sales, all with one sync."""
        events = []
        for _ in range(count):
            self.number += 1
            data = self.sale(register, **more)
            events.append(Event("balie.sale.completed.v1", data, self.clock()))
        self.journal.append(*events)
        return self.journal.head

    def sale(self, register, minor=SALE_MINOR):
        tax = minor - round(minor / 1.09)
        part = {"gross_minor": minor, "net_minor": minor - tax, "tax_minor": tax, "rate_bp": 900}
        return {
            "sale": f"{self.number:032x}",
            "number": self.number,
            "receipt": f"{register}-{self.number:06}",
            "register": register,
            "kind": "return" if minor < 0 else "sale",
            "day": self.now.date().isoformat(),
            "currency": "EUR",
            "decimals": 2,
            "lines": [{"line": 1, "name": "Nutella 400 g" * 54, **part}],
            "taxes": [part],
            "totals": {**part, "rounding_minor": 0, "payable_minor": minor},
            "payments": [{"payment": 1, "amount_minor": minor}],
        }

    def plan(self, *, acked=None, archived=None, days=100, later=timedelta(days=365), **more):
        """Find what may go a year later, with everything acknowledged and archived."""
        head = self.journal.head
        return plan(
            self.journal,
            acked=acked or head,
            archived=[head] if archived is None else archived,
            now=self.now + later,
            keep_days=days,
            **more,
        )

    def prune(self, **told):
        """Let go of everything that may go; tell of how much that was."""
        gone = 0
        told.setdefault("acked", self.journal.head)
        told.setdefault("archived", [self.journal.head])
        while (found := self.plan(**told)) is not None:
            before = self.journal.first_position
            self.journal.prune(found)
            gone += self.journal.first_position - before
        return gone

    def mark(self, sequence, epoch=1):
        return self.journal.find(epoch, sequence)

    def kept(self):
        return [entry.sequence for entry in self.journal.entries()]
