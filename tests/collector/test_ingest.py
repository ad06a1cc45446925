"""What is stored, what is acknowledged, and when."""

from __future__ import annotations

import random

import pytest
from django.db import OperationalError

from appliance.journal.entry import START
from appliance.journal.topics import Leaf, topic
from collector.desks.register.models import Payment, Sale, SaleLine, SaleTax
from collector.ingest import worker
from collector.ingest.models import Alarm, Device, Entry, Fork, Signature, Watermark
from collector.ingest.receiving import Message
from collector.ingest.standing import standings
from tests.collector.till import Till


def test_a_sale_is_stored_acknowledged_and_projected(collector, till):
    till.open()
    sold = till.sell(2, 1, 1)
    collector.take(till.batch())

    assert collector.ack == sold.watermark
    assert collector.broker.published[-1][2], "the acknowledgement is retained"
    assert len(collector.broker.finished) == 1
    entry = Entry.objects.get(sequence=2)
    assert bytes(entry.raw) == sold.raw
    assert (entry.hash, entry.previous, entry.type) == (sold.hash, sold.previous, sold.type)
    assert entry.time.isoformat() == "2026-11-22T09:01:22+00:00"
    assert Signature.objects.get().hash == sold.hash
    sale = Sale.objects.get()
    assert (sale.pk, sale.receipt, sale.gross_minor) == ("register-2.1.2", "2-000001", 952)
    assert sale.completed_local == "2026-11-22T10:01:01+01:00"
    assert sale.completed.isoformat() == "2026-11-22T09:01:01+00:00"
    assert sale.entry == entry
    assert list(sale.lines.values_list("article", "quantity_milli", "gross_minor")) == [
        ("3017620422003", 2000, 798),
        ("8710400280507", 1000, 129),
        ("TASJE", 1000, 25),
    ]
    assert list(sale.taxes.values_list("rate_bp", "tax_minor")) == [(900, 77), (2100, 4)]
    assert list(sale.payments.values_list("tender", "amount_minor")) == [("card_manual", 952)]
    assert Device.objects.get().last_seen is not None


def test_order_does_not_matter_and_doubles_change_nothing(collector, till):
    till.open()
    for _ in range(40):
        till.sell(1)
    batches = [till.batch(first, first + 3) for first in range(1, 42, 2)]
    for seed in range(3):
        shuffled = [*batches, *batches]
        random.Random(seed).shuffle(shuffled)
        for start in range(0, len(shuffled), 5):
            collector.take(*shuffled[start : start + 5])
        assert collector.ack == till.head
    assert [
        bytes(raw) for raw in Entry.objects.order_by("sequence").values_list("raw", flat=True)
    ] == [entry.raw for entry in till.entries]
    assert Sale.objects.count() == 40
    assert not Fork.objects.exists()
    assert not Alarm.objects.exists()


def test_a_gap_holds_the_watermark_until_it_is_filled(collector, till):
    till.open()
    for _ in range(6):
        till.sell(1)
    collector.take(till.batch(1, 2), till.batch(5, 7))
    assert collector.ack.sequence == 2
    assert Sale.objects.count() == 1, "what is not proven counts nowhere"
    assert [each.gaps for each in standings()] == [2]
    collector.take(till.batch(3, 4))
    assert collector.ack == till.head
    assert Sale.objects.count() == 6
    assert standings()[0].well


def test_a_batch_that_comes_again_is_acknowledged_again(collector, till):
    till.open()
    collector.take(till.batch())
    collector.take(till.batch())
    assert collector.broker.acks() == [till.head, till.head]


def test_a_type_from_the_future_is_stored_and_acknowledged(collector, till):
    till.open()
    till.record("balie.hologram.shown.v9", {"colour": "octarine"})
    collector.take(till.batch())
    assert collector.ack == till.head
    assert not Alarm.objects.exists()


def test_a_new_epoch_follows_the_one_before(collector, till):
    till.open()
    till.sell(1)
    collector.take(till.batch())
    later = Till(till.device, 2, till.key)
    before = {"epoch": 1, "sequence": 2, "hash": till.head.hash}
    later.open(after=before, above=None)
    later.sell(1)
    collector.take(later.batch())
    assert collector.ack == later.head
    assert Sale.objects.count() == 2


def test_a_new_epoch_does_not_hide_what_is_missing_of_the_one_before(collector, till):
    """As after a restored backup, when the later epoch was still on its way."""
    till.open()
    for _ in range(4):
        till.sell(1)
    later = Till(till.device, 2, till.key)
    later.open(after={"epoch": 1, "sequence": 5, "hash": till.head.hash}, above=None)
    collector.take(till.batch(1, 2), later.batch())
    assert collector.ack == till.entries[1].watermark
    collector.take(till.batch(3, 5))
    assert collector.ack == later.head


def test_a_replaced_card_begins_where_it_likes(collector, till):
    fresh = Till(till.device, 3, till.key)
    fresh.open(after=None, above=None)
    collector.take(fresh.batch())
    assert collector.ack == fresh.head


def test_nothing_is_acknowledged_before_the_commit(collector, till, monkeypatch):
    till.open()

    def full(*_args, **_kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(worker, "store", full)
    with pytest.raises(OperationalError):
        collector.take(till.batch())
    assert collector.broker.published == []
    assert collector.broker.finished == []
    monkeypatch.undo()
    collector.take(till.batch())
    assert collector.ack == till.head


def test_a_birth_is_answered_with_what_is_held(collector, till):
    birth = b'{"link":"online","software":"balie 0.1","unsent":0}'
    collector.take(birth, leaf=Leaf.STATUS)
    assert collector.broker.published[0] == (topic(till.device, Leaf.ACK), START.to_json(), True)
    device = Device.objects.get()
    assert (device.link, device.reported["software"]) == ("online", "balie 0.1")
    assert device.last_seen is not None


@pytest.mark.parametrize("odd", ["{}", "7", '{"count":1,"last":7}', '{"last":""}'])
def test_what_a_device_cannot_use_of_the_directory_is_an_alarm(collector, till, odd):
    told = '{"link":"online","refused":{"count":2,"last":"1.7: ValueError: no such unit"}}'
    for report in (told, told, f'{{"link":"online","refused":{odd}}}'):
        collector.take(report.encode(), leaf=Leaf.STATUS)
    (alarm,) = Alarm.objects.all()
    assert (alarm.device, alarm.times) == (till.device, 2)
    assert "(1.7: ValueError: no such unit)" in alarm.sentence
    assert Device.objects.get().link == "online"


def test_a_last_will_turns_the_device_offline(collector, till):
    collector.take(b'{"link":"online","software":"balie 0.1"}', leaf=Leaf.STATUS)
    collector.take(b'{"link":"offline"}', leaf=Leaf.STATUS)
    device = Device.objects.get()
    assert (device.link, device.reported["software"]) == ("offline", "balie 0.1")


def test_a_message_elsewhere_is_passed_over(collector, till):
    stray = [Message("balie/1/zz/register-2/journal", b"", 1), Message("elsewhere", b"", 2)]
    collector.ingest.turn(stray)
    assert collector.broker.finished == stray
    assert not Alarm.objects.exists()


def test_many_devices_at_once(collector, db):
    tills = [Till(f"register-{number}") for number in range(1, 6)]
    messages = []
    for each in tills:
        each.enrol()
        each.open()
        for _ in range(5):
            each.sell(1)
        messages += [
            Message(topic(each.device, Leaf.JOURNAL), each.batch(n, n + 2)) for n in (4, 1)
        ]
    random.Random(1).shuffle(messages)
    collector.ingest.turn(messages)
    for each in tills:
        assert collector.broker.acks(each.device)[-1] == each.head
    assert Watermark.objects.count() == 5
    assert (Sale.objects.count(), SaleLine.objects.count()) == (25, 25)
    assert (Payment.objects.count(), SaleTax.objects.count()) == (25, 25)
