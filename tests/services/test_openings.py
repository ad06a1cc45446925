"""Every opening of the drawer is recorded once: why, by whom, and for how long."""

from __future__ import annotations

import pytest

from appliance.domain.shift_books import DRAWER_OPENED
from appliance.journal.errors import JournalError
from appliance.services.openings import STANDING_FACT, Openings
from appliance.services.till import ANSWERS_WITHIN_S, Cause, Till
from drivers.drawer import DrawerState, DrawerStuckError
from tests.services.doubles import NOW, MemoryJournal, MemoryShelf


class Drawer:
    present = True

    def __init__(self, *, sensor=True):
        self.seen = DrawerState.SHUT if sensor else DrawerState.UNKNOWN
        self.sensor, self.stuck = sensor, False

    def kick(self):
        if self.stuck:
            raise DrawerStuckError
        if self.sensor:
            self.seen = DrawerState.OPEN

    def state(self):
        return self.seen


class AtOnce:
    """A worker that does everything on the spot."""

    def watch(self, look):
        self.look = look

    def do(self, task, otherwise=None):
        task()


class Counter:
    """A till, its worker, and a clock moved by hand."""

    def __init__(self, drawer, journal=None, shelf=None):
        self.drawer, self.seconds, self.worker = drawer, 1000.0, AtOnce()
        self.journal, self.shelf = journal or MemoryJournal(), shelf or MemoryShelf()
        self.till = Till(
            drawer=drawer,
            worker=self.worker,
            clock=lambda: NOW,
            post=lambda call: call(),
            monotonic=lambda: self.seconds,
        )
        self.openings = Openings(
            till=self.till, journal=self.journal, shelf=self.shelf, person=lambda: "p1"
        )

    def look(self, state=None, after_s=0):
        if state is not None:
            self.drawer.seen = state
        self.seconds += after_s
        self.worker.look()

    @property
    def told(self):
        assert all(each.type == DRAWER_OPENED for each in self.journal.recorded)
        return [(e.data["cause"], e.data["open_s"], e.data["by"]) for e in self.journal.recorded]


@pytest.fixture
def counter():
    counter = Counter(Drawer())
    counter.look()
    return counter


def test_an_opening_for_a_sale_is_told_when_the_drawer_is_shut(counter):
    counter.till.open()
    assert counter.told == []
    assert counter.shelf.fact(STANDING_FACT)["cause"] == "sale"
    counter.look(DrawerState.SHUT, after_s=7)
    assert counter.told == [("sale", 7, "p1")]
    assert counter.shelf.fact(STANDING_FACT) is None
    counter.look(after_s=60)
    assert len(counter.told) == 1


def test_an_opening_with_no_sale_says_why_and_who_allowed_it(counter):
    counter.till.open(Cause.NO_SALE, reason="Change for a note", by="p1", allowed_by="p2")
    counter.look(DrawerState.SHUT)
    data = counter.journal.recorded[0].data
    assert (data["cause"], data["reason"]) == ("no_sale", "Change for a note")
    assert (data["by"], data["allowed_by"]) == ("p1", "p2")


def test_a_drawer_that_opens_unasked_was_forced(counter):
    counter.look(DrawerState.OPEN)
    counter.look(DrawerState.SHUT, after_s=31)
    assert counter.told == [("forced", 31, "")]


def test_a_kick_long_ago_does_not_excuse_it(counter):
    counter.drawer.sensor = False
    counter.till.open()
    counter.look(DrawerState.OPEN, after_s=ANSWERS_WITHIN_S + 1)
    counter.look(DrawerState.SHUT)
    assert [cause for cause, *_ in counter.told] == ["forced"]


def test_a_slow_sensor_still_knows_the_sale(counter):
    counter.drawer.sensor = False
    counter.till.open()
    counter.look(DrawerState.OPEN, after_s=2)
    counter.look(DrawerState.SHUT, after_s=3)
    assert counter.told == [("sale", 3, "p1")]


def test_a_drawer_that_stays_shut_opened_nothing(counter):
    counter.drawer.stuck = True
    counter.till.open()
    counter.look(DrawerState.OPEN)
    counter.look(DrawerState.SHUT)
    assert [cause for cause, *_ in counter.told] == ["forced"], "somebody used the key"


def test_a_second_kick_while_it_stands_open_is_the_same_opening(counter):
    counter.till.open()
    counter.till.open()
    counter.look(DrawerState.SHUT, after_s=5)
    counter.look(DrawerState.OPEN)
    counter.look(DrawerState.SHUT)
    assert [cause for cause, *_ in counter.told] == ["sale", "forced"]


def test_without_a_sensor_it_is_told_at_once():
    counter = Counter(Drawer(sensor=False))
    counter.till.open(Cause.COUNT, by="p2")
    assert counter.told == [("count", None, "p2")]


@pytest.mark.parametrize("still", [True, False])
def test_a_power_cut_makes_no_opening_unseen(counter, still):
    counter.till.open(Cause.NO_SALE, reason="Change", by="p1")
    again = Counter(counter.drawer, counter.journal, counter.shelf)
    again.look(DrawerState.OPEN if still else DrawerState.SHUT)
    again.look(DrawerState.SHUT, after_s=9)
    assert again.told == [("no_sale", None, "p1")], "when it was shut nobody saw"


def test_what_could_not_be_recorded_is_told_after_the_next_start(counter):
    counter.till.open()
    counter.journal.error = JournalError("full")
    counter.look(DrawerState.SHUT)
    counter.journal.error = None
    again = Counter(counter.drawer, counter.journal, counter.shelf)
    again.look()
    assert [cause for cause, *_ in again.told] == ["sale"]
