"""What waits for ingest is bounded in bytes, as it came and unpacked: whoever sends it, and how."""

from __future__ import annotations

import zlib

import pytest

from appliance.journal.batch import LIMITS, header
from appliance.journal.topics import Leaf, topic
from collector.ingest import waiting
from collector.ingest.checking import Checked
from collector.ingest.devices import find_devices
from collector.ingest.models import Alarm, Entry
from collector.ingest.receiving import Message
from collector.ingest.waiting import HEAVY_BYTES, WAITING_BYTES, Checks, Waiting
from tests.collector.till import Till

BIG = bytes(1 << 20)


def message(payload: bytes) -> Message:
    return Message(topic("register-2", Leaf.JOURNAL), payload, 1)


def test_more_bytes_than_may_wait_find_no_room_until_some_were_taken():
    line = Waiting()
    taken = 0
    while line.put(message(BIG)):
        taken += len(BIG)
    assert taken == WAITING_BYTES
    assert line.is_heavy
    while line.is_heavy:
        assert line.take(0)
    assert line.put(message(BIG))
    while line.take(0):
        pass
    assert line.bytes == 0


def test_the_broker_is_held_while_too_much_waits_and_goes_on_afterwards(collector):
    ingest, broker = collector.ingest, collector.broker
    for _ in range(HEAVY_BYTES // len(BIG)):
        assert not broker.is_held
        assert ingest.deliver(message(BIG))
    assert broker.is_held
    stop = Turns(ingest)
    ingest.run(stop)
    assert not broker.is_held
    assert ingest._waiting.bytes == 0


class Turns:
    """Tells ingest to stop once nothing waits."""

    def __init__(self, ingest):
        self._ingest = ingest

    def is_set(self):
        return self._ingest._waiting.is_empty

    def wait(self, _seconds):
        """Nothing to wait for."""


def blown_up(till: Till, size: int) -> bytes:
    """A batch that is small as it travels, and large unpacked: an attachment of spaces."""
    entries = till.entries[-1:]
    top = header(entries, stream="journal", device=till.device, signer=till.key, attachments=1)
    lines = [top, *(entry.raw for entry in entries), b" " * size]
    return zlib.compress(b"\n".join(lines), 9)


SIZE = LIMITS.text_bytes - 100_000


def test_small_batches_that_are_large_inside_are_not_unpacked_all_together(till):
    till.open()
    payload = blown_up(till, SIZE)
    assert len(payload) < SIZE // 500
    named = [(till.device, message(payload)) for _ in range(30)]
    known = find_devices([till.device])
    checks = Checks()
    checks.begin(named[:10], known)
    first = checks.check(named, known)
    checks.close()
    most = waiting.TEXT_BYTES + LIMITS.text_bytes
    assert 0 < sum(each.text_bytes for each in first if isinstance(each, Checked)) <= most
    assert len(first) < len(named)


def test_all_of_them_are_dealt_with_in_the_end(collector, till, monkeypatch):
    monkeypatch.setattr(waiting, "TEXT_BYTES", 3000)
    till.open()
    for _ in range(30):
        till.sell(1)
    payloads = [till.batch(first, first) for first in range(1, 32)]
    collector.take(*payloads, blown_up(till, 10_000))
    assert len(collector.broker.finished) == 32
    assert collector.ack == till.head
    assert Entry.objects.count() == 31
    assert Alarm.objects.get().kind == "attachment"


@pytest.mark.parametrize("begun", [0, 1, 5])
def test_what_was_begun_with_goes_on_where_it_left_off(till, monkeypatch, begun):
    monkeypatch.setattr(waiting, "TEXT_BYTES", 2000)
    till.open()
    for _ in range(9):
        till.sell(1)
    named = [(till.device, message(till.batch(first, first))) for first in range(1, 11)]
    known = find_devices([till.device])
    checks = Checks()
    checks.begin(named[:begun], known)
    found = []
    while named:
        some = checks.check(named, known)
        assert some
        found += some
        named = named[len(some) :]
    checks.close()
    assert [each.batch.first for each in found] == list(range(1, 11))
