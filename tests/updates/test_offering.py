"""Versions are offered ring by ring, and every device hears of it by the directory."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from appliance.domain.update import EARLY, EVERYONE, FIRST, HELD_BACK, offered
from collector.directory.models import DirectoryEntry, Setting
from collector.ingest.models import Device
from collector.updates import offering
from collector.updates.bundles import BundleError
from collector.updates.models import Bundle
from collector.updates.standing import standings
from tests.journal.contract import faults

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def devices():
    made = [Device(id=f"register-{n}", name=f"Kassa {n}", register=str(n)) for n in (1, 2, 3, 4)]
    Device.objects.bulk_create(made)
    offering.put_into("register-1", FIRST, NOW)
    offering.put_into("register-2", EARLY, NOW)
    offering.put_into("register-4", HELD_BACK, NOW)
    return made


@pytest.fixture
def take_in(office, make_bundle):
    def take(version):
        return offering.take_in([make_bundle(version).read_bytes()], by="chef", now=NOW)

    return take


def heard():
    """Return the version each device hears of."""
    said = Setting.objects.get(pk="update").value
    offers = {
        name: offered(said, name)
        for name in ("register-1", "register-2", "register-3", "register-4")
    }
    return {name[-1]: offer.version for name, offer in offers.items() if offer}


def test_a_version_that_was_taken_in_is_offered_to_nobody(devices, take_in):
    kept = take_in("0.2.0")
    assert heard() == {}
    assert offering.file_of(kept.sha256).stat().st_size == kept.size
    assert not list(offering.folder().glob("*.part"))


def test_rings_take_it_one_after_the_other(devices, take_in):
    kept = take_in("0.2.0")
    reached = []
    for ring in (FIRST, EVERYONE, EARLY, HELD_BACK):
        offering.offer(kept, ring, NOW)
        reached.append("".join(sorted(heard())))
    assert reached == ["1", "123", "12", ""]


def test_the_newest_that_reaches_a_device_is_its_own(devices, take_in):
    old = take_in("0.2.0")
    offering.offer(old, EVERYONE, NOW)
    new = take_in("0.3.0")
    Bundle.objects.filter(pk=new.pk).update(uploaded=datetime(2026, 11, 23, tzinfo=UTC))
    new.refresh_from_db()
    offering.offer(new, FIRST, NOW)
    assert heard() == {"1": "0.3.0", "2": "0.2.0", "3": "0.2.0"}


def test_what_is_paused_is_offered_to_nobody_meanwhile(devices, take_in):
    kept = take_in("0.2.0")
    offering.offer(kept, EVERYONE, NOW)
    offering.pause(kept, NOW, paused=True)
    assert heard() == {}
    offering.pause(kept, NOW, paused=False)
    assert heard() == {"1": "0.2.0", "2": "0.2.0", "3": "0.2.0"}


def test_what_devices_hear_is_described_by_the_contract(devices, take_in):
    offering.offer(take_in("0.2.0"), EVERYONE, NOW)
    entries = [json.loads(bytes(each.raw)) for each in DirectoryEntry.objects.all()]
    assert "0.2.0" in json.dumps(entries[-1])
    assert [faults("entry.json", each) for each in entries] == [[]] * len(entries)


def test_offered_again_it_has_another_turn(devices, take_in):
    kept = take_in("0.2.0")
    offering.offer(kept, EVERYONE, NOW)
    offering.offer_again(kept, NOW)
    assert offered(Setting.objects.get(pk="update").value, "register-3").turn == 2


def test_removed_it_leaves_no_file(devices, take_in):
    kept = take_in("0.2.0")
    file = offering.file_of(kept.sha256)
    offering.remove(kept, NOW)
    assert not file.exists()
    assert heard() == {}


def test_the_same_file_twice_is_one_version_and_another_of_that_name_is_refused(
    office, make_bundle
):
    file = make_bundle("0.2.0").read_bytes()
    first = offering.take_in([file], by="chef", now=NOW)
    assert offering.take_in([file], by="chef", now=NOW).pk == first.pk
    with pytest.raises(BundleError, match=r"another update called 0\.2\.0"):
        offering.take_in([make_bundle("0.2.0", blocks=200).read_bytes()], by="x", now=NOW)


@pytest.mark.parametrize(
    ("told", "state", "runs"),
    [
        ({}, "cannot", ""),
        ({"slot": "A", "versions": {"balie": "0.1.0"}}, "offered", "0.1.0"),
        (
            {
                "slot": "A",
                "versions": {"balie": "0.1.0"},
                "update": {"version": "0.2.0", "stage": "fetching", "have": 30, "size": 100},
            },
            "fetching",
            "0.1.0",
        ),
        (
            {
                "slot": "B",
                "versions": {"balie": "0.1.0"},
                "update": {"version": "0.2.0", "stage": "running"},
            },
            "running",
            "0.2.0",
        ),
        (
            {
                "slot": "A",
                "versions": {"balie": "0.1.0"},
                "update": {"version": "0.2.0", "stage": "fell_back", "why": "graphics"},
            },
            "fell_back",
            "0.1.0",
        ),
        (
            {
                "slot": "A",
                "versions": {"balie": "0.1.0"},
                "update": {"version": "0.1.5", "stage": "running"},
            },
            "offered",
            "0.1.5",
        ),
        (
            {
                "slot": "A",
                "versions": {"balie": "0.1.0"},
                "update": {"version": "0.10.0", "stage": "running"},
            },
            "newer",
            "0.10.0",
        ),
        (
            {
                "slot": "A",
                "update": {"version": "0.2.0", "stage": "installed", "why": "withdrawn"},
            },
            "installed",
            "",
        ),
        ({"slot": "A", "versions": {"balie": "0.2.0"}}, "running", "0.2.0"),
        ({"slot": "A", "versions": {"balie": "0.10.0"}}, "newer", "0.10.0"),
        ({"slot": "A", "update": {"version": "9", "stage": "of later"}}, "offered", ""),
        ({"slot": "A", "versions": ["0.2.0"], "update": [7]}, "offered", ""),
        ({"slot": "A" * 99, "versions": 7, "update": {"size": -(10**30)}}, "offered", ""),
    ],
)
def test_each_device_says_how_far_it_is(devices, take_in, told, state, runs):
    offering.offer(take_in("0.2.0"), EVERYONE, NOW)
    Device.objects.filter(pk="register-3").update(reported=told)
    (found,) = [each for each in standings() if each.device.pk == "register-3"]
    assert (found.state, found.runs) == (state, runs)
