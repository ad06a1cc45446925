"""Ports in memory, each in the simplest way possible."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from appliance.domain import market as markets
from appliance.domain.article import Article, Unit
from appliance.journal.entry import ZERO_HASH, Watermark, make
from appliance.services.catalogue import Catalogue
from appliance.services.counter import Start
from appliance.services.register import Register

NUMBERS = count(1)
"""For ids that no restart repeats."""

NOW = datetime(2026, 11, 22, 14, 7, tzinfo=ZoneInfo("Europe/Amsterdam"))

ARTICLES = {
    article.code: article
    for article in (
        Article("3017620422003", "Nutella 400 g", 399, "reduced", gtin="03017620422003"),
        Article("BR01", "Volkorenbrood", 289, "reduced"),
        Article("DET1", "Afwasmiddel", 215, "standard"),
        Article("AP01", "Elstar los", 249, "reduced", unit=Unit.KG),
        Article("BAG", "Tas", 1, "standard"),
        Article("FREE", "Proefje", 0, "standard"),
    )
}
NUTELLA, BREAD, SOAP, APPLES, BAG, FREE = ARTICLES


class MemoryDirectory:
    def find(self, code):
        by_gtin = {article.gtin: article for article in ARTICLES.values() if article.gtin}
        return by_gtin.get(code) or ARTICLES.get(code)

    def setting(self, key, default):
        return getattr(self, key, default)

    def search(self, text, limit):
        return [each for each in ARTICLES.values() if text in each.name][:limit]


class MemoryJournal:
    """Records at once, or fails with an error, or leaves the answer open."""

    def __init__(self):
        self.recorded = []
        self.error = None

    @property
    def head(self):
        return self.recorded[-1].watermark if self.recorded else Watermark(1, 0, ZERO_HASH)

    def entries(self, after=None, limit=None):
        place = after.place if after else (0, 0)
        found = [each for each in self.recorded if each.watermark.place > place]
        return iter(found[:limit])

    first_position = 1

    @property
    def last_position(self):
        return len(self.recorded)

    def at(self, position, limit):
        self.read = getattr(self, "read", 0) + limit
        return self.recorded[position - 1 : position - 1 + limit]

    def submit(self, *events):
        future = Future()
        if self.error is not None:
            future.set_exception(self.error)
            return future
        made = []
        for event in events:
            entry = make(
                self.head,
                device="winkel-2",
                type=event.type,
                time=event.time or NOW,
                data=event.data,
            )
            self.recorded.append(entry)
            made.append(entry)
        future.set_result(tuple(made))
        return future

    def kinds(self):
        return [each.type for each in self.recorded]


class MemoryShelf:
    trouble = ""

    def __init__(self):
        self.kept, self.facts, self.printing = {}, {}, {}

    def keep_basket(self, kept):
        self.kept[kept.basket.id] = kept

    def drop_basket(self, basket):
        self.kept.pop(basket, None)

    def baskets(self):
        return list(self.kept.values())

    def keep_job(self, job):
        self.printing[job.sale, job.copy] = job

    def jobs(self, sale=None):
        jobs = self.printing.values()
        return [job for job in jobs if (job.sale == sale if sale else not job.printed)]

    def keep_fact(self, key, value):
        self.facts[key] = value

    def fact(self, key, default=None):
        return self.facts.get(key, default)

    def flush(self):
        pass


def register(journal, shelf, *, market="nl", start=None, clock=lambda: NOW):
    chosen = markets.load(market)
    made = Register(
        name="2",
        market=chosen,
        catalogue=Catalogue(MemoryDirectory(), decimals=chosen.decimals),
        journal=journal,
        shelf=shelf,
        clock=clock,
        new_id=lambda: f"{next(NUMBERS):032x}",
        start=start or Start(head=journal.head),
    )
    made.cashier = "p1"
    return made
