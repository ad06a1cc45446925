"""What is installed, what is refused, and what the device says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.domain.update import Stage, Why
from appliance.update.commands import the_one_in
from appliance.update.notes import Fetched
from appliance.update.slots import Slots
from appliance.update.system import Started, UpdateError
from tests.update.machine import NEW, NOW, OLD


def fetched(machine, **more):
    offer = machine.offer(**more)
    machine.notes.folder.mkdir(exist_ok=True)
    machine.notes.bundle(offer).write_bytes(machine.bundle(offer.version))
    machine.notes.fetched = Fetched(offer, offer.size)
    return offer


def test_selling_goes_on_from_the_slot_that_ran(machine):
    fetched(machine)
    assert machine.install().fetched()
    assert machine.holds("B") == NEW
    state = Slots(machine.start).read()
    assert (state.slot, state.trying, state.bad) == ("A", False, "B")
    assert machine.notes.waits_for_quiet == NEW


def test_what_is_written_whole_is_not_written_twice(machine, monkeypatch):
    fetched(machine)
    assert machine.install().fetched()
    monkeypatch.setattr(machine.rauc, "install", lambda _: pytest.fail("written twice"))
    assert machine.install().fetched()


def test_nothing_fetched_is_nothing_to_do(machine):
    assert not machine.install().fetched()
    assert machine.notes.report() is None


@pytest.mark.parametrize(("minutes", "goes_on"), [(59, True), (61, False)])
def test_what_is_unsent_for_too_long_is_sent_first(machine, minutes, goes_on):
    fetched(machine)
    oldest = NOW - timedelta(minutes=minutes)
    if goes_on:
        assert machine.install(oldest=oldest).fetched()
        return
    with pytest.raises(UpdateError, match="when all is sent the update goes on by itself"):
        machine.install(oldest=oldest).fetched()
    assert machine.notes.report().stage is Stage.WAITING
    assert machine.notes.report().why is Why.UNSENT
    assert machine.holds("B") == OLD
    assert machine.install().fetched()


def test_a_bundle_of_somebody_else_is_refused_for_good(machine):
    offer = fetched(machine)
    forged = b"forged" + machine.bundle()[6:]
    machine.notes.bundle(offer).write_bytes(forged)
    with pytest.raises(UpdateError, match="is not signed"):
        machine.install().fetched()
    assert machine.notes.report().stage is Stage.REFUSED
    assert not machine.install().fetched()
    assert machine.holds("B") == OLD


def test_a_bundle_of_another_size_is_not_taken(machine):
    offer = fetched(machine)
    machine.notes.bundle(offer).write_bytes(machine.bundle()[:-1])
    with pytest.raises(UpdateError, match="bytes were expected"):
        machine.install().fetched()
    assert machine.notes.report().why is Why.SIZE


def test_a_version_that_is_tried_takes_no_other(machine):
    fetched(machine)
    machine.started = Started("A", trying=True, tries=1)
    with pytest.raises(UpdateError, match="still has to show that it can sell"):
        machine.install().fetched()


def test_one_that_fell_back_is_tried_again_only_when_offered_again(machine):
    offer = fetched(machine)
    assert machine.install().fetched()
    machine.notes.installed = replace(machine.notes.installed, stage=Stage.FELL_BACK)
    assert not machine.install().fetched()
    machine.notes.fetched = Fetched(replace(offer, turn=2), offer.size)
    assert machine.install().fetched()


def test_a_stick_is_taken_and_one_that_failed_before_may_try_again(machine, tmp_path):
    bundle = tmp_path / "balie-0.2.0.raucb"
    bundle.write_bytes(machine.bundle())
    assert machine.install().from_file(the_one_in(tmp_path))
    machine.notes.installed = replace(machine.notes.installed, stage=Stage.FELL_BACK)
    assert machine.install().from_file(bundle)
    assert machine.notes.installed.turn == 2
    machine.notes.installed = replace(machine.notes.installed, stage=Stage.RUNNING)
    assert not machine.install().from_file(bundle)


def test_a_stick_with_two_versions_is_refused_in_words(tmp_path):
    for name in ("balie-1.raucb", "balie-2.raucb"):
        (tmp_path / name).touch()
    with pytest.raises(UpdateError, match=r"found: balie-1\.raucb, balie-2\.raucb"):
        the_one_in(tmp_path)


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
    from appliance.update.switching import Switching  # noqa: PLC0415  # this one test's

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


def test_the_command_line_says_how_this_system_was_started(tmp_path):
    said = tmp_path / "cmdline"
    said.write_text("root=PARTUUID=1 ro rauc.slot=B balie.trying=1 balie.tries=1 quiet\n")
    assert Started.read(said) == Started("B", trying=True, tries=1)
    said.write_text("root=/dev/sda quiet\n")
    assert Started.read(said) == Started()
    assert Started.read(tmp_path / "none") == Started()
