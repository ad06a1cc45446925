"""The ingest process over a real mosquitto on loopback, with a device that speaks real MQTT."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

import collector
from appliance.journal.batch import unpack, verify
from appliance.journal.entry import Watermark
from appliance.journal.signing import generate, public_pem, save
from appliance.journal.topics import Leaf, topic
from collector.enrolment.authority import Authority
from collector.enrolment.broker import BrokerPlace, write_broker
from tests.collector.till import Till

ROOT = Path(collector.__file__).parents[1]
MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CEILING_S = 90
pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")


def until(condition, awaited):
    """Wait for something that must happen, however slow the machine."""
    end = time.monotonic() + CEILING_S
    while not (result := condition()):
        assert time.monotonic() < end, f"waited in vain for {awaited}"
        time.sleep(0.05)
    return result


class House:
    """A collector in a folder, and a broker, each started and stopped at will."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs: dict[str, subprocess.Popen] = {}
        self.key = generate()
        save(self.key, folder / "collector.key")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        (folder / "mosquitto.conf").write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
        )
        self.environment = {
            **os.environ,
            "BALIE_STATE": str(folder / "state"),
            "BALIE_BROKER": f"mqtt://127.0.0.1:{self.port}",
            "BALIE_DIRECTORY_KEY_FILE": str(folder / "collector.key"),
        }
        self.environment.pop("DATABASE_URL", None)
        self.commands = {
            "broker": [MOSQUITTO, "-c", str(folder / "mosquitto.conf")],
            "ingest": [sys.executable, "-m", "collector", "ingest"],
        }
        self.run("migrate")

    def run(self, *words: object) -> str:
        command = [sys.executable, "-m", "collector", *map(str, words)]
        return subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout

    def start(self, name: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.programs[name] = subprocess.Popen(
            self.commands[name], env=self.environment, cwd=ROOT, stdout=log, stderr=log
        )

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> int:
        program = self.programs.pop(name)
        program.send_signal(how)
        return program.wait(CEILING_S)

    def logged(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def ask(self, statement: str) -> list[tuple]:
        with closing(sqlite3.connect(self.folder / "state" / "collector.db")) as database:
            return database.execute(statement).fetchall()

    def enrol(self, till: Till) -> None:
        with closing(sqlite3.connect(self.folder / "state" / "collector.db")) as database, database:
            database.execute(
                "insert into ingest_device (id, name, register, public_key, created, link, reported)"
                " values (?, ?, '2', ?, '2026-11-22 09:00:00', 'offline', '{}')",
                (till.device, till.device, public_pem(till.key)),
            )


class Line:
    """A device's connection."""

    def __init__(self, house: House, till: Till) -> None:
        self.till = till
        self.heard: queue.Queue[paho.MQTTMessage] = queue.Queue()
        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id=till.device)
        self.client.on_message = lambda _client, _data, message: self.heard.put(message)
        self.client.connect("127.0.0.1", house.port)
        self.client.subscribe(
            [(topic(till.device, leaf), 1) for leaf in (Leaf.ACK, Leaf.DIRECTORY)]
        )
        self.client.loop_start()

    def say(self, leaf: Leaf, payload: bytes) -> None:
        retained = leaf in {Leaf.STATUS, Leaf.WANT}
        sent = self.client.publish(topic(self.till.device, leaf), payload, 1, retained)
        sent.wait_for_publish(CEILING_S)

    def hear(self, leaf: Leaf) -> bytes:
        while True:
            message = self.heard.get(timeout=CEILING_S)
            if message.topic == topic(self.till.device, leaf):
                return message.payload

    def acknowledged(self, watermark: Watermark) -> None:
        while Watermark.from_json(self.hear(Leaf.ACK)) != watermark:
            pass

    def deliver(self) -> None:
        """Send the journal in batches of 5 until it is acknowledged, as an uplink does."""
        end = time.monotonic() + CEILING_S
        held = 0
        while held < len(self.till.entries):
            assert time.monotonic() < end, f"acknowledged to {held} only"
            for first in range(held + 1, len(self.till.entries) + 1, 5):
                self.say(Leaf.JOURNAL, self.till.batch(first, first + 4))
            held = self.last_acknowledged(held)

    def last_acknowledged(self, held: int) -> int:
        """Listen until nothing more is acknowledged for a while."""
        while held < len(self.till.entries):
            try:
                message = self.heard.get(timeout=5)
            except queue.Empty:
                break
            if message.topic == topic(self.till.device, Leaf.ACK):
                held = max(held, Watermark.from_json(message.payload).sequence)
        return held

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    yield house
    for name in list(house.programs):
        house.stop(name, signal.SIGKILL)


@pytest.fixture
def till(house):
    till = Till()
    house.enrol(till)
    return till


def test_up_and_down(house, till, tmp_path):
    house.start("broker")
    house.start("ingest")
    until(lambda: "Connected to the broker" in house.logged("ingest"), "the connection")
    line = Line(house, till)
    line.say(Leaf.STATUS, b'{"link":"online"}')
    line.acknowledged(Watermark(0, 0, "0" * 64))
    till.open()
    till.sell(1)
    line.say(Leaf.JOURNAL, till.batch())
    line.acknowledged(till.head)
    assert house.ask("select count(*) from ingest_entry") == [(2,)]
    until(lambda: house.ask("select count(*) from register_sale") == [(1,)], "the projection")

    articles = tmp_path / "articles.csv"
    articles.write_text("code,name,price,tax_class\nTEA,Tea,2.50,reduced\n")
    house.run("import", "articles", articles)
    batch = unpack(line.hear(Leaf.DIRECTORY))
    verify(batch, house.key.public_key())
    assert batch.entries[0].data["articles"][0]["price_minor"] == 250
    line.say(Leaf.WANT, batch.watermark.to_json())
    until(lambda: house.ask("select sequence from directory_cursor") == [(1,)], "the want")

    line.close()
    latecomer = Line(house, till)
    latecomer.acknowledged(till.head)
    latecomer.close()
    assert house.stop("ingest") == 0
    assert "2 entries were stored" in house.logged("ingest")


def test_killed_in_the_middle_nothing_acknowledged_is_missing(house, till):
    house.start("broker")
    till.open()
    for _ in range(199):
        till.sell(1)
    line = Line(house, till)
    house.start("ingest")
    until(lambda: "Connected to the broker" in house.logged("ingest"), "the connection")
    for first in range(1, 201, 5):
        line.say(Leaf.JOURNAL, till.batch(first, first + 4))
        if first % 50 == 1:
            house.stop("ingest", signal.SIGKILL)
            house.start("ingest")
    line.deliver()
    assert house.ask("select count(*) from ingest_entry") == [(200,)]
    until(lambda: house.ask("select count(*) from register_sale") == [(199,)], "the projection")
    assert house.ask("select count(*) from ingest_fork") == [(0,)]
    line.close()


def test_a_renewed_certificate_is_taken_up_without_a_restart(house):
    ours, other = house.folder / "ours", house.folder / "other"
    authority = Authority.create(ours)
    stranger = Authority.create(other).collector
    place = BrokerPlace(house.folder / "broker", port=house.port)
    house.commands["broker"] = [MOSQUITTO, "-c", str(write_broker(authority, place))]
    house.environment |= {
        "BALIE_BROKER": f"mqtts://127.0.0.1:{house.port}",
        "BALIE_BROKER_CA": str(ours / "ca.pem"),
        "BALIE_BROKER_CERTIFICATE": str(other / "collector.pem"),
        "BALIE_BROKER_KEY": str(other / "collector.key"),
    }
    assert stranger.certificate != authority.collector.certificate
    house.start("broker")
    house.start("ingest")
    until(lambda: "Connecting again" in house.logged("ingest"), "a refusal")
    assert "Connected to the broker" not in house.logged("ingest")
    authority.collector.write(other / "collector.pem", other / "collector.key")
    until(lambda: "Connected to the broker" in house.logged("ingest"), "the connection")


def test_a_broker_that_is_not_there_yet(house, till):
    house.start("ingest")
    until(lambda: "No broker answers" in house.logged("ingest"), "a word about the broker")
    house.start("broker")
    until(lambda: "Connected to the broker" in house.logged("ingest"), "the connection")
    house.stop("broker")
    until(lambda: "The broker is gone" in house.logged("ingest"), "a word about the broker")
    house.start("broker")
    line = None
    until(lambda: house.logged("ingest").count("Connected to the broker") == 2, "the connection")
    till.open()
    line = Line(house, till)
    line.say(Leaf.JOURNAL, till.batch())
    line.acknowledged(till.head)
    line.close()
