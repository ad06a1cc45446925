"""A shop with sales to look at: real baskets in real entries, read through the real projections."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from appliance.domain import market as markets
from appliance.domain.article import Article, Unit
from appliance.domain.payment import Tender, Tendered, cash_due, settle
from appliance.domain.receipt import completed
from appliance.domain.sale import Basket, Kind, totals
from appliance.domain.undo import put_back, recount
from appliance.journal import entry as journal
from collector.directory.models import Cursor, DirectoryEntry, Person
from collector.ingest.alarms import Complaint, raise_alarms
from collector.ingest.models import Device, Entry, Fork, Watermark
from collector.ingest.projecting import Projector

MARKET = markets.load("nl")


def article(code, name, price_minor, tax_class="reduced", unit=Unit.PIECE):
    return Article(
        code=code,
        name=name,
        price_minor=price_minor,
        tax_class=tax_class,
        category="shop",
        unit=unit,
        gtin=None,
        cost_minor=None,
        stock_milli=None,
        stock_at=None,
        colour=None,
    )


NUTELLA = article("3017620422003", "Nutella 400 g", 399)
MILK = article("8718452345678", "Halfvolle melk 1 l", 129)
GOUDA = article("2001", "Gouda belegen", 1395, unit=Unit.KG)
BAG = article("bag", "Draagtas", 35, "standard")
COFFEE = article("8711000357132", "Koffie snelfiltermaling 500 g", 749)
BATTERIES = article("5000394077850", "Batterijen AA 8 stuks", 895, "standard")
SHELF = (NUTELLA, MILK, GOUDA, BAG, COFFEE, BATTERIES)


@dataclass
class Register:
    device: Device
    head: journal.Watermark
    number: int = 0
    rows: list[Entry] = field(default_factory=list)


class Shop:
    """Sells at registers, then lets the collector have it all."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        self.registers: dict[str, Register] = {}
        for person, name in (("p1", "Sanne"), ("p2", "Budi"), ("p3", "Chloé")):
            Person.objects.get_or_create(id=person, defaults={"name": name})

    def register(self, device_id, name, number, **shown):
        device = Device.objects.create(
            id=device_id, name=name, register=number, public_key="", **shown
        )
        self.registers[device_id] = Register(
            device, journal.Watermark(1, 0, journal.ZERO_HASH), number=0
        )
        return self.registers[device_id]

    def sell(
        self,
        device_id,
        at,
        items=None,
        *,
        cashier="p1",
        tender=None,
        removed=(),
        kind=Kind.SALE,
        **said,
    ):
        """Sell; whatever else is ``said`` stands in the sale's entry beside the rest."""
        register = self.registers[device_id]
        items = items or self._some_items()
        at = timezone.localtime(at)
        way = -1000 if kind is Kind.RETURN else 1000
        basket = Basket(
            uuid.UUID(int=self.random.getrandbits(128)).hex,
            at - timedelta(seconds=40),
            cashier,
            kind=kind,
        )
        for item, count in items:
            basket = basket.add(item, int(count * way))
        for item in removed:
            basket = basket.add(item, 1000, merge=False)
            basket = basket.remove(basket.lines[-1].number, at, "p2")
        if removed:  # and a hand that slipped: what was undone is told as well
            first = basket.lines[0]
            basket = put_back(basket.remove(first.number, at), first.number, at)
            for quantity_milli, undoes in ((7 * way, False), (first.quantity_milli, True)):
                basket = recount(basket, first.number, quantity_milli, at, undoes=undoes)
        sums = totals(basket, MARKET, at.date())
        tender = tender or self.random.choice((Tender.CASH, Tender.CARD_TERMINAL))
        owed = sums.gross_minor
        if tender is Tender.CASH:
            owed, _rounding = cash_due(owed, MARKET)
            if kind is Kind.SALE:
                owed = -(-owed // 500) * 500  # the next note of five
        register.number += 1
        data = completed(
            basket=basket,
            totals=sums,
            settlement=settle(sums.gross_minor, [Tendered(tender, owed)], MARKET),
            market=MARKET,
            register=register.device.register,
            number=register.number,
            completed_at=at,
            day=at.date(),
        )
        return self.enter(device_id, "balie.sale.completed.v1", at, data | said)

    def enter(self, device_id, kind, at, data):
        register = self.registers[device_id]
        made = journal.make(register.head, device=device_id, type=kind, time=at, data=data)
        register.head = made.watermark
        register.rows.append(
            Entry(
                device=register.device,
                epoch=made.epoch,
                sequence=made.sequence,
                hash=made.hash,
                previous=made.previous,
                type=made.type,
                time=datetime.fromisoformat(made.time),
                raw=made.raw,
                received=at + timedelta(seconds=1),
            )
        )
        return made

    def deliver(self, *, missing=()):
        """Let the collector have everything except some sequences, and derive its figures."""
        for device_id, register in self.registers.items():
            gone = {sequence for device, sequence in missing if device == device_id}
            Entry.objects.bulk_create(row for row in register.rows if row.sequence not in gone)
            reach = min(gone) - 1 if gone else register.head.sequence
            if reach:
                last = register.rows[reach - 1]
                Watermark.objects.create(
                    device=register.device,
                    epoch=1,
                    sequence=reach,
                    hash=last.hash,
                    updated=last.received,
                )
            register.rows.clear()
        Projector.from_settings().rebuild()

    def _some_items(self):
        count = self.random.choice((1, 1, 2, 2, 3, 4))
        chosen = self.random.sample(SHELF, count)
        return [
            (
                item,
                round(self.random.uniform(0.15, 0.7), 3)
                if item is GOUDA
                else self.random.choice((1, 1, 1, 2)),
            )
            for item in chosen
        ]


CUSTOMERS = {9: 3, 10: 5, 11: 7, 12: 9, 13: 9, 14: 8, 15: 6, 16: 4, 17: 3}
"""Customers an hour."""


def ordinary_shop(now, busy=1):
    """Fill the collector with some days of an ordinary corner shop, up to a moment of its day."""
    now = timezone.localtime(now)
    shop = Shop()
    seen = {"link": "online", "last_seen": now - timedelta(seconds=20)}
    shop.register("register-1", "Kassa 1", "1", **seen)
    shop.register("register-2", "Kassa 2", "2", **seen)
    away = now - timedelta(minutes=22)
    shop.register("register-3", "Kassa 3", "3", link="offline", last_seen=away)
    shop.register("kiosk-1", "Kiosk 1", "K1", **seen)
    moments = []
    for days in (13, 7, 1, 0):
        start = (now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
        for hour, customers in CUSTOMERS.items():
            count = shop.random.randint(customers * busy - 2, customers * busy + 2)
            seconds = [shop.random.randint(0, 3599) for _customer in range(count)]
            moments += [start + timedelta(hours=hour, seconds=second) for second in seconds]
    for at in sorted(moment for moment in moments if moment <= now):
        device = shop.random.choices(list(shop.registers), (40, 40, 15, 15))[0]
        if device == "register-3" and at > away:
            device = "register-1"
        shop.sell(device, at, cashier=shop.random.choice(("p1", "p2", "p3")))
    shop.sell(
        "register-2",
        now - timedelta(minutes=4),
        [(NUTELLA, 1)],
        kind=Kind.RETURN,
        tender=Tender.CASH,
    )
    shop.sell(
        "register-2",
        now - timedelta(minutes=1),
        [(NUTELLA, 1), (MILK, 2), (GOUDA, 0.352), (BAG, 1)],
        tender=Tender.CASH,
        removed=(COFFEE,),
    )
    unsent = shop.registers["register-3"]
    unsent.device.reported = {
        "link": "online",
        "head": {"epoch": 1, "sequence": unsent.head.sequence + 41},
    }
    unsent.device.save()
    shop.deliver()
    shop_directory(shop, now)
    return shop


def shop_directory(shop, now):
    """Let two registers be up to date and one two changes behind."""
    for sequence in range(1, 6):
        DirectoryEntry.objects.create(
            epoch=1, sequence=sequence, hash="0" * 64, time=now, raw=b"{}"
        )
    for device_id, behind in (("register-1", 0), ("register-2", 0), ("kiosk-1", 2)):
        Cursor.objects.create(
            device=shop.registers[device_id].device,
            epoch=1,
            sequence=5 - behind,
            hash="0" * 64,
            updated=now,
        )


def trouble(shop, now):
    """Make a cloned card and a stranger."""
    device = shop.registers["register-3"].device
    Fork.objects.create(
        device=device,
        epoch=1,
        sequence=3,
        hash="ab" * 32,
        raw=b"{}",
        reason="another entry with this number is held",
        received=now - timedelta(minutes=30),
    )
    fork = (
        "Device %(device)s sent two different histories in epoch %(epoch)s: its card was copied, "
        "or its journal changed. The one that came first counts; the other is kept as forks for "
        "you to compare."
    )
    stranger = (
        "Expected a device that is enrolled, found %(device)s: enrol it with 'balie-collector "
        "device add', or find out who uses the name."
    )
    complaints = [
        Complaint("register-3", "fork", fork, facts={"device": "register-3", "epoch": 1}),
        Complaint("till-x", "stranger", stranger, facts={"device": "till-x", "why": ""}),
    ]
    for minutes in (30, 16, 3):
        raise_alarms(complaints, now - timedelta(minutes=minutes))
