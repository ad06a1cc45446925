"""How a device says it stands to its counter, in words; and what it says that makes no sense."""

from __future__ import annotations

import pytest

from appliance.domain.counter import Stage, Taken, digest
from collector.counters import telling
from collector.counters.standing import State, standing, standings
from collector.counters.words import source_words, state_words
from collector.ingest.models import Device
from tests.counters.told import OTHER, PRINTER


@pytest.fixture
def told(device, now):
    telling.keep_profile("Bakery", PRINTER, by="Marieke", now=now)
    telling.choose_profile(device, "Bakery", by="Marieke", now=now)
    return device


def says(device, stage, text=PRINTER, why=""):
    device.reported = {"counter": Taken(digest(text), stage, why).to_data()}
    device.save()
    return standing(device)


def words(found):
    return source_words(found), state_words(found), found.tone, found.mark


def test_nothing_was_ever_chosen(device):
    assert standing(device).state is State.UNTOLD
    assert words(standing(device)) == ("what it finds itself", "", "", "")


def test_it_was_told_and_has_not_said_anything(told):
    assert words(standing(told)) == ("profile Bakery", "not heard of yet", "look", "!")


@pytest.mark.parametrize(
    ("stage", "said", "tone", "mark"),
    [
        (Stage.IN_USE, "in use", "fine", "✓"),
        (Stage.WAITING, "waits until nobody is at the counter", "look", "!"),
        (Stage.REFUSED, "refused", "bad", "✗"),
    ],
)
def test_what_it_says_of_the_newest_counts(told, stage, said, tone, mark):
    assert words(says(told, stage, why="no")) == ("profile Bakery", said, tone, mark)
    assert standing(told).why == ("no" if stage is Stage.REFUSED else "")


def test_what_it_says_of_what_was_before_does_not(told, now):
    telling.keep_profile("Bakery", OTHER, by="Marieke", now=now)
    assert says(told, Stage.IN_USE).state is State.UNHEARD
    assert says(told, Stage.IN_USE, OTHER).state is State.IN_USE


def test_of_one_that_is_shut_out_only_what_it_is_still_to_be_told_is_said(told, now):
    told.revoked = now
    assert words(says(told, Stage.REFUSED))[1:] == ("", "", "")
    telling.keep_profile("Bakery", OTHER, by="Marieke", now=now)
    assert state_words(standing(told)) == "told when it is let in again"
    never = Device(id="register-9", revoked=now)
    assert words(standing(never)) == ("what it finds itself", "", "", "")


def test_what_it_finds_itself_is_in_use_again(told, now):
    telling.as_it_finds_itself(told, by="Marieke", now=now)
    assert words(says(told, Stage.IN_USE, ""))[:2] == ("what it finds itself", "in use")


@pytest.mark.parametrize(
    "reported",
    [
        [],
        {"counter": 7},
        {"counter": None},
        {"counter": {"digest": digest(PRINTER), "stage": "later"}},
        {"counter": {"digest": [digest(PRINTER)], "stage": "in_use"}},
        {"counter": {"stage": "in_use"}},
        {"counter": {"digest": digest(PRINTER), "stage": {"a": 1}}},
    ],
)
def test_what_makes_no_sense_is_as_if_it_said_nothing(told, reported):
    told.reported = reported
    assert standing(told).state is State.UNHEARD


def test_many_are_read_at_once(enrol, told, django_assert_num_queries):
    devices = [told, *(enrol(number) for number in range(2, 9))]
    with django_assert_num_queries(1):
        found = standings(devices)
    assert [each.device for each in found] == devices
    assert [each.state for each in found][:2] == [State.UNHEARD, State.UNTOLD]
    assert Device.objects.count() == 8
