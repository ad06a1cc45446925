"""What is installed, what is refused, and what the device says of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance import small_files
from appliance.domain.update import Stage, Why
from appliance.update.installing import MOST_FAILURES
from appliance.update.notes import Fetched, Installed
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


@pytest.mark.parametrize(
    ("minutes", "goes_on"),
    [(59, True), (61, False), (-59, True), (-61, False)],  # below 0: the clock is wrong
)
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


def test_a_bundle_of_another_size_is_not_taken_and_fetched_anew(machine):
    offer = fetched(machine)
    machine.notes.bundle(offer).write_bytes(machine.bundle()[:-1])
    with pytest.raises(UpdateError, match="bytes were expected"):
        machine.install().fetched()
    assert machine.notes.report().why is Why.TORN
    assert not machine.notes.bundle(offer).exists()


def test_one_that_rots_on_the_card_is_fetched_anew(machine, monkeypatch):
    offer = fetched(machine)
    fails(machine, monkeypatch)
    machine.notes.bundle(offer).write_bytes(machine.bundle()[:-1] + b"D")
    with pytest.raises(UpdateError, match="did not stay what it was"):
        machine.install().fetched()
    assert machine.notes.report().why is Why.TORN
    assert not machine.notes.bundle(offer).exists()


def test_a_card_that_takes_nothing_is_not_worn_out_by_trying(machine, monkeypatch):
    fetched(machine)
    written = fails(machine, monkeypatch)
    for _ in range(10):
        with suppress(UpdateError):
            machine.install().fetched()
    assert len(written) == MOST_FAILURES
    note = machine.notes.installed
    assert (note.stage, note.why) == (Stage.REFUSED, Why.INSTALL)


def fails(machine, monkeypatch):
    written = []

    def install(bundle):
        written.append(bundle)
        raise UpdateError(Why.INSTALL, "the card takes nothing")

    monkeypatch.setattr(machine.rauc, "install", install)
    return written


def test_what_waits_is_noted_once(machine, monkeypatch):
    fetched(machine)
    notes = []
    real = small_files.write
    monkeypatch.setattr(
        small_files, "write", lambda file, data: (notes.append(file), real(file, data))
    )
    for _ in range(5):
        with pytest.raises(UpdateError):
            machine.install(oldest=NOW - timedelta(hours=5)).fetched()
    assert len(notes) == 1


def test_a_writing_that_was_cut_off_is_said_to_wait(machine):
    fetched(machine)
    machine.notes.installed = Installed(NEW, "0" * 64, Stage.INSTALLING)
    assert machine.settle().stage is Stage.WAITING
    assert machine.install().fetched()


def test_two_do_not_write_at_once(machine):
    fetched(machine)
    with machine.notes.alone() as first:
        assert first
        with pytest.raises(UpdateError, match="another version is being written"):
            machine.install().fetched()
    assert machine.notes.installed is None
    assert machine.install().fetched()


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


def test_the_command_line_says_how_this_system_was_started(tmp_path):
    said = tmp_path / "cmdline"
    said.write_text("root=PARTUUID=1 ro rauc.slot=B balie.trying=1 balie.tries=1 quiet\n")
    kept = tmp_path / "kept"
    assert Started.read(said, kept) == Started("B", trying=True, tries=1)
    kept.touch()
    assert not Started.read(said, kept).trying
    said.write_text("root=/dev/sda quiet\n")
    assert Started.read(said) == Started()
    assert Started.read(tmp_path / "none") == Started()
