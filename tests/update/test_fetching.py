"""What is fetched counts when it is what was offered; an office that errs costs little."""

from __future__ import annotations

import ssl

import pytest

from appliance.domain.update import Offer, OfferError, Report, Stage, Why, is_older, offered
from appliance.update.fetching import LOOK_S, TORN_S, Fetcher, FetchError, Office


class Shelf:
    """The office's shelf: counts what is asked of it."""

    def __init__(self, data):
        self.data = data
        self.asked = 0

    def piece(self, offer, start, end):
        self.asked += 1
        return self.data[start:end]


@pytest.fixture
def now():
    return [0.0]


def fetcher(machine, shelf, now, **more):
    machine.notes.folder.mkdir(exist_ok=True)
    return Fetcher(
        machine.notes,
        offer=machine.offer,
        source=shelf,
        may=lambda: True,
        room=lambda _: 10**9,
        monotonic=lambda: now[0],
        **more,
    )


def test_what_is_never_whole_is_not_fetched_over_and_over(machine, now):
    data = bytearray(machine.bundle())
    data[100] ^= 1
    shelf = Shelf(bytes(data))
    fetching = fetcher(machine, shelf, now)
    for _ in range(20):
        fetching.step()
    assert shelf.asked == 1
    assert machine.notes.report().why is Why.TORN
    now[0] = TORN_S
    for _ in range(20):
        fetching.step()
    assert shelf.asked == 2
    now[0] = 2 * TORN_S
    assert fetching.step() == LOOK_S
    assert shelf.asked == 2


def test_once_it_is_what_was_offered_it_is_taken(machine, now):
    shelf = Shelf(b"\0" * len(machine.bundle()))
    fetching = fetcher(machine, shelf, now)
    fetching.step()
    shelf.data, now[0] = machine.bundle(), TORN_S
    fetching.step()
    assert machine.notes.report().stage is Stage.FETCHED
    assert machine.notes.report().why is None


@pytest.mark.parametrize("where", ["https://door:99999/x", "https://[::1/x", "https://door/é x"])
def test_an_address_that_is_none_is_told_like_any_that_does_not_answer(machine, where):
    offer = Offer("0.2.0", "0" * 64, 100, where)
    with pytest.raises(FetchError) as refused:
        Office(ssl.create_default_context).piece(offer, 0, 100)
    assert refused.value.why is Why.UNREACHABLE


GOOD = {"version": "0.2.0", "sha256": "0" * 64, "size": 9, "where": "https://door/x"}


@pytest.mark.parametrize(
    "setting",
    [
        {"offers": 5},
        {"offers": [7]},
        {"offers": [GOOD], "rings": {"register-1": "first"}},
        {"offers": [GOOD | {"size": float("inf")}]},
        {"offers": [GOOD | {"sha256": "0" * 64 + "\n"}]},
        {"offers": [GOOD | {"version": "0.2.0\n"}]},
        {"offers": [GOOD | {"version": "../0.2.0"}]},
    ],
)
def test_an_odd_setting_is_said_to_be_odd(setting):
    with pytest.raises(OfferError):
        offered(setting, "register-1")


def test_what_is_told_can_be_told_whatever_a_file_is_called():
    report = Report("0.2.0", Stage.REFUSED, Why.SIGNATURE, "\udcff\0" * 500)
    said = report.to_data()["detail"]
    assert said.encode() == b"??" * 150


@pytest.mark.parametrize("size", [float("inf"), -1, 10**40])
def test_a_device_that_lies_is_read_all_the_same(size):
    found = Report.from_data({"version": "x" * 999, "stage": "fetching", "size": size, "have": -7})
    assert found is None or (found.have == 0 and found.size >= 0 and len(found.version) == 64)


@pytest.mark.parametrize(
    ("version", "than", "is_so"),
    [
        ("0.2.0", "0.10.0", True),
        ("0.10.0", "0.2.0", False),
        ("0.2.0", "0.2.0", False),
        ("0.2", "0.2.1", True),
        ("2026.11.22", "2026.12.1", True),
        ("summer", "0.2.0", False),
        ("0.2.0", "winter", False),
        ("0.2.0", "", False),
    ],
)
def test_which_version_is_older(version, than, is_so):
    assert is_older(version, than) is is_so


def test_a_card_that_was_flashed_with_what_is_offered_fetches_nothing(machine, now):
    shelf = Shelf(machine.bundle())
    fetching = fetcher(machine, shelf, now, runs=machine.offer().version)
    assert fetching.step() == LOOK_S
    assert shelf.asked == 0
