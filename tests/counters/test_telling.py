"""Choosing what stands on a counter, and who is told what of it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from appliance.domain.counter import LONGEST_BYTES, key
from appliance.journal.entry import MAX_ENTRY_BYTES
from collector.counters import telling
from collector.counters.models import Counter, Profile
from collector.counters.telling import NOTHING, CounterRefused, Overtaken
from collector.directory.models import DirectoryEntry, Setting
from tests.counters.told import OTHER, PRINTER, SCALE

CEILING_S = 60


@pytest.fixture
def said(now):
    return {"by": "Marieke", "now": now}


@pytest.fixture
def bakery(db, said):
    telling.keep_profile("Bakery", PRINTER, **said)
    return Profile.objects.get()


def test_a_device_that_nothing_was_chosen_for_is_told_nothing(device, said, changes):
    assert not telling.as_it_finds_itself(device, **said)
    assert (Counter.objects.get().told, changes()) == (None, 0)
    assert not Setting.objects.exists()


def test_a_profile_is_told_by_the_directory_and_only_once(
    device, bakery, said, settings_told, changes
):
    assert telling.choose_profile(device, "Bakery", **said)
    assert settings_told() == {"register-1": PRINTER}
    kept = Counter.objects.get()
    assert (kept.told, kept.told_at, kept.changed_by) == (PRINTER, said["now"], "Marieke")
    assert not telling.choose_profile(device, "Bakery", **said)
    assert changes() == 1


def test_the_same_text_under_another_name_is_no_news(device, bakery, said, changes):
    telling.choose_profile(device, "Bakery", **said)
    assert not telling.give_own(device, PRINTER, **said)
    assert Counter.objects.get().profile is None
    assert changes() == 1


def test_its_own_are_told_and_taken_back(device, said, settings_told):
    telling.give_own(device, SCALE, **said)
    assert settings_told() == {"register-1": SCALE}
    assert telling.as_it_finds_itself(device, **said)
    assert settings_told() == {"register-1": ""}, "a device that was told is told so"


def test_a_changed_profile_tells_all_its_devices_in_one_change(
    enrol, bakery, said, settings_told, changes
):
    devices = [enrol(number) for number in range(1, 5)]
    for each in devices[:3]:
        telling.choose_profile(each, "Bakery", **said)
    telling.give_own(devices[3], SCALE, **said)
    before = changes()
    assert telling.keep_profile("Bakery", OTHER, **said) == 3
    assert changes() == before + 1
    assert settings_told() == {f"register-{n}": OTHER for n in (1, 2, 3)} | {"register-4": SCALE}
    assert telling.keep_profile("Bakery", OTHER, **said) == 0
    assert changes() == before + 1


def test_whoever_is_shut_out_is_told_when_it_is_let_in_again(
    device, bakery, said, settings_told, changes
):
    telling.choose_profile(device, "Bakery", **said)
    device.revoked = said["now"]
    device.save()
    assert telling.keep_profile("Bakery", OTHER, **said) == 0
    assert (settings_told(), changes()) == ({"register-1": PRINTER}, 1)
    device.revoked = None
    device.save()
    telling.tell_again(device, said["now"])
    telling.tell_again(device, said["now"])
    assert (settings_told(), changes()) == ({"register-1": OTHER}, 2)


def test_a_profile_that_is_used_is_not_removed(enrol, bakery, said):
    for number in (1, 2):
        telling.choose_profile(enrol(number), "Bakery", **said)
    with pytest.raises(CounterRefused, match="2 devices use this profile"):
        telling.remove_profile("Bakery", by="Marieke")
    for each in Counter.objects.all():
        telling.as_it_finds_itself(each.device, **said)
    telling.remove_profile("Bakery", by="Marieke")
    assert not Profile.objects.exists()
    with pytest.raises(CounterRefused, match="no profile called Bakery any more"):
        telling.remove_profile("Bakery", by="Marieke")


def test_what_was_changed_meanwhile_is_not_written_over(device, bakery, said, settings_told):
    telling.give_own(device, SCALE, by="Sanne", now=said["now"], seen=NOTHING)
    for late in (
        lambda: telling.choose_profile(device, "Bakery", **said, seen=NOTHING),
        lambda: telling.give_own(device, PRINTER, **said, seen=NOTHING),
        lambda: telling.as_it_finds_itself(device, **said, seen=NOTHING),
    ):
        with pytest.raises(Overtaken, match="Sanne changed this meanwhile"):
            late()
    assert settings_told() == {"register-1": SCALE}
    assert not telling.give_own(device, SCALE, **said, seen=NOTHING), "the same is no quarrel"


def test_a_profile_that_was_changed_meanwhile_is_not_written_over(bakery, said):
    seen = bakery.state
    telling.keep_profile("Bakery", OTHER, by="Sanne", now=said["now"], seen=seen)
    with pytest.raises(Overtaken, match="Sanne"):
        telling.keep_profile("Bakery", SCALE, **said, seen=seen)
    telling.remove_profile("Bakery", by="Sanne")
    with pytest.raises(Overtaken, match="removed it meanwhile"):
        telling.keep_profile("Bakery", SCALE, **said, seen=seen)
    telling.keep_profile("Bakery", SCALE, **said, seen="")
    with pytest.raises(CounterRefused, match="already"):
        telling.keep_profile("Bakery", PRINTER, **said, seen="")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[printer", "Line 1, sign 9"),
        ("[printer]\ndriver = network", "Line 2, sign 10"),
        ("[printer]\na = " + "[" * 10_000, "is no TOML"),
        ("[printer]\na = '\0'", "is no TOML"),
        ("[device]\nid = 'register-9'\n", r"\[device\] cannot be told"),
        ("[broker]\nhost = 'evil.example'\n", r"\[broker\] cannot be told"),
        ("printer = 7", r"\[printer\] cannot be told"),
        ("# " + "x" * LONGEST_BYTES, "longer than"),
        (" \n\n", "Write what stands"),
    ],
)
def test_what_no_device_would_take_is_kept_nowhere(device, said, text, why):
    with pytest.raises(CounterRefused, match=why):
        telling.give_own(device, text, **said)
    with pytest.raises(CounterRefused):
        telling.keep_profile("Odd", text, **said)
    assert not Counter.objects.exists()
    assert not Profile.objects.exists()
    assert not DirectoryEntry.objects.exists()


@pytest.mark.parametrize(
    "name", ["", " ", "a/b", "..", ".hidden", "x" * 41, "two\nlines", "\0", "\u202e", " led"]
)
def test_a_name_that_could_not_stand_in_an_address_is_refused(db, said, name):
    with pytest.raises(CounterRefused, match="Name it otherwise"):
        telling.keep_profile(name, PRINTER, **said)


@pytest.mark.parametrize("name", ["Bäckerei & Café", "<b>fett", "100 % ?#;", "店"])
def test_other_names_are_as_people_like_them(device, said, name):
    telling.keep_profile(name, PRINTER, **said)
    assert telling.choose_profile(device, name, **said)


def test_the_same_typed_on_a_page_and_read_from_a_file_is_the_same(device, said, changes):
    telling.give_own(device, PRINTER, **said)
    assert not telling.give_own(device, f"\r\n{PRINTER}".replace("\n", "\r\n") + "\r\n ", **said)
    assert changes() == 1


def test_more_than_one_entry_holds_goes_in_parts(enrol, said, settings_told):
    long = PRINTER + "# " + "x" * (LONGEST_BYTES - len(PRINTER) - 3) + "\n"
    telling.keep_profile("Long", PRINTER, **said)
    devices = MAX_ENTRY_BYTES // LONGEST_BYTES + 5
    for number in range(devices):
        telling.choose_profile(enrol(number), "Long", **said)
    before = DirectoryEntry.objects.count()
    assert telling.keep_profile("Long", long, **said) == devices
    assert set(settings_told().values()) == {long}
    parts = [bytes(each.raw) for each in DirectoryEntry.objects.all()[before:]]
    assert max(map(len, parts)) < 100_000
    assert all(b'"parts":%d' % len(parts) in each for each in parts)


def test_the_longest_name_of_a_device_has_room(db, said, enrol):
    long = enrol("a" * (63 - len("register-")), register="1")
    assert telling.give_own(long, SCALE, **said)
    assert Setting.objects.get().key == key(long.pk)


def test_who_did_it_is_written_down(device, bakery, said, caplog):
    caplog.set_level("INFO", logger="collector.counters")
    telling.choose_profile(device, "Bakery", **said)
    telling.give_own(device, SCALE, **said)
    telling.as_it_finds_itself(device, **said)
    telling.remove_profile("Bakery", by="Sanne")
    assert [record.getMessage() for record in caplog.records] == [
        "the counter of register-1 was changed to the profile 'Bakery' by Marieke",
        "the counter of register-1 was changed to settings of its own by Marieke",
        "the counter of register-1 was changed to what it finds itself by Marieke",
        "the profile 'Bakery' was removed by Sanne",
    ]


def test_two_who_save_at_once_come_one_after_the_other(transactional_db, now, enrol):
    """What the device was told is what is kept, and whoever came second hears of the first.

    Really at once on PostgreSQL only: the tests' SQLite, in memory, lets nobody wait.
    """
    device = enrol(1)
    many = 2 if connection.vendor == "postgresql" else 1
    begin, ended = threading.Barrier(many), []

    def save(text):
        try:
            begin.wait(CEILING_S)
            told = telling.give_own(device, text, by="x", now=now, seen=NOTHING)
            ended.append((told, text))
        except Overtaken:
            ended.append((None, text))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=(text,)) for text in (PRINTER, OTHER)]
    for each in threads:
        each.start()
        if many == 1:
            each.join(CEILING_S)
    for each in threads:
        each.join(CEILING_S)
    (first,) = [text for told, text in ended if told]
    assert len(ended) == 2
    kept = Counter.objects.get()
    assert kept.settings == kept.told == Setting.objects.get().value["settings"] == first
    assert DirectoryEntry.objects.count() == 1
