"""From the office to a device's own store and back: through the directory and its status."""

from __future__ import annotations

import json

import pytest

from appliance.domain import counter
from appliance.domain.counter import Stage, Taken
from appliance.journal.batch import unpack
from appliance.journal.entry import START
from appliance.journal.topics import Leaf, topic
from appliance.store.directory import Directory
from appliance.store.directory_store import DirectoryStore
from collector.counters import telling
from collector.counters.standing import State, standing
from collector.directory.editing import open_epoch
from collector.ingest.models import Device
from tests.collector.till import Collector, Till
from tests.counters.told import OTHER, PRINTER, SCALE


class Register:
    """A real device's store of the directory, at the end of the collector's stream."""

    def __init__(self, collector, name, folder):
        self.collector, self.name, self.seen = collector, name, 0
        self.store = DirectoryStore.open(folder / f"{name}.db")
        self.directory = Directory(folder / f"{name}.db")
        self.heard = []

    def says(self, **more):
        head = {"epoch": 1, "sequence": 0, "hash": "0" * 64}
        told = {"link": "online", "head": head, "versions": {"balie": "0.2.0"}, **more}
        self.collector.take(json.dumps(told).encode(), device=self.name, leaf=Leaf.STATUS)

    def follow(self):
        """Ask for what comes next until nothing does."""
        self.collector.dispatch.tick(1e9)
        while True:
            wanted = self.store.watermark.to_json()
            self.collector.take(wanted, device=self.name, leaf=Leaf.WANT)
            published = self.collector.broker.published
            news = [
                entry
                for place, payload, _ in published[self.seen :]
                if place == topic(self.name, Leaf.DIRECTORY)
                for entry in unpack(payload).entries
            ]
            self.seen = len(published)
            before = self.store.watermark
            self.store.receive(news)
            if self.store.watermark == before:
                return
            self.heard += [entry for entry in news if entry.sequence > before.sequence]

    @property
    def counter(self):
        return counter.from_setting(self.directory.setting(counter.key(self.name), None))

    def told_of_itself(self):
        return sum(counter.key(self.name) in e.data.get("settings", {}) for e in self.heard)


@pytest.fixture
def collector(db):
    return Collector()


@pytest.fixture
def registers(collector, tmp_path):
    made = []
    for name in ("register-1", "register-2"):
        Till(name).enrol()
        made.append(Register(collector, name, tmp_path))
        made[-1].says()
    yield made
    for each in made:
        each.store.close()


def test_every_change_comes_once_and_is_answered(registers, now):
    said = {"by": "Marieke", "now": now}
    one, two = registers
    telling.keep_profile("Bakery", PRINTER, **said)
    for each in registers:
        telling.choose_profile(Device.objects.get(pk=each.name), "Bakery", **said)
        each.follow()
    one.follow()
    assert (one.counter, two.counter) == (PRINTER, PRINTER)
    telling.keep_profile("Bakery", OTHER, **said)
    telling.keep_profile("Bakery", OTHER, **said)
    telling.choose_profile(Device.objects.get(pk="register-1"), "Bakery", **said)
    telling.give_own(Device.objects.get(pk="register-2"), SCALE, **said)
    for each in registers:
        each.follow()
    assert (one.counter, two.counter) == (OTHER, SCALE)
    assert (one.told_of_itself(), two.told_of_itself()) == (2, 3)
    why = "[scale] No serial port runs at 7 bits/s."
    one.says(counter=Taken(counter.digest(OTHER), Stage.IN_USE).to_data())
    two.says(counter=Taken(counter.digest(SCALE), Stage.REFUSED, why).to_data())
    first, second = (standing(each) for each in Device.objects.all())
    assert first.state is State.IN_USE
    assert (second.state, second.why) == (State.REFUSED, why)


def test_a_new_epoch_of_the_directory_says_it_again(registers, now):
    one, _ = registers
    telling.give_own(Device.objects.get(pk="register-1"), SCALE, by="Marieke", now=now)
    one.follow()
    open_epoch(now=now)
    assert one.store.watermark != START
    one.follow()
    assert one.store.watermark.epoch == 2
    assert one.counter == SCALE
