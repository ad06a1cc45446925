"""A version that waits starts at a quiet moment, if it is still whole and still offered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.domain.update import Stage, Why
from appliance.update.fetching import LOOK_S, Fetcher
from appliance.update.offered import still_offered
from appliance.update.slots import Slots
from appliance.update.switching import Switching
from appliance.update.system import UpdateError
from tests.update.machine import NEW
from tests.update.test_installing import fetched


def test_what_was_taken_back_does_not_start(machine):
    fetched(machine)
    assert machine.install().fetched()
    offered, waits = [], []

    def wait(_seconds):
        waits.append(machine.notes.waits_for_quiet)
        machine.notes.agree()
        if len(waits) == 5:
            assert machine.notes.report().why is Why.WITHDRAWN
            offered.append(True)

    assert switching(machine, wait, is_offered=lambda _: bool(offered)).run()
    assert waits[:5] == [""] * 5
    assert waits[5] == NEW
    assert machine.notes.installed.why is None


def test_what_was_taken_back_is_not_fetched_again_when_it_is_offered_again(machine):
    offer = fetched(machine)
    assert machine.install().fetched()
    offers = [None]
    fetching = Fetcher(
        machine.notes, offer=lambda: offers[-1], source=None, may=lambda: True, room=lambda _: 10**9
    )
    fetching.step()
    assert not machine.notes.bundle(offer).exists()
    offers.append(offer)
    assert fetching.step() == LOOK_S


@pytest.mark.parametrize(
    ("setting", "starts"),
    [
        ({"offers": []}, False),
        (
            {"offers": [{"version": "1", "sha256": "1" * 64, "size": 1, "where": "https://x"}]},
            False,
        ),
        ("nonsense", True),
    ],
)
def test_the_directory_takes_back_only_what_it_offered(machine, setting, starts):
    class Directory:
        def setting(self, _key):
            return setting

    fetched(machine)
    assert machine.install().fetched()
    ask = still_offered(Directory(), "register-1")
    assert ask(machine.notes.installed) is starts
    assert ask(replace(machine.notes.installed, offered=False))


def test_what_is_written_over_meanwhile_does_not_start(machine, monkeypatch):
    fetched(machine)
    assert machine.install().fetched()
    waited = []

    def wait(_seconds):
        waited.append(machine.notes.waits_for_quiet)
        machine.notes.agree()
        if len(waited) == 1:  # `balie update` begins with a newer one
            now = replace(machine.notes.installed, version="0.3.0", stage=Stage.INSTALLING)
            machine.notes.installed = now
        if len(waited) == 4:
            machine.rauc._note("B", "0.3.0", whole=True)
            machine.notes.installed = replace(machine.notes.installed, stage=Stage.INSTALLED)

    assert switching(machine, wait).run()
    assert waited == [NEW, "", "", "", "0.3.0"]
    assert (machine.notes.installed.version, machine.notes.installed.stage) == (
        "0.3.0",
        Stage.TRYING,
    )


def test_half_a_version_never_starts(machine):
    fetched(machine)
    assert machine.install().fetched()
    machine.rauc._note("B", "", whole=False)
    assert not machine.switch()
    assert Slots(machine.start).read().slot == "A"
    assert machine.notes.report().stage is Stage.WAITING
    assert machine.install().fetched()


def test_a_slot_that_cannot_be_marked_is_no_version_that_started(machine, monkeypatch):
    fetched(machine)
    assert machine.install().fetched()

    def refuse():
        raise UpdateError(Why.INSTALL, "the start partition is read-only")

    monkeypatch.setattr(machine.rauc, "try_other", refuse)
    with pytest.raises(UpdateError):
        machine.switch()
    assert machine.notes.installed.stage is Stage.INSTALLED


def switching(machine, wait, **more):
    return Switching(
        machine.notes,
        machine.rauc,
        desk_runs=lambda: True,
        wait=wait,
        monotonic=lambda: 0.0,
        **more,
    )


def test_nobody_is_disturbed(machine):
    fetched(machine)
    assert machine.install().fetched()
    waits = []

    def wait(seconds):
        waits.append(seconds)
        assert Slots(machine.start).read().slot == "A"
        if len(waits) == 40:
            machine.notes.agree()

    assert machine.switch(wait=wait)
    assert len(waits) == 40
    assert Slots(machine.start).read().slot == "B"
    assert machine.notes.installed.stage is Stage.TRYING


def test_without_a_desk_nobody_is_asked_for_long(machine):
    fetched(machine)
    assert machine.install().fetched()
    waited = []
    assert machine_switches_alone(machine, waited)
    assert sum(waited) == 600


def machine_switches_alone(machine, waited):
    return Switching(
        machine.notes,
        machine.rauc,
        desk_runs=lambda: False,
        wait=waited.append,
        monotonic=lambda: sum(waited),
    ).run()


def test_nothing_waits_so_nothing_starts(machine):
    assert not machine.switch()
    assert Slots(machine.start).read().slot == "A"


def test_what_the_desk_said_before_does_not_hold(machine):
    fetched(machine)
    assert machine.install().fetched()
    machine.notes.agree()
    seen = []

    def wait(_seconds):
        seen.append(machine.notes.is_agreed)
        machine.notes.agree()

    assert machine.switch(wait=wait)
    assert seen == [False]
