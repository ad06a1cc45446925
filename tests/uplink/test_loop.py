"""The uplink against a real broker with mutual TLS: what is sold arrives, whatever goes wrong."""

from __future__ import annotations

import shutil
import sqlite3
import threading

from appliance.journal.entry import Watermark
from appliance.journal.topics import Leaf
from appliance.uplink import loop
from tests.uplink.rig import DEVICE, arrived, eventually, raws


def test_a_sale_arrives_and_the_badge_knows(device, broker, open_office):
    office = open_office()
    device.start()
    device.sell()
    arrived(device, office)
    state = device.state
    assert state.connected
    assert state.problem is None
    assert state.remote == state.acked == device.journal.head
    assert state.last_ack_at is not None
    device.sell(3)
    arrived(device, office)


def test_a_backlog_arrives_after_a_start(device, broker, open_office):
    office = open_office()
    device.sell(700)
    device.start()
    arrived(device, office)


def test_nothing_is_lost_without_a_poke(device, broker, open_office):
    office = open_office()
    device.start()
    eventually(lambda: device.state.connected)
    device._poke.close()
    device.sell(2)
    arrived(device, office)


def test_the_journal_may_come_after_the_uplink(make_device, broker, open_office):
    office = open_office()
    device = make_device()
    device.journal.close()
    aside = device.folder.with_name("aside.db")
    shutil.move(device.journal.path, aside)
    device.start()
    eventually(lambda: device.state.connected)
    shutil.move(aside, device.journal.path)
    eventually(lambda: len(office.kept) == 1)


def test_a_broker_absent_at_the_start_is_named_and_selling_goes_on(
    device, absent_broker, open_office
):
    device.start()
    eventually(lambda: device.problem == "unreachable")
    assert f"No broker answers at 127.0.0.1:{absent_broker.port}" in device.state.problem.sentence
    assert not device.state.connected
    device.sell(5)
    absent_broker.start()
    office = open_office()
    arrived(device, office)
    assert device.problem == ""


def test_a_broker_killed_and_emptied_loses_nothing(device, broker, open_office):
    office = open_office()
    device.start()
    for _ in range(3):
        device.sell(40)
        broker.kill()
        device.sell(5)
        # A broker killed within the handshake looks for a moment like one that refuses us.
        eventually(lambda: device.problem in ("lost", "unreachable", "unsteady"))
        assert not device.state.connected
        broker.start()
        arrived(device, office)


def test_a_collector_absent_for_a_while_is_named_and_gets_everything(
    device, broker, open_office, monkeypatch
):
    monkeypatch.setattr(loop, "_SILENT_S", 0.3)
    device.start()
    device.sell(60)
    eventually(lambda: device.problem == "silent")
    assert "The collector has been silent since" in device.state.problem.sentence
    assert device.state.connected, "the broker is there"
    assert device.state.last_ack_at is None
    office = open_office()
    arrived(device, office)
    eventually(lambda: device.problem == "")


def test_a_collector_put_back_to_yesterday_gets_the_hole_filled(device, broker, open_office):
    office = open_office()
    device.start()
    device.sell(30)
    arrived(device, office)
    office.close()
    restored = open_office(office.kept[:12])
    restored.say(restored.watermark)
    arrived(device, restored)


def test_a_collector_put_back_in_silence_is_noticed(device, broker, open_office):
    office = open_office()
    device.start()
    device.sell(30)
    arrived(device, office)
    office.close()
    arrived(device, open_office(office.kept[:12]))


def test_an_uplink_that_forgot_sends_again_and_nothing_doubles(device, broker, open_office):
    office = open_office()
    device.start()
    device.sell(20)
    arrived(device, office)
    device.stop()
    for file in device.folder.glob("uplink.db*"):
        file.unlink()
    device.start()
    device.sell(3)
    arrived(device, office)


def test_stops_and_starts_while_selling(device, broker, open_office):
    office = open_office()
    for _ in range(6):
        device.start()
        device.sell(30)
        device.stop()
    device.start()
    arrived(device, office)


def test_the_birth_and_the_goodbye(device, broker, open_office):
    office = open_office()
    device.start()
    birth = eventually(lambda: office.statuses[-1:])[0]
    assert birth["link"] == "online"
    assert birth["head"]["sequence"] == 1
    assert birth["versions"]["balie"] == "test"
    device.stop()
    eventually(lambda: office.statuses[-1] == {"link": "offline"})
    assert not device.state.connected


def test_a_strangers_certificate_is_refused_and_named(make_device, broker, stranger, authority):
    foreign = stranger.issue(DEVICE)
    files = type(foreign)(authority.ca, foreign.certificate, foreign.key)
    device = make_device(certificates=files).start()
    eventually(lambda: device.problem == "refused")
    assert "refuses this device" in device.state.problem.sentence
    device.sell()
    assert not device.is_sent()


def test_a_strangers_broker_is_not_trusted(make_device, broker, stranger, identity):
    files = type(identity)(stranger.ca, identity.certificate, identity.key)
    device = make_device(certificates=files).start()
    eventually(lambda: device.problem == "untrusted")
    assert "is not the shop's broker" in device.state.problem.sentence


def test_a_certificate_that_ran_out_is_named_and_its_renewal_is_noticed(
    make_device, broker, authority, tmp_path, open_office
):
    (tmp_path / "old").mkdir()
    files = authority.issue(DEVICE, days=-1, into=tmp_path / "old")
    device = make_device(certificates=files).start()
    eventually(lambda: device.problem == "expired")
    assert "Renew it" in device.state.problem.sentence
    device.sell()
    authority.issue(DEVICE, into=tmp_path / "old")
    eventually(lambda: device.state.connected)
    assert device.problem == ""


def test_missing_certificates_are_named(make_device, broker, identity, tmp_path):
    files = type(identity)(tmp_path / "none.pem", identity.certificate, identity.key)
    device = make_device(certificates=files).start()
    eventually(lambda: device.problem == "certificate")
    assert "none.pem" in device.state.problem.sentence


def test_a_device_that_may_not_use_its_topics_is_told(make_device, broker, authority, open_office):
    device = make_device(certificates=authority.issue("shop-9")).start()
    device.sell()
    eventually(lambda: device.problem == "refused")
    assert "it may not" in device.state.problem.sentence


def test_words_that_make_no_sense_move_nothing(device, broker, open_office):
    office = open_office()
    device.start()
    device.sell(3)
    arrived(device, office)
    for payload in (b"", b"[]", b'{"epoch":1}', b'{"epoch":1,"sequence":-1,"hash":"x"}'):
        office.publish(Leaf.ACK, payload)
    device.sell(3)
    arrived(device, office)


def test_a_card_that_is_behind_is_named_and_a_new_epoch_goes_on(device, broker, open_office):
    office = open_office()
    device.start()
    device.sell(3)
    arrived(device, office)
    ahead = Watermark(1, 50, "a" * 64)
    office.say(ahead)
    eventually(lambda: device.problem == "stranger")
    assert device.state.remote == ahead
    assert "1.50" in device.state.problem.sentence
    opened = device.journal.reconcile(device.state.remote)
    assert opened.watermark.place == (2, 1)
    device._poke()
    arrived(device, office)
    eventually(lambda: device.problem == "")


def test_a_copied_card_is_named_and_neither_overwrites_the_other(make_device, broker, open_office):
    office = open_office()
    device = make_device().start()
    device.sell(5)
    arrived(device, office)
    device.stop()
    shutil.copytree(device.folder, device.folder.with_name("copy"))
    device.start()
    device.sell(4)
    arrived(device, office)
    device.stop()
    held = list(office.kept)
    copy = make_device("copy").start()
    copy.sell(2)
    eventually(lambda: copy.problem == "stranger")
    eventually(lambda: any(s.reason == "fork" for s in office.aside))
    assert office.kept == held
    device.start()
    eventually(
        lambda: {"taken", "unsteady"} & {device.problem, copy.problem}, "one name, two devices"
    )
    copy.stop()
    eventually(lambda: device.problem == "")


def test_many_entries_while_pokes_rain(device, broker, open_office):
    office = open_office()
    device.start()
    stop = threading.Event()
    rain = threading.Thread(target=lambda: [device._poke() for _ in iter(stop.is_set, True)])
    rain.start()
    try:
        device.sell(300)
        arrived(device, office)
    finally:
        stop.set()
        rain.join()


def test_a_journal_that_cannot_be_read_is_named(device, broker, open_office):
    device.sell(200)
    device.journal.close()
    content = bytearray(device.journal.path.read_bytes())
    content[2048:40_000] = bytes(40_000 - 2048)
    device.journal.path.write_bytes(content)
    device.start()
    eventually(lambda: device.problem == "journal")
    assert "keep the file and verify it" in device.state.problem.sentence


def test_an_uplink_file_that_cannot_be_written_stops_nothing(device, broker, open_office):
    office = open_office()
    device.start()
    device.sell(3)
    arrived(device, office)
    blocker = sqlite3.connect(device.folder / "uplink.db", isolation_level=None)
    blocker.execute("begin immediate")
    device.sell(3)
    eventually(lambda: [e.raw for e in office.kept] == raws(device))
    blocker.execute("rollback")
    blocker.close()
    arrived(device, office)


def test_a_topic_of_nobody_moves_nothing(device, broker, open_office, monkeypatch):
    office = open_office()
    device.start()
    monkeypatch.setattr(loop, "read", lambda name: (_ for _ in ()).throw(ValueError(name)))
    office.say(Watermark(1, 1, "a" * 64))
    device.sell()
    eventually(lambda: len(office.kept) == 2)
    assert not device.is_sent()
    monkeypatch.undo()
    arrived(device, office)
