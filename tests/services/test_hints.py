"""What a person knows by now, and how loud the counter is: kept, read again, never in the way."""

from __future__ import annotations

import pytest

from appliance.services.hints import SHOWN_ENOUGH, Hints
from appliance.services.ports import StoreError
from appliance.services.sounds import Loudness, Sounds
from tests.services.doubles import MemoryShelf


def usual(_key, default):
    return default


def unreadable(_key, _default):
    raise StoreError("The directory cannot be read.")


class TestHints:
    def test_what_was_done_often_enough_is_known(self):
        hints = Hints(shelf=MemoryShelf(), setting=usual)
        for _ in range(3):
            assert hints.needs("p1", "pay", 3)
            hints.use("p1", "pay", 3)
        assert not hints.needs("p1", "pay", 3)
        assert hints.needs("p2", "pay", 3)

    def test_what_was_shown_often_enough_is_not_wanted(self):
        hints = Hints(shelf=MemoryShelf(), setting=usual)
        for _ in range(SHOWN_ENOUGH):
            assert hints.needs("p1", "pay", 3)
            hints.show("p1", "pay")
        assert not hints.needs("p1", "pay", 3)

    def test_another_start_knows_it_too(self):
        shelf = MemoryShelf()
        hints = Hints(shelf=shelf, setting=usual)
        hints.dismiss("p1", "pay")
        hints.turn("p2", on=False)
        again = Hints(shelf=shelf, setting=usual)
        assert not again.needs("p1", "pay", 3)
        assert not again.is_on("p2")
        again.turn("p2", on=True)
        assert again.needs("p2", "pay", 3)

    @pytest.mark.parametrize("kept", [7, "odd", ["p1"], {"p1": 7}, {"p1": {"pay": "often"}}])
    def test_notes_that_make_no_sense_are_forgotten(self, kept):
        shelf = MemoryShelf()
        shelf.keep_fact("hints", kept)
        assert Hints(shelf=shelf, setting=usual).needs("p1", "pay", 3)

    def test_a_directory_that_cannot_be_read_holds_nothing_up(self):
        assert Hints(shelf=MemoryShelf(), setting=unreadable).is_on("p1")


class TestLoudness:
    def test_the_counters_own_stands_before_the_shops(self):
        shelf = MemoryShelf()
        sounds = Sounds(shelf=shelf, setting=lambda *_: "off")
        assert sounds.loudness is Loudness.OFF
        sounds.turn(Loudness.LOUD)
        assert Sounds(shelf=shelf, setting=lambda *_: "off").loudness is Loudness.LOUD

    @pytest.mark.parametrize("said", [None, "shrill", 7, ["loud"]])
    def test_what_is_no_loudness_is_the_usual(self, said):
        assert Sounds(shelf=MemoryShelf(), setting=lambda *_: said).loudness is Loudness.NORMAL

    def test_a_directory_that_cannot_be_read_holds_nothing_up(self):
        assert Sounds(shelf=MemoryShelf(), setting=unreadable).loudness is Loudness.NORMAL
