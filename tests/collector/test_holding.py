"""What the broker may hand over is bounded in bytes too, over a real mosquitto."""

from __future__ import annotations

import os
import threading

import pytest

from appliance.journal.topics import Shards
from collector.ingest import session
from collector.ingest.mqtt import MqttReceiving
from collector.ingest.receiving import LARGEST_PACKET
from tests.collector.mosquitto import CEILING_S, MOSQUITTO, Ear

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
    monkeypatch.setattr(session, "ANSWER_S", 0.1)
    ear = Holding()
    receiving = MqttReceiving(broker.place, Shards())
    ear.receiving = receiving
    receiving.start(ear)
    try:
        assert ear.has_come.wait(CEILING_S)
        device.say(b"the broker has time")
        device.say(b"and we have patience")
        assert ear.came.qsize() < COUNT // 2
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
