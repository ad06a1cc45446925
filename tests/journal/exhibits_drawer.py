"""What happens to the drawer of the honest shop, in the last third of its first epoch."""

from __future__ import annotations

from appliance.domain import market as markets
from appliance.domain.shift import Closing, Period, Place
from appliance.domain.shift_books import (
    CASH_MOVED,
    DRAWER_OPENED,
    PERIOD_CLOSED,
    SHIFT_CLOSED,
    SHIFT_COUNTED,
    SHIFT_OPENED,
    TERMINAL_CLOSED,
    Books,
)
from appliance.domain.shift_count import Count
from appliance.domain.shift_terminal import TerminalDay
from appliance.journal.store import Event
from appliance.journal.training_rules import BEGUN, ENDED

NL = markets.load("nl")
HAPPENS = {
    45: "open",
    48: "pay_out",
    50: "no_sale",
    53: "count",
    54: "close",
    55: "close_terminal",
    56: "close_day",
    57: "open",
    63: "begin_training",
    64: "end_training",
    66: "close",
    67: "close_day",
    68: "close_month",
    69: "open",
}
"""By its place in the first epoch; the others are sales."""
CHAIN = {"epoch": 1, "sequence": 7, "hash": "cd" * 32}


class Drawer:
    """Makes the events of the drawer, each from the books as they stand."""

    def __init__(self, till):
        self.till, self.books = till, Books()

    def follow(self, entries):
        for entry in entries:
            place = Place(entry.epoch, entry.sequence)
            self.books = self.books.after(entry.type, entry.data, place)

    def event(self, head):
        """Return what happens after an entry, None for a sale."""
        name = HAPPENS.get(head.sequence + 1) if head.epoch == 1 else None
        return None if name is None else getattr(self, name)(head)

    def make(self, kind, data):
        return Event(kind, data, self.till.at)

    def open(self, _head):
        opening = self.books.opening(at=self.till.at, day=self.till.at.date(), by="p1")
        return self.make(SHIFT_OPENED, opening.to_data())

    def pay_out(self, _head):
        shift = self.books.shift
        data = {
            "shift": shift.opening.number,
            "number": shift.moved + 1,
            "kind": "paid_out",
            "amount_minor": 1250,
            "reason": "Glazenwasser",
            "by": "p1",
            "allowed_by": "",
        }
        return self.make(CASH_MOVED, data)

    def no_sale(self, _head):
        data = {
            "cause": "no_sale",
            "opened": self.till.at.isoformat(),
            "open_s": 12,
            "reason": "Wisselgeld",
            "by": "p1",
            "allowed_by": "",
        }
        return self.make(DRAWER_OPENED, data)

    def count(self, _head):
        counted = Count.of(NL, {2000: 3, 5: 1})
        data = {"shift": self.books.shift.opening.number, "count": counted.to_data(), "by": "p1"}
        return self.make(SHIFT_COUNTED, data)

    def close(self, head):
        said = Closing(self.till.at, "p1", count=self.books.shift.locked)
        last = Place(head.epoch, head.sequence)
        z = self.books.closing(said, register="2", currency="EUR", last=last)
        return self.make(SHIFT_CLOSED, z.to_data())

    def close_terminal(self, _head):
        day = TerminalDay(self.books.z, "approved", "", 0, 0, self.books.terminal, "EUR", "p1")
        return self.make(TERMINAL_CLOSED, day.to_data())

    def close_day(self, _head):
        return self.close_period(Period.DAY)

    def close_month(self, _head):
        return self.close_period(Period.MONTH)

    def close_period(self, period):
        return self.make(PERIOD_CLOSED, self.books.period_data(period, at=self.till.at, by="p1"))

    def begin_training(self, _head):
        return self.make(BEGUN, {"person": "p2", "allowed_by": "p1", "chain": CHAIN})

    def end_training(self, _head):
        told = {"sales": 2, "gross_minor": 798, "chain": CHAIN | {"sequence": 9}}
        return self.make(ENDED, {"person": "p2", "reason": "left", **told})
