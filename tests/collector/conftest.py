from __future__ import annotations

import logging

import pytest

from appliance.journal.topics import Shards
from collector.ingest.mqtt import MqttReceiving
from tests.collector.mosquitto import Device, Ear, Mosquitto, until
from tests.collector.till import Collector, Till


@pytest.fixture
def collector(db) -> Collector:
    return Collector()


@pytest.fixture
def till(db) -> Till:
    till = Till()
    till.enrol()
    return till


@pytest.fixture
def broker(tmp_path):
    broker = Mosquitto(tmp_path).start()
    yield broker
    broker.stop()


@pytest.fixture
def connect(caplog):
    """Make connections that are closed at the end."""
    caplog.set_level(logging.INFO, "collector.ingest")
    opened = []

    def connect(place, shards=None, *, ear=None):
        receiving, ear = MqttReceiving(place, shards or Shards()), ear or Ear()
        opened.append(receiving)
        ear.receiving = receiving
        before = caplog.text.count("Connected to the broker")
        receiving.start(ear)
        until(
            lambda: (
                caplog.text.count("Connected to the broker") > before
                or "does not let the collector listen" in caplog.text
            ),
            "the connection",
        )
        return receiving, ear

    yield connect
    for receiving in opened:
        receiving.close()
        receiving.close()


@pytest.fixture
def device(broker):
    device = Device(broker)
    yield device
    device.close()
