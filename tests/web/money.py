"""A shop whose drawers are counted: shifts, movements, openings, closings, a card terminal's day."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from appliance.domain.payment import Tender
from appliance.domain.shift import Closing, Place
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
from appliance.journal.training_rules import BEGUN, ENDED
from tests.web.shop import MARKET, NUTELLA, Shop

CHAIN = {"epoch": 1, "sequence": 4, "hash": "cd" * 32}


class MoneyShop(Shop):
    """Sells at registers that keep their books of cash."""

    def __init__(self, seed=7):
        super().__init__(seed)
        self.books = {}

    def enter(self, device_id, kind, at, data):
        entry = super().enter(device_id, kind, at, data)
        books = self.books.get(device_id, Books())
        self.books[device_id] = books.after(kind, data, Place(entry.epoch, entry.sequence))
        return entry

    def open_shift(self, device_id, at, by="p1", pieces=None):
        books, at = self.books.get(device_id, Books()), timezone.localtime(at)
        for period, so_far in books.periods.items():
            if so_far.is_over(at.date()):
                self.enter(device_id, PERIOD_CLOSED, at, books.period_data(period, at=at, by=by))
        count = Count.of(MARKET, pieces) if pieces else None
        opening = self.books.get(device_id, books).opening(at=at, day=at.date(), by=by, count=count)
        self.enter(device_id, SHIFT_OPENED, at, opening.to_data())

    def move(self, device_id, at, kind, amount, reason, *, by="p1", allowed_by=""):
        shift = self.books[device_id].shift
        data = {
            "shift": shift.opening.number,
            "number": shift.moved + 1,
            "kind": kind,
            "amount_minor": amount,
            "reason": reason,
            "by": by,
            "allowed_by": allowed_by,
        }
        self.enter(device_id, CASH_MOVED, at, data)

    def drawer(self, device_id, at, cause, open_s=6, *, reason="", by="p1", allowed_by=""):
        data = {
            "cause": cause,
            "opened": timezone.localtime(at).isoformat(),
            "open_s": open_s,
            "reason": reason,
            "by": by,
            "allowed_by": allowed_by,
        }
        self.enter(device_id, DRAWER_OPENED, at, data)

    def close_shift(self, device_id, at, *, by="p1", off=0, reason="", left=10000):
        at = timezone.localtime(at)
        shift = self.books[device_id].shift
        pieces, rest = {}, shift.expected_minor + off
        for value in sorted({*MARKET.notes_minor, *MARKET.coins_minor}, reverse=True):
            pieces[value], rest = divmod(rest, value)
        count = Count.of(MARKET, pieces)
        counted = {"shift": shift.opening.number, "count": count.to_data(), "by": by}
        self.enter(device_id, SHIFT_COUNTED, at, counted)
        head = self.registers[device_id].head
        z = self.books[device_id].closing(
            Closing(at, by, count=count, left_minor=left, reason=reason),
            register=self.registers[device_id].device.register,
            currency="EUR",
            last=Place(head.epoch, head.sequence),
        )
        return self.enter(device_id, SHIFT_CLOSED, at, z.to_data())

    def close_terminal(self, device_id, at, off=0, by="p1"):
        books = self.books[device_id]
        ours = books.terminal
        day = TerminalDay(
            books.z, "approved", "", ours.amount_minor + off, ours.count, ours, "EUR", by
        )
        self.enter(device_id, TERMINAL_CLOSED, at, day.to_data())


def counted_shop(now, busy=1):
    """Three days of two registers, with a day that is short, one not counted right, one still open."""
    shop = counting_shop(now, ("1", "2"), busy)
    shop.deliver()
    return shop


def counting_shop(now, numbers, busy=1):
    """The same three days as the registers of these numbers have them, not delivered yet."""
    now = timezone.localtime(now)
    shop = MoneyShop()
    for number in numbers:
        seen = {"link": "online", "last_seen": now - timedelta(seconds=20)}
        shop.register(f"register-{number}", f"Kassa {number}", number, **seen)
    for days in (2, 1, 0):
        start = (now - timedelta(days=days)).replace(hour=8, minute=30, second=0, microsecond=0)
        for device in shop.registers:
            a_day(shop, device, start, days, busy)
    return shop


def a_day(shop, device, start, days, busy):
    shop.open_shift(device, start, pieces={5000: 1, 1000: 3, 100: 20} if days == 2 else None)
    for number in range(12 * busy):
        at = start + timedelta(minutes=17 + 31 * number / busy)
        entry = shop.sell(device, at, cashier=shop.random.choice(("p1", "p2")))
        if any(each["tender"] == "cash" for each in entry.data["payments"]):
            shop.drawer(device, at, "sale", shop.random.randint(4, 14))
    at = start + timedelta(hours=3)
    shop.sell(device, at, [(NUTELLA, 1)], tender=Tender.CASH, removed=(NUTELLA,))
    shop.move(device, at, "paid_out", 1250, "Glazenwasser", allowed_by="p2")
    shop.drawer(device, at, "cash_moved", 21, allowed_by="p2")
    shop.drawer(device, at, "no_sale", 9, reason="Biljet wisselen", allowed_by="p2")
    if days == 0:
        return
    first, second = shop.registers
    if device == second and days == 1:
        shop.drawer(device, at, "forced", 44, by="")
    end = start + timedelta(hours=9)
    shop.move(device, end, "drop", 2000, "Te veel in de lade")
    off = {(first, 2): -70, (second, 1): 500}.get((device, days), 0)
    shop.close_shift(device, end, off=off, reason="Niet bekend" if off else "")
    shop.close_terminal(device, end, off=399 if (device, days) == (second, 1) else 0)


def begin_training(shop, device, at, *, person="p2", allowed_by="p1"):
    shop.enter(device, BEGUN, at, {"person": person, "allowed_by": allowed_by, "chain": CHAIN})


def end_training(shop, device, at, sales, gross, *, person="p2", reason="left"):
    told = {"sales": sales, "gross_minor": gross, "chain": CHAIN if sales is not None else None}
    shop.enter(device, ENDED, at, {"person": person, "reason": reason, **told})
