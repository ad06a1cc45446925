"""Why a desk does not open, said on the screen in words, and that it is tried again."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from appliance.build import DeskTakenError
from appliance.desks.closed.presenter import EVERY_S, ClosedPresenter
from appliance.desks.closed.troubles import trouble_of
from appliance.doctor.findings import Finding, Severity
from appliance.journal import errors, schema
from appliance.journal.store import Journal
from appliance.services.ports import StoreError
from appliance.services.words import LANGUAGES

ERRORS = {
    "damaged": (errors.JournalDamaged("torn"), "The journal is damaged"),
    "newer": (errors.JournalNewer("v9"), "The journal is of a newer version"),
    "foreign": (errors.JournalForeign("other"), "This is another device's journal"),
    "full": (errors.JournalFull("full"), "The storage card is full"),
    "read-only": (errors.JournalReadOnly("ro"), "The storage card cannot be written to"),
    "failing": (errors.JournalFault("eio"), "The storage card fails"),
    "taken": (DeskTakenError("another"), "The register is open already"),
    "notes": (StoreError("desk.db"), "The open baskets cannot be reached"),
    "other": (OSError("something"), "The register does not open"),
}


class Rig:
    """A presenter with a clock and a desk that may be mended."""

    def __init__(self, error, language="en"):
        self.now, self.mended, self.tried, self.begun = 0.0, False, 0, 0
        self.asked = []
        self.presenter = ClosedPresenter(
            error,
            name="Register 2",
            language=language,
            opens=self.opens,
            again=self.again,
            examine=self.asked.append,
            monotonic=lambda: self.now,
        )

    def opens(self):
        self.tried += 1
        return self.mended

    def again(self):
        self.begun += 1


@pytest.mark.parametrize("name", ERRORS)
def test_every_trouble_has_its_words(name):
    error, heading = ERRORS[name]
    assert trouble_of(error).heading == heading
    assert Rig(error).presenter.view.detail == str(error)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_in_the_shops_language(language):
    for error, heading in ERRORS.values():
        view = Rig(error, language).presenter.view
        said = (view.heading, view.meaning, view.remedy, view.again)
        assert all(said)
        if language != "en":
            assert view.heading != heading


def test_the_language_can_be_chosen():
    rig, shown = Rig(ERRORS["full"][0]), []
    rig.presenter.watch(shown.append)
    rig.presenter.press("language-nl")
    rig.presenter.press("language-xx")
    assert [view.heading for view in shown] == ["De geheugenkaart is vol"]


def test_a_touch_tries_again():
    rig = Rig(ERRORS["full"][0])
    rig.presenter.press("again")
    assert rig.begun == 1


def test_it_opens_by_itself_once_mended_and_looks_seldom():
    rig = Rig(ERRORS["full"][0])
    for second in range(int(4 * EVERY_S)):
        rig.now = float(second)
        rig.presenter.tick()
    assert (rig.tried, rig.begun) == (3, 0)
    rig.mended = True
    rig.now += EVERY_S
    rig.presenter.tick()
    assert rig.begun == 1


def test_a_journal_of_a_newer_program_is_known_as_such(tmp_path):
    path = tmp_path / "journal.db"
    Journal.open(path, "register-2").close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"pragma user_version = {schema.VERSION + 1}")
    with pytest.raises(errors.JournalNewer, match="has version"):
        Journal.open(path, "register-2")


POWER = Finding("power", Severity.LOOK, "Power", "The power is too weak just now.", "Enrol it.")
CARD = Finding("storage", Severity.BAD, "Storage card", "It cannot be read.", "Change it.", {}, "x")
FINE = Finding("clock", Severity.WELL, "Clock", "The power is steady.")


def test_the_device_can_be_looked_at_and_what_is_wrong_is_gone_through():
    rig, shown = Rig(ERRORS["damaged"][0]), []
    rig.presenter.watch(shown.append)
    rig.presenter.press("check")
    rig.presenter.press("check")
    assert len(rig.asked) == 1
    assert shown[-1].check == "One moment"
    assert shown[-1].heading == "The journal is damaged"
    rig.asked[0]([FINE, POWER, CARD])
    assert (shown[-1].heading, shown[-1].remedy) == ("Storage card", "Change it.")
    assert (shown[-1].detail, shown[-1].check) == ("x", "Next, 2 of 2")
    rig.presenter.press("check")
    assert (shown[-1].heading, shown[-1].check) == ("Power", "Back")
    rig.presenter.press("check")
    assert shown[-1].heading == "The journal is damaged"


def test_a_device_with_which_nothing_is_wrong_says_so():
    rig = Rig(ERRORS["damaged"][0])
    rig.presenter.press("check")
    rig.asked[0]([FINE])
    assert rig.presenter.view.meaning == "All is well."
    rig.presenter.press("check")
    assert rig.presenter.view.heading == "The journal is damaged"
