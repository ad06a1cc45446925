"""What the broker may hand over is bounded in bytes too, over a real mosquitto."""

from __future__ import annotations

import asyncio
import os
import random
import string
import threading
from datetime import UTC, datetime

import pytest

from appliance.journal.batch import LARGEST_PACKET, pack
from appliance.journal.entry import MAX_ENTRY_BYTES, ZERO_HASH, Watermark, make
from appliance.journal.signing import generate
from appliance.journal.topics import Shards
from collector.enrolment.broker import MESSAGE_LIMIT
from collector.ingest import session
from collector.ingest.mqtt import MqttReceiving
from tests.collector.mosquitto import CEILING_S, JOURNAL, MOSQUITTO, Device, Ear, Mosquitto, until

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")

SIZE = 100_000
COUNT = 60


class Holding(Ear):
    """An ear that has had enough after the first message."""

    def __init__(self):
        super().__init__()
        self.has_come = threading.Event()

    def __call__(self, message):
        super().__call__(message)
        if not self.has_come.is_set():
            self.receiving.hold()
            self.has_come.set()
        return True


class Hasty:
    """Waits for an answer as a session does, but its time is up at once while messages are held."""

    def __init__(self):
        self.first_of_all = session.first
        self.until = threading.Event()
        self.is_over = False
        self.in_vain = 0

    async def first(self, *futures, timeout_s=None):
        if timeout_s is None:
            return await self.first_of_all(*futures)
        while not (self.until.is_set() or any(each.done() for each in futures)):
            await asyncio.wait(futures, timeout=0.01)
        if self.is_over:
            return await self.first_of_all(*futures, timeout_s=timeout_s)
        self.in_vain += 1
        return await self.first_of_all(*futures, timeout_s=0.01)


def say_much(device):
    for number in range(COUNT):
        device.say(b"%4d" % number + os.urandom(SIZE))


def numbers(messages):
    return [int(each.payload[:4]) for each in messages]


def test_while_it_is_held_nothing_is_handed_over_and_afterwards_all_of_it(connect, broker, device):
    ear = Holding()
    connect(broker.place, ear=ear)
    say_much(device)
    assert ear.has_come.wait(CEILING_S)
    assert ear.came.qsize() < COUNT // 2, "only what was on its way"
    ear.receiving.go_on()
    assert numbers(ear.hear(COUNT)) == list(range(COUNT))


def test_held_before_it_may_listen_it_is_patient(connect, broker, device, monkeypatch, caplog):
    """The broker's answer comes behind what it kept: it is not taken for silence."""
    connect(broker.place)[0].close()  # from here on the broker keeps what comes
    say_much(device)
    ear, waited = Holding(), Hasty()
    monkeypatch.setattr(session, "first", waited.first)
    waited.until = ear.has_come
    receiving = MqttReceiving(broker.place, Shards())
    ear.receiving = receiving
    receiving.start(ear)
    try:
        assert ear.has_come.wait(CEILING_S)
        device.say(b"the broker has time")
        device.say(b"and we have patience")
        until(lambda: waited.in_vain > 3, "the answer that does not come")
        assert ear.came.qsize() < COUNT // 2
        waited.is_over = True
        receiving.go_on()
        assert numbers(ear.hear(COUNT)) == list(range(COUNT))
        assert [each.payload[:3] for each in ear.hear(2)] == [b"the", b"and"]
    finally:
        receiving.close()
    assert "No broker answers" not in caplog.text


def test_what_is_larger_than_any_batch_is_not_handed_over(connect, broker, device):
    _, ear = connect(broker.place)
    device.say(os.urandom(LARGEST_PACKET + 1))
    device.say(b"what comes next")
    assert ear.hear()[0].payload == b"what comes next"


def test_the_broker_as_it_is_set_up_takes_the_largest_entry_and_nothing_much_larger(
    tmp_path, connect
):
    """The limit of ``balie-collector broker-config``: the longest entry of signs at random fits."""
    chance = random.Random(7)
    signs = string.ascii_letters + string.digits + " !#$%&'()*+,-./:;<=>?@[]^_`{|}~"
    told = "".join(chance.choices(signs, k=MAX_ENTRY_BYTES - 500))
    start = Watermark(1, 0, ZERO_HASH)
    when = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    entry = make(start, device="register-2", type="balie.test.v1", time=when, data={"said": told})
    payload = pack([entry], stream="journal", device="register-2", signer=generate())
    broker = Mosquitto(tmp_path, f"max_packet_size {MESSAGE_LIMIT}").start()
    device = Device(broker)
    try:
        _, ear = connect(broker.place)
        device.say(payload)
        assert ear.hear()[0].payload == payload
        thrown_out = threading.Event()
        device.client.on_disconnect = lambda *_: thrown_out.set()
        device.client.publish(JOURNAL, os.urandom(MESSAGE_LIMIT + 1), 1)
        assert thrown_out.wait(CEILING_S)
        assert ear.came.empty()
    finally:
        device.client.on_disconnect = None
        device.close()
        broker.stop()
