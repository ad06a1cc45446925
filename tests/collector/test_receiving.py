"""What ingest may rely on, over a real mosquitto: the contract of ``Receiving``."""

from __future__ import annotations

import logging
import os
import socket
import threading

import pytest

from appliance.journal.topics import Leaf, Shards, topic
from collector.enrolment.authority import Authority
from collector.enrolment.broker import BrokerPlace, write_broker
from collector.ingest.broker import Broker, BrokerSettingError, Tls
from collector.ingest.mqtt import MqttReceiving
from collector.ingest.receiving import UNACKNOWLEDGED, Message, ReceivingError, client_id
from tests.collector.mosquitto import JOURNAL, MOSQUITTO, Device, Ear, Mosquitto, until

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")


def test_a_message_comes_as_it_was_sent_and_from_one_thread(connect, broker, device):
    device.say(b"before", topic("register-2", Leaf.STATUS), retain=True)
    _, ear = connect(broker.place)
    retained = ear.hear()[0]
    assert (retained.payload, retained.retained) == (b"before", True)
    for payload in (b"", b"\0\xff" * 9, os.urandom(300_000)):
        device.say(payload)
        (message,) = ear.hear()
        assert (message.topic, message.payload) == (JOURNAL, payload)
        assert isinstance(message.payload, bytes)
        assert not message.retained
    assert len(ear.threads) == 1
    assert threading.current_thread() not in ear.threads


def test_a_message_nobody_asked_to_acknowledge_needs_no_ticket(connect, broker, device):
    receiving, ear = connect(broker.place)
    device.say(b"careless", qos=0)
    (message,) = ear.hear()
    assert message.ticket is None
    receiving.done(message)


def test_only_what_is_done_is_acknowledged(connect, broker, device):
    first, ear = connect(broker.place)
    for number in range(6):
        device.say(b"%d" % number)
    messages = ear.hear(6)
    for message in messages[:4]:
        first.done(message)
    first.close()
    again, ear = connect(broker.place)
    left = ear.hear(2)
    assert [message.payload for message in left] == [b"4", b"5"]
    for message in left:
        again.done(message)
    again.close()
    _, ear = connect(broker.place)
    device.say(b"news")
    assert ear.hear()[0].payload == b"news"


def test_the_broker_hands_over_so_much_and_no_more_until_something_is_done(connect, broker, device):
    receiving, ear = connect(broker.place)
    for number in range(UNACKNOWLEDGED + 30):
        device.say(b"%d" % number)
    messages = ear.hear(UNACKNOWLEDGED)
    assert ear.came.empty()
    for message in messages:
        receiving.done(message)
    assert [each.payload for each in ear.hear(30)] == [
        b"%d" % (UNACKNOWLEDGED + number) for number in range(30)
    ]


def test_tickets_of_an_earlier_connection_acknowledge_nothing(connect, broker, device, caplog):
    receiving, ear = connect(broker.place)
    device.say(b"one")
    (before,) = ear.hear()
    broker.stop()
    broker.start()
    until(lambda: caplog.text.count("Connected to the broker") == 2, "the connection")
    again = ear.hear()[0]
    assert again.payload == b"one"
    receiving.done(before)
    receiving.close()
    _, ear = connect(broker.place)
    assert ear.hear()[0].payload == b"one"


def test_more_is_published_at_once_than_the_broker_takes_at_once(connect, broker, device):
    receiving, _ = connect(broker.place)
    device.listen("balie/1/+/+/directory")
    wanted = {topic(f"register-{number}", Leaf.DIRECTORY): os.urandom(40) for number in range(3000)}
    names = list(wanted)

    def publish(share):
        for name in share:
            receiving.publish(name, wanted[name])

    threads = [threading.Thread(target=publish, args=(names[at::4],)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    heard = [device.hear() for _ in wanted]
    assert {message.topic: message.payload for message in heard} == wanted


def test_what_is_retained_is_there_for_a_latecomer_and_the_last_word_wins(connect, broker):
    receiving, _ = connect(broker.place)
    name = topic("register-2", Leaf.ACK)
    for number in range(500):
        receiving.publish(name, b"%d" % number, retain=True)
    receiving.close()  # sends what was handed over
    latecomer = Device(broker, "latecomer")
    latecomer.listen(name)
    message = latecomer.hear()
    assert message.retain
    while message.payload != b"499":  # the broker had not read everything yet
        message = latecomer.hear()
    latecomer.close()


def test_what_comes_while_nobody_listens_waits(connect, broker, device):
    receiving, _ = connect(broker.place)
    receiving.close()
    device.say(b"meanwhile")
    broker.stop()
    broker.start()
    _, ear = connect(broker.place)
    assert ear.hear()[0].payload == b"meanwhile"


def test_each_half_hears_its_own_devices_only(connect, broker, device):
    names = [f"register-{number}" for number in range(40)]
    halves = [Shards.read("00-7f"), Shards.read("80-ff")]
    ears = [connect(broker.place, half)[1] for half in halves]
    for name in names:
        device.say(name.encode(), topic(name, Leaf.JOURNAL))
    for half, ear in zip(halves, ears, strict=True):
        mine = {name.encode() for name in names if name in half}
        assert 0 < len(mine) < len(names)
        assert {message.payload for message in ear.hear(len(mine))} == mine
        assert ear.came.empty()
    assert client_id(halves[0]) != client_id(halves[1])


def test_publishing_without_a_broker_is_forgotten(broker, caplog):
    broker.stop()
    receiving = MqttReceiving(broker.place, Shards())
    receiving.publish("a/topic", b"before the start")
    receiving.start(Ear())
    until(lambda: "No broker answers" in caplog.text, "a word about the broker")
    receiving.publish("a/topic", b"without a broker")
    receiving.done(Message(JOURNAL, b"", 1))
    receiving.check()
    receiving.close()
    receiving.close()


def test_never_started_it_is_closed_all_the_same(broker):
    receiving = MqttReceiving(broker.place, Shards())
    receiving.check()
    receiving.close()
    receiving.close()


def test_a_refusal_to_listen_is_said_in_words(caplog):
    def refuse():
        while True:
            try:
                opened, _ = listener.accept()
            except OSError:
                return
            with opened:
                opened.recv(4096)
                opened.sendall(b"\x20\x03\x00\x00\x00")  # welcome
                packet = opened.recv(4096)[2:4]
                opened.sendall(
                    b"\x90\x06" + packet + b"\x00\x01\x87\x01"
                )  # the second is not allowed
                opened.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=refuse, daemon=True).start()
        receiving = MqttReceiving(Broker("127.0.0.1", listener.getsockname()[1]), Shards())
        receiving.start(Ear())
        until(lambda: "check its access rules" in caplog.text, "a word about it")
        receiving.close()
        listener.shutdown(socket.SHUT_RDWR)


def test_a_thread_that_died_is_found_out(broker, monkeypatch):
    receiving = MqttReceiving(broker.place, Shards())
    receiving._thread = threading.Thread(target=lambda: None)
    receiving.start(Ear())

    def is_found_out():
        try:
            receiving.check()
        except ReceivingError:
            return True
        return False

    until(is_found_out, "the death")
    receiving.publish("a/topic", b"to nobody")
    receiving.close()


def test_certificates_are_shown_and_read_again(connect, tmp_path, caplog):
    authority = Authority.create(tmp_path / "ours")
    stranger = Authority.create(tmp_path / "other").collector
    broker = Mosquitto(tmp_path)
    broker.configuration = write_broker(
        authority, BrokerPlace(tmp_path / "broker", port=broker.port)
    )
    broker.start()
    shown = tmp_path / "collector.pem", tmp_path / "collector.key"
    tls = Tls(tmp_path / "ours" / "ca.pem", *shown)
    with pytest.raises(BrokerSettingError, match="cannot be used"):
        MqttReceiving(Broker("127.0.0.1", broker.port, tls), Shards())
    stranger.write(*shown)
    receiving = MqttReceiving(Broker("127.0.0.1", broker.port, tls), Shards())
    receiving.start(Ear())
    try:
        until(lambda: "Connecting again" in caplog.text, "a refusal")
        shown[0].write_text("half a file")
        until(lambda: "going on with those read before" in caplog.text, "a word about the file")
        authority.collector.write(*shown)
        caplog.set_level(logging.INFO, "collector.ingest")
        until(lambda: "Connected to the broker" in caplog.text, "the connection")
    finally:
        receiving.close()
        broker.stop()
