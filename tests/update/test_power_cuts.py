"""The power is cut before every single step of an update: one slot always starts, nothing is lost.

After the cut the device is started as its start-up script does it, and what the units do then is
done: it ends where it would have ended, and the journal is byte for byte what it was.
"""

from __future__ import annotations

import os
from contextlib import suppress

import pytest

from appliance.domain.update import Stage, Why
from appliance.update import fetching
from appliance.update.fetching import Fetcher
from tests.update.machine import BLOCK, NEW, OLD, Machine, PowerCutError

WELL, PAINTED = {}, {"renderer": "llvmpipe (LLVM 19.1, 128 bits)"}
ENOUGH_STEPS = 400
STRIDE = max(1, 5 // int(os.environ.get("BALIE_UPDATE_CUTS", "1")))
"""The plain run cuts before each fifth step, the long one before every one."""


class Source:
    def __init__(self, data):
        self.data = data

    def piece(self, offer, start, end):
        return self.data[start:end]


def live(machine, facts):
    """Do what the units do from one start on, until nothing more would happen."""
    for _ in range(8):
        if machine.started.trying:
            found = machine.health(**(facts if machine.runs == "B" else WELL))
            if found is not None:
                assert machine.boot()
                continue
        else:
            machine.settle()
        fetcher = Fetcher(
            machine.notes,
            offer=machine.offer,
            source=Source(machine.bundle()),
            may=lambda: True,
            room=lambda _: 10**9,
        )
        machine.notes.folder.mkdir(exist_ok=True)
        while fetcher.step() < 1:
            pass
        machine.show()
        if machine.started.trying or not machine.install().fetched():
            return
        assert machine.switch()
        assert machine.boot()
    pytest.fail("it never came to an end")


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(fetching, "PIECE", BLOCK)


ENDS = {
    "a good version": (WELL, ("B", Stage.RUNNING, None)),
    "one that cannot sell": (PAINTED, ("A", Stage.FELL_BACK, Why.GRAPHICS)),
}


@pytest.mark.parametrize("version", ENDS)
def test_cut_before_each_step(machine, card, small_pieces, version):
    facts, end = ENDS[version]
    journal, cut, steps = machine.journal(), 0, 1
    while cut < steps:
        folder = machine.folder / str(cut)
        folder.mkdir()
        device = Machine(folder, journal)
        card(device)
        device.power.steps, device.power.cut_at = 0, cut or None
        with suppress(PowerCutError):
            live(device, facts)
            steps = max(steps, device.power.steps)
        device.power.cut_at = None
        assert device.boot(), f"nothing starts after a cut before step {cut}"
        assert device.holds(device.runs) in (OLD, NEW)
        live(device, facts)
        note = device.notes.installed
        assert (device.runs, note.stage, note.why) == end, f"cut before step {cut}"
        assert device.journal() == journal
        cut += STRIDE
    assert 30 < steps < ENOUGH_STEPS
