"""The broker's folder, proven by a running mosquitto."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from dataclasses import replace
from queue import Empty, Queue

import paho.mqtt.client as mqtt
import pytest
from cryptography import x509
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from appliance.journal.topics import SESSION_S, Shards
from collector.enrolment import shutting_out
from collector.enrolment.authority import Authority
from collector.enrolment.broker import BrokerPlace, write_broker, write_revoked
from collector.enrolment.certificates import subject
from collector.enrolment.shutting_out import shut_out

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin")
pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")
PATIENCE_S = 300


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_until(true, what):
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, f"waited {PATIENCE_S} s for {what}"
        time.sleep(0.02)


class Broker:
    def __init__(self, folder):
        self.folder = folder
        self.authority = Authority.create(folder / "authority")
        self.place = BrokerPlace(folder / "broker", port=free_port())
        configuration = write_broker(self.authority, self.place)
        self.log = folder / "mosquitto.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([MOSQUITTO, "-c", configuration], stderr=log)
        try:
            wait_until(lambda: "running" in self.log.read_text(), "the broker to start")
        except AssertionError:
            self.stop()
            raise

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE_S)


class Client:
    """One connection; what it may do is decided by its certificate."""

    def __init__(self, broker, authority, identity, folder):
        folder.mkdir(parents=True, exist_ok=True)
        identity.write(folder / "device.pem", folder / "device.key")
        (folder / "ca.pem").write_bytes(authority.certificate)
        self.connected, self.gone, self.messages = Queue(), Queue(), Queue()
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=folder.name, protocol=mqtt.MQTTv5
        )
        self.client.tls_set(
            str(folder / "ca.pem"), str(folder / "device.pem"), str(folder / "device.key")
        )
        self.client.on_connect = lambda *a: self.connected.put(a[3])
        self.client.on_disconnect = lambda *a: self.gone.put(a[3])
        self.client.on_message = lambda *a: self.messages.put((a[2].topic, a[2].payload))
        self.acked, self.granted = Queue(), Queue()
        self.client.on_publish = lambda *a: self.acked.put(a[3])
        self.client.on_subscribe = lambda *a: self.granted.put(a[3])
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = SESSION_S
        self.client.connect(
            "127.0.0.1", broker.place.port, clean_start=False, properties=properties
        )
        self.client.loop_start()

    def publish(self, topic, payload=b"x"):
        self.client.publish(topic, payload, qos=1)
        return self.acked.get(timeout=PATIENCE_S)

    def subscribe(self, topic):
        self.client.subscribe(topic, qos=1)
        return self.granted.get(timeout=PATIENCE_S)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def broker(tmp_path):
    broker = Broker(tmp_path)
    yield broker
    broker.stop()


@pytest.fixture
def connect(broker, tmp_path):
    clients = []

    def connect(name, identity=None, authority=None):
        authority = authority or broker.authority
        if identity is None:
            identity = authority.collector if name == "collector" else authority.issue_device(name)
        client = Client(broker, broker.authority, identity, tmp_path / "clients" / name)
        clients.append(client)
        return client

    yield connect
    for client in clients:
        client.close()


def accepted(client):
    return not client.connected.get(timeout=PATIENCE_S).is_failure


def test_devices_and_the_collector_reach_each_other(connect):
    collector, register = connect("collector"), connect("register-1")
    assert accepted(collector)
    assert accepted(register)
    collector.subscribe("balie/1/+/+/journal")
    register.subscribe("balie/1/ab/register-1/ack")
    assert not register.publish("balie/1/ab/register-1/journal", b"batch").is_failure
    assert collector.messages.get(timeout=PATIENCE_S) == ("balie/1/ab/register-1/journal", b"batch")
    assert not collector.publish("balie/1/ab/register-1/ack", b"7").is_failure
    assert register.messages.get(timeout=PATIENCE_S) == ("balie/1/ab/register-1/ack", b"7")


@pytest.mark.parametrize(
    "topic",
    [
        "balie/1/ab/register-2/journal",
        "balie/1/ab/register-2/status",
        "balie/1/ab/register-1/ack",
        "balie/1/ab/register-1/directory",
        "balie/1/ab/register-2/directory",
        "balie/1/register-1/journal",
        "anything",
    ],
)
def test_a_device_writes_its_own_topics_only(connect, topic):
    collector, register = connect("collector"), connect("register-1")
    assert accepted(collector)
    assert accepted(register)
    collector.subscribe("balie/1/#")
    assert register.publish(topic).is_failure
    assert not register.publish("balie/1/ab/register-1/status", b"last").is_failure
    assert collector.messages.get(timeout=PATIENCE_S) == ("balie/1/ab/register-1/status", b"last")


def test_a_device_hears_nothing_of_another(connect):
    collector, nosy = connect("collector"), connect("register-1")
    assert accepted(collector)
    assert accepted(nosy)
    for topic in ("balie/1/#", "#", "balie/1/+/+/directory", "balie/1/ab/register-2/ack"):
        nosy.subscribe(topic)
    collector.publish("balie/1/ab/register-2/ack", b"not yours")
    collector.publish("balie/1/ab/register-2/directory", b"not yours")
    collector.publish("balie/1/ab/register-1/ack", b"yours")
    assert nosy.messages.get(timeout=PATIENCE_S) == ("balie/1/ab/register-1/ack", b"yours")


def test_a_strangers_certificate_is_refused(broker, connect, tmp_path):
    stranger = Authority.create(tmp_path / "stranger")
    client = connect("register-1", authority=stranger)
    assert client.gone.get(timeout=PATIENCE_S)
    with pytest.raises(Empty):
        client.connected.get_nowait()


def hello_without_certificate(broker):
    context = ssl.create_default_context(cadata=broker.authority.certificate.decode())
    address = ("127.0.0.1", broker.place.port)
    try:
        with (
            socket.create_connection(address, timeout=PATIENCE_S) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as tls,
        ):
            tls.sendall(b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00")
            return tls.recv(4)
    except (ssl.SSLError, ConnectionError):
        return b""


def test_nobody_connects_without_a_certificate(broker):
    assert hello_without_certificate(broker) == b""


def test_a_server_certificate_cannot_speak_as_a_client(broker, connect):
    client = connect("posing", identity=broker.authority.issue_server(["register-1"]))
    assert client.gone.get(timeout=PATIENCE_S)
    with pytest.raises(Empty):
        client.connected.get_nowait()


def test_a_borrowed_client_id_takes_nobodys_session(connect, broker):
    collector = connect("collector")
    assert accepted(collector)
    identity = broker.authority.issue_device("register-1")
    folder = broker.folder / "elsewhere" / "collector"
    thief = Client(broker, broker.authority, identity, folder)
    assert accepted(thief)
    collector.subscribe("balie/1/#")
    thief.publish("balie/1/ab/register-1/status", b"here")
    assert collector.messages.get(timeout=PATIENCE_S) == ("balie/1/ab/register-1/status", b"here")
    thief.close()
    assert collector.gone.empty()


def test_a_revoked_device_is_shut_out_when_the_broker_reads_its_list_again(broker, connect):
    identity = broker.authority.issue_device("register-1")
    before = connect("register-1", identity)
    assert accepted(before)
    before.close()
    broker.authority.revoke("register-1")
    write_revoked(broker.authority, broker.place.folder)
    os.kill(broker.process.pid, signal.SIGHUP)
    wait_until(lambda: "Reloading config" in broker.log.read_text(), "the list to be read")
    assert accepted(connect("register-2"))
    after = connect("register-1", identity)
    assert after.gone.get(timeout=PATIENCE_S)
    with pytest.raises(Empty):
        after.connected.get_nowait()


def test_nothing_is_dropped_while_the_collector_is_away(broker, connect):
    collector, register = connect("collector"), connect("register-1")
    assert accepted(collector)
    assert accepted(register)
    collector.subscribe("balie/1/+/+/journal")
    collector.close()
    count = 1500  # more than the 1,000 that mosquitto keeps when left alone
    for number in range(count):
        register.client.publish("balie/1/ab/register-1/journal", str(number), qos=1)
    for _ in range(count):
        assert not register.acked.get(timeout=PATIENCE_S).is_failure
    collector = connect("collector")
    got = [collector.messages.get(timeout=PATIENCE_S)[1] for _ in range(count)]
    assert got == [str(number).encode() for number in range(count)]


def test_writing_the_folder_again_keeps_the_sessions(broker):
    kept = broker.place.folder / "data" / "mosquitto.db"
    kept.write_bytes(b"sessions")
    write_broker(broker.authority, broker.place)
    assert kept.read_bytes() == b"sessions"
    assert oct((broker.place.folder / "server.key").stat().st_mode)[-3:] == "600"


def test_a_collector_of_some_shards_has_a_name_of_its_own(broker):
    place = replace(broker.place, shares=(Shards.read("00-7f"), Shards.read("80-ff")))
    write_broker(broker.authority, place)
    rules = (broker.folder / "broker" / "acl").read_text()
    for name in ("collector", "collector-00-7f", "collector-80-ff"):
        assert f"user {name}\ntopic readwrite balie/1/#\n" in rules
    certificate = broker.authority.folder / "collector-00-7f.pem"
    first = certificate.read_bytes()
    assert x509.load_pem_x509_certificate(first).subject == subject("collector-00-7f")
    assert certificate.with_suffix(".key").stat().st_mode & 0o777 == 0o600
    write_broker(broker.authority, place)
    assert certificate.read_bytes() == first, "it keeps its certificate"


def test_a_revoked_device_is_muted_on_the_connection_that_stands(broker, connect):
    collector, register, other = connect("collector"), connect("register-1"), connect("register-2")
    assert all(accepted(each) for each in (collector, register, other))
    collector.subscribe("balie/1/#")
    register.subscribe("balie/1/ab/register-1/ack")
    broker.authority.revoke("register-1")
    folder = broker.place.folder
    assert shut_out(broker.authority, folder, ["register-1"]), "the broker was told"
    wait_until(lambda: "Reloading config" in broker.log.read_text(), "the lists to be read")
    assert register.publish("balie/1/ab/register-1/journal", b"late").is_failure
    collector.publish("balie/1/ab/register-1/ack", b"not for you")
    assert not other.publish("balie/1/ab/register-2/journal", b"fine").is_failure
    topic, payload = collector.messages.get(timeout=PATIENCE_S)
    if payload == b"not for you":  # the collector hears its own word too
        topic, payload = collector.messages.get(timeout=PATIENCE_S)
    assert (topic, payload) == ("balie/1/ab/register-2/journal", b"fine")
    assert register.messages.empty()
    shut_out(broker.authority, folder, [])
    assert "register-1" not in (folder / "acl").read_text()
    assert (folder / "acl").read_text().count("topic readwrite balie/1/#") == 1


def test_a_broker_that_is_away_is_told_at_its_next_start(broker):
    broker.stop()
    assert not shut_out(broker.authority, broker.place.folder, ["register-1"])
    assert "user register-1\ntopic deny #" in (broker.place.folder / "acl").read_text()


def test_a_broker_is_told_twice_because_it_may_still_be_reading(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(shutting_out, "AGAIN_S", 0.01)
    monkeypatch.setattr(shutting_out, "_signal", lambda folder: told.append(folder) or True)
    folder = tmp_path / "broker"
    folder.mkdir()
    assert shut_out(Authority.create(tmp_path / "authority"), folder, [])
    wait_until(lambda: len(told) > 1, "the second word")
    assert told == [folder, folder]
