"""A device says how it is in few words: what the doctor finds, and figures that moved."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from appliance.update.notes import Notes
from appliance.uplink.condition import LOOK_S, Condition
from tests.doctor.machine import Machine
from tests.journal.contract import faults

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
GB = 10**9


class Place:
    """A device's machine, its card's room and a clock that goes when told."""

    def __init__(self, tmp_path):
        self.machine, self.data = Machine(tmp_path / "root"), tmp_path / "data"
        self.free, self.seconds = 20 * GB, 0.0
        mounted = f"30 24 179:4 / {tmp_path} rw - ext4 /dev/mmcblk0p4 rw\n"
        self.machine.lay({"proc/self/mountinfo": mounted})
        self.said = Condition(
            self.data,
            host=self.machine.host,
            usage=lambda _: (40 * GB, self.free),
            now=lambda: NOW,
            monotonic=lambda: self.seconds,
        )

    def look(self):
        self.seconds += LOOK_S
        return self.said()["condition"]

    def desk(self, **shown):
        desk = Notes(self.data).desk
        desk.parent.mkdir(parents=True, exist_ok=True)
        desk.write_text(json.dumps(shown))


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_a_device_that_is_well_says_so(place):
    place.desk(paper="ok")
    well = {"storage": "well", "power": "well", "temperature": "well", "clock": "well"}
    assert place.look() == {"checks": well, "free_percent": 50, "degrees": 48, "paper": "ok"}


def test_what_is_wrong_is_said(place):
    place.desk(paper="out")
    place.machine.lay({"sys/class/thermal/thermal_zone0/temp": "83000"})
    place.machine.lay({"sys/fs/ext4/mmcblk0p4/errors_count": "3"})
    (place.machine.root / "run/systemd/timesync/synchronized").unlink()
    place.free = GB // 20
    found = place.look()
    bad = {"storage": "bad", "power": "well", "temperature": "bad", "clock": "look"}
    assert found["checks"] == bad
    assert (found["free_percent"], found["degrees"], found["paper"]) == (0, 83, "out")


def test_a_figure_that_hardly_moves_is_not_told_again(place):
    told = []
    for degrees in (48, 52, 44, 53, 49, 58):
        place.machine.lay({"sys/class/thermal/thermal_zone0/temp": str(degrees * 1000)})
        told.append(place.look()["degrees"])
    assert told == [48, 48, 48, 53, 53, 58]


def test_it_is_looked_at_once_a_minute(place):
    first = place.said()
    place.free = 0
    assert place.said() is first
    assert place.look()["free_percent"] == 0


def test_a_machine_that_tells_nothing_has_nothing_to_say(tmp_path):
    place = Place(tmp_path)
    (place.machine.root / "sys/class/thermal/thermal_zone0/temp").unlink()
    place.desk(paper="")
    assert set(place.look()) == {"checks", "free_percent"}


def test_the_contract_describes_it(place):
    place.desk(paper="near_end")
    held = {"epoch": 1, "sequence": 1, "hash": "a" * 64}
    online = {"link": "online", "head": held, "versions": {"balie": "1"}}
    assert faults("status.json", {**online, "condition": place.look()}) == []
    refused = {"count": 1, "last": "It names a tax class that this version does not know."}
    assert faults("status.json", {**online, "refused": refused}) == []
    assert faults("status.json", {"link": "offline", "condition": place.look()})
