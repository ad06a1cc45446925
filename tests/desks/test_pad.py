"""Numbers typed on the screen."""

from __future__ import annotations

import pytest

from appliance.desks.register.presenter_pad import LONGEST_ENTRY, Pad
from appliance.services.words import Words


class Session:
    def __init__(self, language="nl"):
        self.words = Words(language)
        self.sound = (0, "")

    def changed(self):
        pass


@pytest.fixture
def make():
    def made(language="nl", refuse=None, **more):
        taken, gone = [], []

        def done(number, entry):
            taken.append((number, entry))
            return refuse

        pad = Pad(
            Session(language),
            purpose="test",
            title="How many?",
            confirm="OK",
            done=done,
            closed=gone.append,
            **more,
        )
        return pad, taken, gone

    return made


def press(pad, *keys):
    for key in keys:
        assert pad.press(f"pad-{key}")


def test_a_whole_number(make):
    pad, taken, gone = make()
    press(pad, "1", "2", "back", "4", "confirm")
    assert taken == [(14, "14")]
    assert gone == [pad]
    assert pad.view().comma == ""


@pytest.mark.parametrize(
    ("language", "comma"), [("nl", ","), ("fr", ","), ("id", ","), ("en", ".")]
)
def test_an_amount_in_the_languages_own_sign(make, language, comma):
    pad, taken, _ = make(language, decimals=2)
    press(pad, "6", "comma", "comma", "5", "confirm")
    assert taken == [(650, f"6{comma}5")]
    assert pad.view().comma == comma


def test_a_comma_with_nothing_behind_it(make):
    pad, taken, _ = make(decimals=2)
    press(pad, "6", "comma", "confirm")
    assert taken == [(600, "6,")]


@pytest.mark.parametrize(
    "keys", [("confirm",), ("comma", "confirm"), ("1", "comma", "2", "3", "4", "confirm")]
)
def test_what_is_no_number_stays_open_and_says_so(make, keys):
    pad, taken, gone = make(decimals=2)
    press(pad, *keys)
    assert (taken, gone) == ([], [])
    assert pad.view().hint == "Typ eerst een getal."


def test_what_the_owner_refuses_stays_open_with_the_reason(make):
    pad, _, gone = make(refuse="Te veel.")
    press(pad, "9", "confirm")
    assert gone == []
    assert pad.view().hint == "Te veel."


def test_digits_that_are_no_number_keep_their_zeros(make):
    pad, taken, _ = make(decimals=None, optional=True)
    press(pad, "0", "0", "7", "confirm")
    assert taken == [(7, "007")]


def test_nothing_where_nothing_may_be_typed(make):
    pad, taken, _ = make(optional=True)
    press(pad, "confirm")
    assert taken == [(0, "")]


def test_cancel_and_too_much(make):
    pad, taken, gone = make()
    press(pad, *("9" * 40))
    assert len(pad.view().entry) == LONGEST_ENTRY
    press(pad, "cancel")
    assert (taken, gone) == ([], [pad])


def test_keys_that_are_not_there(make):
    pad, _, _ = make()
    assert not pad.press("money-exact")
    assert not pad.press("pad-12")
    assert not pad.press("pad-comma")
