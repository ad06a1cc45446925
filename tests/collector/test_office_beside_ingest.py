"""The office changes customers and balances while their figures are derived: nobody is turned away.

On PostgreSQL two that hold what the other wants are a deadlock, and one of them loses its work.
Whoever changes what devices are told therefore takes the directory's log first.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import connection

from appliance.domain.customer import Profile
from appliance.domain.voucher import BalanceKind
from appliance.journal.attachments import ERASED
from collector.attachments.ordering import erase
from collector.customers import doubles, editing, files
from collector.customers.models import Customer, Merge
from collector.directory import log
from collector.ingest.models import Alarm
from collector.ingest.projecting import Projector
from collector.ledgers.issuing import Wanted, do
from collector.ledgers.models import Balance
from tests.collector.locks import is_waited_for_a_lock
from tests.collector.sold_on import CARD, from_card, on_account, sale
from tests.collector.till import Collector
from tests.customers.counters import Counter

pytestmark = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time"
)
CEILING_S = 120
NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


@pytest.fixture
def pair(transactional_db):
    """Two customers with an account each, who may be one person, and a gift card."""
    counter = Counter("register-2")
    counter.enrol()
    counter.open()
    eva, evi = counter.say(name="Eva Smit"), counter.say(name="Evi Smid")
    for customer in (eva, evi):
        do([Wanted(BalanceKind.ACCOUNT, customer, limit_minor=9000)], by="chef", now=NOW)
    do([Wanted(BalanceKind.GIFT_CARD, CARD, 5000)], by="chef", now=NOW)
    counter.send(Collector())
    return counter, eva, evi


def held_back(counter, *customers):
    """Have the collector hold entries about customers and balances whose figures are still to come."""
    first = len(counter.entries) + 1
    for customer in customers:
        sale(counter, on_account(399, customer), customer=customer)
    sale(counter, from_card(100))
    counter.say(customers[0], phone="+31655555555")
    counter.record(ERASED, {"references": [], "subjects": ["5e" * 16]})
    collector = Collector()
    collector.ingest._afterwards = lambda: None
    counter.send(collector, first)


def merge(eva, evi):
    doubles.merge(eva, evi, by="chef", now=NOW)


def undo(_eva, _evi):
    doubles.undo(Merge.objects.get(undone=None), by="chef", now=NOW)


def change(eva, _evi):
    editing.change(Customer.objects.get(pk=eva), {"name": "Eva S."}, {}, "", by="chef", now=NOW)


def take_list(_eva, _evi):
    files.take([(Profile(name="Iemand"), "")], by="chef", now=NOW)


def correct(eva, evi):
    wanted = [Wanted(BalanceKind.ACCOUNT, each, amount_minor=100) for each in (evi, eva)]
    do([*wanted, Wanted(BalanceKind.GIFT_CARD, CARD, -100)], by="chef", now=NOW)


def order_erasure(eva, _evi):
    erase([], [eva], by="chef", now=NOW)


def follow():
    projector = Projector.from_settings()
    for place in sorted(projector.behind()):
        while projector.follow(place):
            pass


def rebuild():
    Projector.from_settings().rebuild()


DEEDS = (merge, undo, change, take_list, correct, order_erasure)


@pytest.mark.parametrize(
    ("deed", "derive"), [*((deed, follow) for deed in DEEDS), (merge, rebuild)]
)
def test_neither_waits_in_a_circle(pair, monkeypatch, deed, derive):
    counter, eva, evi = pair
    if deed is undo:
        merge(eva, evi)
    held_back(counter, eva, evi)
    Beside(deed, eva, evi, monkeypatch).run(derive)
    assert not Balance.objects.filter(is_settled=False).exists()
    assert not Customer.objects.filter(dirty=True).exists()
    assert not Alarm.objects.filter(kind="unreadable").exists()


class Beside:
    """The office at work on a thread of its own; it pauses where it has the log until others wait."""

    def __init__(self, deed, eva, evi, monkeypatch):
        self.is_at_it, self.is_derived = threading.Event(), threading.Event()
        self.deed = partial(deed, eva, evi)
        self.lock = log.lock
        monkeypatch.setattr(log, "lock", self.lock_and_pause)

    def run(self, derive):
        with ThreadPoolExecutor(1) as office:
            done = office.submit(self.work)
            try:
                assert self.is_at_it.wait(CEILING_S)
                derive()
            finally:
                self.is_derived.set()
            done.result(CEILING_S)

    def work(self):
        try:
            self.deed()
        finally:
            self.is_at_it.set()
            connection.close()

    def lock_and_pause(self):
        place = self.lock()
        if threading.current_thread() is not threading.main_thread() and not self.is_at_it.is_set():
            self.is_at_it.set()
            end = time.monotonic() + CEILING_S
            while not self.is_derived.is_set() and not is_waited_for_a_lock():
                assert time.monotonic() < end
                time.sleep(0.01)
        return place
