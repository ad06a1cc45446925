"""What goes straight on takes one signature and one statement; whatever does not, the long way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appliance.journal.batch import unpack
from appliance.journal.signing import generate, public_pem
from appliance.journal.topics import Leaf, topic
from collector.ingest import checking, straight, worker
from collector.ingest.models import Alarm, Device, Entry, Fork, Signature
from collector.ingest.receiving import Message
from collector.ingest.verifying import verify_held
from tests.collector.till import Collector, Till


@pytest.fixture
def till(db) -> Till:
    """A till that sold a hundred and thirty times, of which its collector knows the first ten."""
    till = Till()
    till.enrol()
    till.open()
    for _ in range(129):
        till.sell(1)
    return till


@pytest.fixture
def collector(till) -> Collector:
    collector = Collector()
    collector.take(till.batch(1, 10))
    return collector


@pytest.fixture
def verified(monkeypatch):
    """Count the signatures that are checked before anything is acknowledged."""
    monkeypatch.setattr(worker.Ingest, "_look_at_signatures", lambda _ingest: None)
    counted, verify = [], checking.verify
    monkeypatch.setattr(checking, "verify", lambda *a: counted.append(1) or verify(*a))
    return counted


@pytest.fixture
def long_ways(monkeypatch):
    """Note how many batches go the long way, each time."""
    noted, store = [], worker.store
    monkeypatch.setattr(
        worker,
        "store",
        lambda batches, *a, **b: noted.append(len(batches)) or store(batches, *a, **b),
    )
    return noted


def singles(till, first, last):
    return [till.batch(number, number) for number in range(first, last + 1)]


def is_whole(collector, till, last):
    return (
        collector.ack == till.entries[last - 1].watermark
        and verify_held().is_sound
        and not Alarm.objects.exists()
    )


def test_single_entries_that_follow_each_other_take_one_signature(till, collector, verified):
    collector.take(*singles(till, 11, 60))
    assert len(verified) == 1
    assert Signature.objects.count() == 2
    assert is_whole(collector, till, 60)


def test_a_signature_is_kept_for_every_hundred_entries(till, collector, verified):
    collector.take(*singles(till, 11, 130))
    assert len(verified) == 2
    kept = Signature.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(kept) == [10, 110, 130]
    assert is_whole(collector, till, 130)


def test_each_device_is_proven_by_its_own(till, collector, verified):
    other = Till("register-3")
    other.enrol()
    other.open()
    known = {
        each.device: checking.KnownDevice(each.device, public_pem(each.key), revoked=False)
        for each in (till, other)
    }
    came = [("register-2", each) for each in singles(till, 11, 14)]
    came.insert(2, ("register-3", other.batch(1, 1)))
    found = checking.check_all(came, known)
    assert [each.is_covered for each in found] == [True, True, False, True, False]
    assert len(verified) == 2


@pytest.mark.parametrize("forged", [11, 13, 15])
def test_of_a_chain_with_a_forgery_only_that_is_refused(till, collector, forged):
    messages = singles(till, 11, 15)
    messages[forged - 11] = till.batch(forged, forged, signer=generate())
    known = {till.device: checking.KnownDevice(till.device, public_pem(till.key), revoked=False)}
    found = checking.check_all([(till.device, each) for each in messages], known)
    refused = [
        number for number, each in enumerate(found, 11) if isinstance(each, checking.Refused)
    ]
    # A batch between is proven by the chain, whoever signed it: its bytes are the device's own.
    assert refused == ([15] if forged == 15 else [])
    collector.take(*messages)
    assert collector.ack == till.entries[13 if forged == 15 else 14].watermark
    assert verify_held().is_sound
    stranger = unpack(messages[forged - 11]).signature
    assert not Signature.objects.filter(signature=stranger).exists()


def test_signatures_that_are_not_needed_at_first_are_there_when_batches_part(till, collector):
    copy = till.fork()
    copy.entries[20:] = []
    copy.sell(2)
    collector.take(copy.batch(11, 21))
    collector.take(*singles(till, 19, 24))  # the first two are held already, the third disagrees
    assert collector.ack == copy.head
    assert [fork.sequence for fork in Fork.objects.all()][-1] == 21
    forks = Fork.objects.values_list("sequence", "hash")
    signed = set(Signature.objects.values_list("sequence", "hash"))
    assert set(forks) <= signed


def test_batches_above_a_gap_wait_for_it(till, collector):
    collector.take(*singles(till, 15, 20))
    assert collector.ack == till.entries[9].watermark
    collector.take(*singles(till, 11, 14))
    assert is_whole(collector, till, 20)


def test_what_comes_twice_is_kept_once(till, collector):
    collector.take(*singles(till, 11, 20), *singles(till, 15, 20))
    collector.take(*singles(till, 11, 20))
    assert Entry.objects.count() == 20
    assert is_whole(collector, till, 20)


def goes_the_long_way(*batches):
    """Tell what is noted of a turn that PostgreSQL alone has a shorter way for."""
    return [] if connection.vendor == "postgresql" else list(batches)


def test_the_next_entries_of_devices_go_straight_on(till, collector, long_ways):
    collector.take(*singles(till, 11, 60))
    assert long_ways == goes_the_long_way(50)
    assert is_whole(collector, till, 60)


def test_the_straight_way_is_one_statement(till, collector, monkeypatch):
    asked = []
    if connection.vendor == "postgresql":
        real = straight._cursor

        class Counting:
            def execute(self, *words, **more):
                asked.append(1)
                return real().execute(*words, **more)

        monkeypatch.setattr(straight, "_cursor", Counting)
    collector.ingest._afterwards = lambda: None
    with CaptureQueriesContext(connection) as captured:
        collector.take(*singles(till, 11, 60))
    others = [each["sql"] for each in captured if "SAVEPOINT" not in each["sql"]]
    assert (len(asked), len(others)) == ((1, 0) if connection.vendor == "postgresql" else (0, 5))


@pytest.mark.parametrize("first", [9, 12])
def test_what_begins_elsewhere_than_at_the_watermark_goes_the_long_way(
    till, collector, long_ways, first
):
    collector.take(*singles(till, first, 13))
    assert long_ways == [14 - first]
    collector.take(*singles(till, 11, 13))
    assert is_whole(collector, till, 13)


def test_what_waits_above_is_reached(till, collector, long_ways):
    collector.take(till.batch(14, 16))
    collector.take(*singles(till, 11, 13))
    assert long_ways == [1, 3]
    assert is_whole(collector, till, 16)


def test_many_entries_are_copied(till, collector, long_ways, monkeypatch):
    monkeypatch.setattr(straight, "ENTRIES", 19)
    collector.take(*singles(till, 11, 29))
    collector.take(*singles(till, 30, 49))
    assert long_ways == [*goes_the_long_way(19), 20]
    assert is_whole(collector, till, 49)


def test_of_several_devices_only_the_unusual_one_goes_the_long_way(till, collector, long_ways):
    other = Till("register-3")
    other.enrol()
    other.open()
    messages = [Message(topic(till.device, Leaf.JOURNAL), each) for each in singles(till, 11, 14)]
    messages.insert(1, Message(topic(other.device, Leaf.JOURNAL), other.batch()))
    collector.ingest.turn(messages)
    assert long_ways == ([1] if connection.vendor == "postgresql" else [5])
    assert collector.broker.acks("register-3") == [other.head]
    assert collector.ack == till.entries[13].watermark
    assert len(collector.broker.finished) == 6


def test_a_device_revoked_meanwhile_is_refused(till, collector):
    collector.take(till.batch(11, 11))
    Device.objects.update(revoked=datetime.now(UTC))
    collector.take(till.batch(12, 12))
    assert collector.ack == till.entries[10].watermark
    assert Entry.objects.count() == 11
    assert Alarm.objects.get().kind == "revoked"


def test_a_device_whose_key_was_changed_meanwhile_is_judged_by_the_new_one(till, collector):
    collector.take(till.batch(11, 11))
    old, till.key = till.key, generate()
    Device.objects.update(public_key=public_pem(till.key))
    collector.take(till.batch(12, 12, signer=old))
    assert Alarm.objects.get().kind == "forged"
    collector.take(till.batch(12, 12))
    assert collector.ack == till.entries[11].watermark


def test_a_device_that_is_taken_back_is_heard_again(till, collector):
    Device.objects.update(revoked=datetime.now(UTC))
    collector.take(till.batch(11, 11))
    Device.objects.update(revoked=None)
    collector.take(till.batch(11, 11))
    assert collector.ack == till.entries[10].watermark
