"""What stands on the counter of a device that is let in: one text, at the door and in the directory."""

from __future__ import annotations

import pytest

from appliance.domain.counter import key
from appliance.door.asking import request_of
from appliance.journal import signing
from collector.__main__ import main
from collector.counters import telling
from collector.counters.models import Counter
from collector.directory.models import DirectoryEntry, Setting
from collector.enrolment.admissions import Wanted, admit, offer
from collector.ingest.models import Device
from tests.counters.told import OTHER, PRINTER, SCALE


@pytest.fixture
def said(now):
    return {"by": "Marieke", "now": now}


@pytest.fixture
def let_in(authority, now):
    """Let a device in by a new code; a function beside it says what happens before it comes."""

    def let_in(meanwhile=lambda: None, **more):
        wanted = Wanted("register-2", "Kassa 2", "2", **more)
        _, code = offer(wanted, authority, by="Marieke", now=now)
        meanwhile()
        request = request_of(signing.generate()).encode()
        ask = lambda: admit(code.token, request, authority, now=now)["settings"]  # noqa: E731  # asked again later
        let_in.again = ask
        return ask()

    return let_in


def directory():
    found = Setting.objects.filter(pk=key("register-2")).first()
    return None if found is None else found.value["settings"]


def test_without_a_profile_it_takes_what_it_finds_and_is_told_nothing(let_in):
    assert let_in() == ""
    assert directory() is None
    assert Counter.objects.get().in_force == ""


def test_a_profile_is_told_in_both_places_once(let_in, said):
    telling.keep_profile("Bakery", PRINTER, **said)
    assert let_in(profile="Bakery") == PRINTER == directory()
    assert Counter.objects.get().profile_id == "Bakery"
    assert let_in.again() == PRINTER
    assert DirectoryEntry.objects.count() == 1


def test_settings_of_its_own_are_told_in_both_places(let_in):
    assert let_in(settings=SCALE) == SCALE == directory()
    assert Counter.objects.get().settings == SCALE


def test_a_profile_that_was_changed_since_the_code_is_the_newest_in_both(let_in, said):
    telling.keep_profile("Bakery", PRINTER, **said)
    change = lambda: telling.keep_profile("Bakery", OTHER, **said)  # noqa: E731  # done later
    assert let_in(change, profile="Bakery") == OTHER == directory()


def test_corrected_after_it_was_let_in_the_same_code_gives_the_newest(let_in, said):
    """What the device could not use was corrected; it may ask once more with the same code."""
    telling.keep_profile("Bakery", PRINTER, **said)
    let_in(profile="Bakery")
    telling.keep_profile("Bakery", OTHER, **said)
    assert let_in.again() == OTHER == directory()


def test_a_profile_that_was_removed_since_is_as_it_was_and_the_devices_own(let_in, said):
    telling.keep_profile("Bakery", PRINTER, **said)
    remove = lambda: telling.remove_profile("Bakery", by="Sanne")  # noqa: E731  # done later
    assert let_in(remove, profile="Bakery") == PRINTER == directory()
    kept = Counter.objects.get()
    assert (kept.profile, kept.settings) == (None, PRINTER)


@pytest.mark.parametrize(
    ("more", "expected", "profile"),
    [
        ({"keeps_counter": True}, PRINTER, "Bakery"),
        ({"profile": "Scales"}, SCALE, "Scales"),
        ({"settings": OTHER}, OTHER, None),
        ({}, "", None),
    ],
)
def test_in_the_place_of_a_device(let_in, said, more, expected, profile):
    telling.keep_profile("Bakery", PRINTER, **said)
    telling.keep_profile("Scales", SCALE, **said)
    let_in(profile="Bakery")
    assert let_in(replaces=True, **more) == expected == directory()
    assert Counter.objects.get().profile_id == profile


def test_what_was_changed_while_it_was_shut_out_is_told_with_the_new_code(let_in, said):
    telling.keep_profile("Bakery", PRINTER, **said)
    let_in(profile="Bakery")
    Device.objects.update(revoked=said["now"])
    telling.keep_profile("Bakery", OTHER, **said)
    assert directory() == PRINTER
    assert let_in(replaces=True, keeps_counter=True) == OTHER == directory()


def test_the_same_profile_chosen_again_after_it_was_shut_out_is_told_as_well(let_in, said):
    telling.keep_profile("Bakery", PRINTER, **said)
    let_in(profile="Bakery")
    Device.objects.update(revoked=said["now"])
    telling.keep_profile("Bakery", OTHER, **said)
    assert let_in(replaces=True, profile="Bakery") == OTHER == directory()


def test_a_device_of_before_that_was_never_told_anything_keeps_that(let_in, authority):
    Device.objects.create(id="register-2", name="Kassa 2", register="2", public_key="")
    assert let_in(replaces=True, keeps_counter=True) == ""
    assert directory() is None


def test_nobody_is_told_where_nobody_is_let_in(authority, now):
    _, code = offer(Wanted("register-2", "K", "2", settings=SCALE), authority, by="x", now=now)
    with pytest.raises(Exception, match="cannot be read"):
        admit(code.token, b"no request", authority, now=now)
    assert not Counter.objects.exists()
    assert directory() is None


def test_a_new_card_by_hand_is_told_what_was_changed_meanwhile(let_in, said, tmp_path):
    telling.keep_profile("Bakery", PRINTER, **said)
    let_in(profile="Bakery")
    Device.objects.update(revoked=said["now"])
    telling.keep_profile("Bakery", OTHER, **said)
    main(["device", "replace", "register-2", "--folder", str(tmp_path / "card")])
    assert directory() == OTHER
