"""Devices, their watermarks, forks and alarms."""

from __future__ import annotations

import pytest

from collector.ingest.alarms import Complaint, raise_alarms
from collector.ingest.models import Alarm, Device
from tests.web.shop import trouble


def test_the_list_says_what_is_here_of_each_device(sign_in, shop):
    page = sign_in("technician").get("/devices/").content.decode()
    head = shop.registers["register-1"].head.sequence
    assert f"device {head} · collector {head} · gaps 0" in page
    held = shop.registers["register-3"].head.sequence
    assert f"device {held + 41} · collector {held} · gaps 0" in page
    for words in ("connected", "not connected", "up to date", "2 changes to go", "not known yet"):
        assert words in page


def test_a_device_with_a_new_card_still_has_everything_to_send(sign_in, shop):
    report = {"head": {"epoch": 2, "sequence": 7}}
    Device.objects.filter(pk="register-1").update(reported=report)
    page = sign_in("technician").get("/devices/").content.decode()
    assert "device 7 · collector 0 · gaps 0" in page


@pytest.mark.parametrize("head", [None, 5, [], {"epoch": "1"}, {"epoch": 1, "sequence": None}])
def test_a_report_that_makes_no_sense_is_passed_over(sign_in, shop, head):
    Device.objects.filter(pk="register-1").update(reported={"head": head})
    assert sign_in("technician").get("/devices/").status_code == 200


def test_registers_stand_in_the_order_of_their_numbers(sign_in, shop):
    shown = sign_in("technician").get("/devices/").context["states"]
    assert [state.device.register for state in shown] == ["1", "2", "3", "K1"]


def test_a_device_shows_its_epochs_forks_and_alarms(sign_in, shop, now):
    trouble(shop, now)
    page = sign_in("technician").get("/devices/register-3/").content.decode()
    assert "Set aside: this disagrees with the chain" in page
    assert "another entry with this number is held" in page
    assert "Device register-3 sent two different histories in epoch 1" in page
    assert "3 times, from 22 November 2026 13:38:30 to 22 November 2026 14:05:30" in page
    assert "Two histories of the same device" in page


def test_an_alarm_is_settled_by_a_person_who_may(sign_in, shop, now):
    trouble(shop, now)
    alarm = Alarm.objects.get(kind="stranger")
    client = sign_in("technician")
    assert client.get(f"/alarms/{alarm.pk}/settle/").status_code == 405
    client.post(f"/alarms/{alarm.pk}/settle/")
    alarm.refresh_from_db()
    assert (alarm.settled, alarm.settled_by) == (now, "technician")
    assert "dealt with on 22 November 2026 14:08:30 by technician" in (
        client.get("/alarms/").content.decode()
    )


def test_an_alarm_is_not_settled_by_those_who_only_look(sign_in, shop, now):
    trouble(shop, now)
    alarm = Alarm.objects.get(kind="stranger")
    client = sign_in("finance")
    assert "Dealt with</button>" not in client.get("/alarms/").content.decode()
    assert client.post(f"/alarms/{alarm.pk}/settle/").status_code == 403
    alarm.refresh_from_db()
    assert alarm.settled is None


def test_a_revoked_device_is_named_so_and_no_longer_missed(sign_in, shop, now):
    Device.objects.filter(pk="register-3").update(revoked=now)
    client = sign_in("manager")
    assert "revoked" in client.get("/devices/").content.decode()
    assert client.get("/").context["proof"].figure == "complete"


def test_a_device_that_is_not_there_is_said_to_be_nowhere(sign_in, shop):
    assert sign_in("technician").get("/devices/register-99/").status_code == 404


def test_no_devices_teaches_how_to_enrol_one(sign_in, db):
    page = sign_in("technician").get("/devices/").content.decode()
    assert "Let the first register in to begin" in page
    assert 'href="/devices/let-in/"' in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "zond twee verschillende geschiedenissen in tijdvak 1"),
        ("fr", "a envoyé deux historiques différents dans l’époque 1"),
        ("id", "mengirim dua riwayat berbeda di epok 1"),
        ("en", "sent two different histories in epoch 1"),
    ],
)
def test_an_alarm_is_said_in_the_readers_language(sign_in, shop, now, language, words):
    trouble(shop, now)
    client = sign_in("technician", language=language)
    for address in ("/alarms/", "/devices/register-3/"):
        assert words in client.get(address).content.decode()


def test_an_alarm_of_an_earlier_version_keeps_its_english_words(sign_in, shop, now):
    told = {"first_at": now, "last_at": now, "kind": "torn", "device": "register-1"}
    Alarm.objects.create(sentence="A batch arrived 50 % torn.", **told)
    page = sign_in("technician", language="nl").get("/alarms/").content.decode()
    assert '<p lang="en">A batch arrived 50 % torn.</p>' in page


def test_an_alarm_that_comes_again_is_open_again(sign_in, shop, now):
    trouble(shop, now)
    alarm = Alarm.objects.get(kind="stranger")
    sign_in("technician").post(f"/alarms/{alarm.pk}/settle/")
    raise_alarms([Complaint(alarm.device, alarm.kind, alarm.words, facts=alarm.facts)], now)
    alarm.refresh_from_db()
    assert (alarm.settled, alarm.settled_by, alarm.times) == (None, "", 4)
