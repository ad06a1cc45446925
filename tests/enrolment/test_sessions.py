"""No session ever ends: mosquitto 2.0 dies of those that would, once it was told to read its files.

An absent session stands in its list of those that end. Told to read again (SIGHUP), it enters it
there a second time and, when its owner is back, removes one of the two; the other points to memory
that was given back. What stands there is then up to chance, which these tests leave out: the C
library fills what is given back, so that the broker dies at once, whenever it would sometimes.
"""

from __future__ import annotations

import subprocess
import time

import pytest

from appliance.journal.topics import SESSION_S, Shards
from appliance.uplink.broker import Address
from appliance.uplink.broker import Broker as Uplink
from appliance.uplink.tls import Certificates
from collector.enrolment.authority import Authority
from collector.enrolment.broker import CONFIGURATION, BrokerPlace, end_no_session, write_broker
from collector.enrolment.shutting_out import shut_out
from collector.ingest.broker import Broker as Place
from collector.ingest.broker import Tls
from collector.ingest.mqtt import MqttReceiving
from collector.simulate import connection
from tests.enrolment.test_broker import MOSQUITTO, Broker, Client, wait_until

needs_broker = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")

OLD = "persistent_client_expiration 60d\n"
TELLING = "glibc.malloc.tcache_count=0:glibc.malloc.perturb=255"
DEVICE = "register-1"
TOLD_AGAIN_S = 1


@pytest.fixture
def broker(tmp_path, monkeypatch):
    monkeypatch.setenv("GLIBC_TUNABLES", TELLING)
    broker = Broker(tmp_path)
    yield broker
    broker.stop()


class Device:
    """Comes and goes as a device's uplink does, which drops its connection without a word."""

    def __init__(self, broker, folder):
        identity = broker.authority.issue_device(DEVICE)
        certificate, key = folder / "device.pem", folder / "device.key"
        identity.write(certificate, key)
        files = Certificates(broker.authority.folder / "ca.pem", certificate, key)
        will = (f"balie/1/ab/{DEVICE}/status", b"gone")
        topics = (f"balie/1/ab/{DEVICE}/ack",)
        port = broker.place.port
        self.uplink = Uplink(Address("127.0.0.1", port, DEVICE, topics, will, files))
        self.broker = broker

    def come(self):
        self.uplink.connect()
        wait_until(self._is_there, "the device to be there")

    def go(self):
        self.uplink.drop()

    def _is_there(self):
        self.uplink.work(readable=True, writable=True)
        return lives(self.broker) and self.uplink.is_ready


class Ingest:
    """Comes and goes as the collector's ingest does, which says goodbye."""

    def __init__(self, broker, _folder):
        keys = broker.authority.folder
        tls = Tls(keys / "ca.pem", keys / "collector.pem", keys / "collector.key")
        self.place = Place("127.0.0.1", broker.place.port, tls)
        self.broker = broker

    def come(self):
        before = self._comings()
        self.receiving = MqttReceiving(self.place, Shards.read("00-ff"))
        self.receiving.start(lambda _message: True)
        wait_until(lambda: lives(self.broker) and self._comings() > before, "ingest to be there")

    def go(self):
        self.receiving.close()

    def _comings(self):
        return self.broker.log.read_text().count(" as collector (")


@pytest.fixture(params=[Device, Ingest])
def guest(request, broker, tmp_path):
    return request.param(broker, tmp_path)


def lives(broker):
    assert broker.process.poll() is None, f"the broker died: {broker.process.returncode}"
    return True


def told(broker):
    return broker.log.read_text().count("Reloading config")


def tell(broker):
    """Have the broker read its files again, as shutting somebody out does.

    A signal that comes while it still reads because of the one before is lost: it is told again.
    """
    before, again = told(broker), 0.0

    def is_read():
        nonlocal again
        if time.monotonic() > again:
            assert shut_out(broker.authority, broker.place.folder, ["register-9"])
            again = time.monotonic() + TOLD_AGAIN_S
        return lives(broker) and told(broker) > before

    wait_until(is_read, "the files to be read")


def look_through(broker):
    """Wait until the broker has gone through its list: it does so when its clock's second turns."""
    # Newcomers are given the memory of whoever left: what points there still finds something else.
    folder = broker.folder / "clients"
    names = ("register-2", "register-3", "register-4")
    authority = broker.authority
    new = [Client(broker, authority, authority.issue_device(name), folder / name) for name in names]
    began = int(time.time())
    rounds = 0
    while rounds < 2:
        rounds += int(time.time()) > began
        for name, each in zip(names, new, strict=True):
            assert lives(broker)
            assert not each.publish(f"balie/1/ab/{name}/status").is_failure
    for each in new:
        each.close()
    assert "Expiring" not in broker.log.read_text()
    assert lives(broker)


def begin_again(broker):
    broker.stop()
    with broker.log.open("wb") as log:
        configuration = broker.place.folder / CONFIGURATION
        broker.process = subprocess.Popen([MOSQUITTO, "-c", configuration], stderr=log)
    wait_until(lambda: lives(broker) and "running" in broker.log.read_text(), "its start")


def come_back(broker, guest):
    """Come back to a broker that was told while the guest was away."""
    tell(broker)
    guest.come()
    look_through(broker)
    guest.go()


@needs_broker
def test_a_broker_that_was_told_lives_on_when_who_was_away_comes_back(broker, guest):
    guest.come()
    guest.go()
    come_back(broker, guest)
    tell(broker)
    come_back(broker, guest)
    begin_again(broker)
    come_back(broker, guest)


@needs_broker
def test_a_folder_of_an_earlier_version_is_put_right_before_the_broker_is_told(broker, guest):
    configuration = broker.place.folder / CONFIGURATION
    written = configuration.read_text()
    configuration.write_text(written.replace("pid_file", f"{OLD}pid_file"))
    begin_again(broker)
    guest.come()
    guest.go()
    come_back(broker, guest)
    assert configuration.read_text() == written


def test_everybody_asks_for_a_session_that_never_ends():
    assert SESSION_S == 0xFFFF_FFFF, "what MQTT 5 says for never (3.1.2.11.2)"
    assert connection._session().SessionExpiryInterval == SESSION_S


def test_the_configuration_ends_no_session(tmp_path):
    authority = Authority.create(tmp_path / "authority")
    configuration = write_broker(authority, BrokerPlace(tmp_path / "broker"))
    assert "expiration" not in configuration.read_text()
    before = configuration.stat().st_mtime_ns
    end_no_session(tmp_path / "broker")
    assert configuration.stat().st_mtime_ns == before, "what is right is left alone"
    end_no_session(tmp_path / "elsewhere")
