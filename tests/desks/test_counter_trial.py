"""A start with new settings: good once the desk was seen, given up by itself where it is not."""

from __future__ import annotations

import errno

import pytest

from appliance import small_files
from appliance.config import ConfigError
from appliance.counter_files import CounterFiles
from appliance.counter_trial import MOST_STARTS, UNSEEN, Trial
from appliance.domain.counter import Stage, Taken, digest
from appliance.domain.update import Stage as VersionStage
from appliance.update.notes import Installed, Notes
from tests.desks.test_counter_files import OWN, A, B


@pytest.fixture
def files(tmp_path):
    (tmp_path / "balie.toml").write_text(OWN)
    return CounterFiles(tmp_path)


@pytest.fixture
def start(files):
    """Start a desk; it returns the settings it gets."""
    return lambda: Trial(files.folder / "balie.toml", "balie 1").begin()


def host(settings):
    return settings.printer.options.get("host")


def waits(files):
    """A is good, B is there."""
    files.tell(A)
    files.keep(A)
    files.tell(B)


def test_starts_that_show_nothing_are_counted_and_then_it_falls_back(files, start):
    waits(files)
    assert [host(start()) for _ in range(MOST_STARTS)] == ["192.0.2.2"] * MOST_STARTS
    assert files.taken().stage is Stage.WAITING
    assert [host(start()) for _ in range(9)] == ["192.0.2.1"] * 9
    assert files.taken() == Taken(digest(B), Stage.REFUSED, UNSEEN)


def test_seen_once_nothing_is_counted_any_more(files, start):
    waits(files)
    for _ in range(MOST_STARTS):
        start()
    files.keep(B)
    assert [host(start()) for _ in range(9)] == ["192.0.2.2"] * 9
    assert files.starts(B) == 0
    assert files.taken() == Taken(digest(B), Stage.IN_USE)


def test_own_settings_that_come_back_are_tried_as_well(files, start):
    waits(files)
    files.tell("")
    assert [host(start()) for _ in range(MOST_STARTS)] == [None] * MOST_STARTS
    assert host(start()) == "192.0.2.1"


def test_what_is_thrown_out_at_the_start_is_refused_at_once_and_then_what_was_good(files):
    waits(files)
    trial = Trial(files.folder / "balie.toml", "balie 1")
    error = ConfigError(f"{files.folder}/counter.toml: [printer] host: no such host")
    settings = trial.begin()
    assert trial.falls_back(settings, error)
    assert files.taken() == Taken(digest(B), Stage.REFUSED, "[printer] host: no such host")
    settings = trial.begin()
    assert host(settings) == "192.0.2.1"
    assert trial.falls_back(settings, error)
    settings = trial.begin()
    assert settings.told is None
    assert not trial.falls_back(settings, error), "there are no others"
    assert (files.told, files.good) == (None, None)


def test_a_start_that_failed_for_something_else_is_not_counted(files):
    waits(files)
    for _ in range(9):
        trial = Trial(files.folder / "balie.toml", "balie 1")
        settings = trial.begin()
        assert host(settings) == "192.0.2.2"
        trial.excuse(settings)
    assert files.starts(B) == 0


def test_a_card_that_takes_no_note_has_what_was_good(files, start, monkeypatch):
    waits(files)

    def refuse(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(small_files, "replace", refuse)
        assert host(start()) == "192.0.2.1"
        trial = Trial(files.folder / "balie.toml", "balie 1")
        good = trial.begin()
        assert trial.falls_back(good, ConfigError("no"))
        assert trial.begin().told is None
    assert host(start()) == "192.0.2.2"


def test_a_version_that_still_has_to_show_what_it_can_tries_nothing_else(files, start):
    waits(files)
    notes = Notes(files.folder / "data")
    notes.installed = Installed("0.2.0", "0" * 64, VersionStage.TRYING, slot="B")
    assert [host(start()) for _ in range(9)] == ["192.0.2.1"] * 9
    notes.installed = Installed("0.2.0", "0" * 64, VersionStage.RUNNING, slot="B")
    assert host(start()) == "192.0.2.2"


def test_its_own_that_cannot_be_used_are_said(files, start):
    files.tell('[scale]\ndriver = "none"\n')
    (files.folder / "balie.toml").write_text(OWN.replace('id = "till-2"', 'id = "till/2"'))
    with pytest.raises(ConfigError, match="id must be a name"):
        start()
