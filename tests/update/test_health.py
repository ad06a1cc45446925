"""Every fault that keeps a version from selling is found; a shop without a network is none."""

from __future__ import annotations

import hashlib

import pytest

from appliance.domain.update import Offer, Stage, Why
from appliance.update.notes import Fetched
from appliance.update.slots import Slots
from appliance.update.system import Pulse, UpdateError
from tests.update.machine import Machine
from tests.update.test_installing import fetched


@pytest.fixture
def trying(machine):
    """A new version, started for the first time."""
    fetched(machine)
    machine.show()
    assert machine.install().fetched()
    assert machine.switch()
    assert machine.boot()
    assert machine.runs == "B"
    return machine


def still(times={"now": 0}):  # noqa: B006  # one clock for all calls
    return Pulse(is_open=True, beat_at=7, restarts=0)


def ending():
    ending.count = getattr(ending, "count", 0) + 1
    return Pulse(is_open=True, beat_at=ending.count, restarts=ending.count)


FAULTS = [
    (Why.DESK, {"pulse": lambda: Pulse(is_open=False, beat_at=0, restarts=0)}),
    (Why.DESK, {"pulse": still}),
    (Why.DESK, {"pulse": ending}),
    (Why.GRAPHICS, {"renderer": "llvmpipe (LLVM 19.1.7, 128 bits)"}),
    (Why.GRAPHICS, {"renderer": "softpipe"}),
    (Why.GRAPHICS, {"renderer": ""}),
    (Why.INPUTS, {"inputs_shut": ["event0"]}),
    (Why.INPUTS, {"inputs": 0}),
    (Why.PERIPHERALS, {"away": ["printer"]}),
    (Why.PERIPHERALS, {"away": ["scanner /dev/balie-scanner"]}),
    (Why.PERIPHERALS, {"away": ["drawer"]}),
    (Why.JOURNAL, {"canary": None}),
    (Why.JOURNAL, {"canary": {"epoch": 1, "sequence": 2, "hash": "0" * 64}}),
    (Why.JOURNAL, {"canary": {"epoch": 1, "sequence": 99, "hash": "0" * 64}}),
]


def test_a_version_that_can_sell_stays(trying):
    assert trying.health() is None
    assert trying.notes.installed.stage is Stage.RUNNING
    assert not Slots(trying.start).read().trying
    assert trying.boot()
    assert (trying.runs, trying.started.trying) == ("B", False)


def test_one_that_was_kept_takes_the_next_without_a_start_in_between(trying):
    data = trying.bundle("0.3.0")
    offer = Offer("0.3.0", hashlib.sha256(data).hexdigest(), len(data), "https://door/updates/x")
    trying.notes.bundle(offer).write_bytes(data)
    trying.notes.fetched = Fetched(offer, offer.size)
    with pytest.raises(UpdateError, match="still has to show"):
        trying.install().fetched()
    assert trying.health() is None
    assert trying.install().fetched()
    assert trying.switch()
    assert trying.boot()
    assert (trying.runs, trying.started.trying) == ("A", True)


@pytest.mark.parametrize(("why", "facts"), FAULTS, ids=[str(n) for n, _ in enumerate(FAULTS)])
def test_one_that_cannot_is_left_within_two_starts(trying, why, facts):
    starts = 0
    while trying.runs == "B":
        starts += 1
        finding = trying.health(**facts)
        assert finding is not None
        assert finding.why is why
        assert trying.boot()
    assert starts <= 2
    note = trying.settle()
    assert (note.stage, note.why) == (Stage.FELL_BACK, why)
    assert trying.notes.report().why is why
    assert note.detail


def test_a_damaged_journal_is_found(trying):
    file = trying.data / "journal.db"
    data = bytearray(file.read_bytes())
    mark = trying.canary()
    for page in range(4096, len(data), 4096):
        data[page + 1 : page + 3] = b"\xff\xff"  # a list of free blocks that leads nowhere
    file.write_bytes(data)
    finding = trying.health(canary=mark)
    assert finding is not None
    assert finding.why is Why.JOURNAL


def test_what_was_away_before_is_no_fault_of_the_new_version(machine):
    fetched(machine)
    machine.show(away=["printer"], renderer="llvmpipe", inputs=0, inputs_shut=["event3"])
    assert machine.install().fetched()
    assert machine.switch()
    assert machine.boot()
    facts = {"renderer": "llvmpipe", "inputs": 0, "inputs_shut": ["event3"]}
    assert machine.health(away=["printer"], **facts) is None


def test_a_board_without_a_graphics_chip_may_draw_by_its_processor(trying):
    trying.name_in_tree("pcie@10000000", "pci-host-ecam-generic")
    assert trying.health(renderer="llvmpipe (LLVM 19.1.7, 128 bits)") is None
    note = trying.notes.installed
    assert (note.stage, note.why) == (Stage.RUNNING, None)
    assert "llvmpipe (LLVM 19.1.7, 128 bits): this board names no graphics chip" in note.detail


def test_one_that_does_not_even_start_is_told_from_one_that_cannot_sell(trying):
    while trying.runs == "B":  # it hangs, and the watchdog starts the device anew
        assert trying.boot()
    note = trying.settle()
    assert (note.stage, note.why) == (Stage.FELL_BACK, Why.START)


def test_a_slot_without_a_system_is_refused_at_once(trying):
    trying.slot("B").write_bytes(b"")
    assert trying.boot()
    assert trying.runs == "A"
    assert trying.health() is None
    assert trying.notes.installed.stage is Stage.FELL_BACK
    state = Slots(trying.start).read()
    assert (state.slot, state.trying, state.bad) == ("A", False, "B")


def test_a_fault_that_passes_costs_nothing(trying):
    assert trying.health(away=["printer"]) is not None
    assert trying.boot()
    assert trying.runs == "B"
    assert trying.health() is None
    assert trying.notes.installed.why is None


def test_settling_is_done_once_and_changes_nothing_else(machine: Machine):
    assert machine.settle() is None
    fetched(machine)
    assert machine.install().fetched()
    assert machine.settle().stage is Stage.INSTALLED
