"""The window's keyboard: a scan is a scan whatever is open, and a person can type."""

from dataclasses import replace

import pytest
from screen_samples import screens
from screen_stage import Pressed

from appliance.desks.register.screen_typing import Typist
from appliance.ui.keyboard import BACKSPACE, ENTER, ESCAPE, Burst, Keyboard, Scan

CODE = "3017620422003"


def typed(burst, text, pace_s, began=0.0):
    for place, character in enumerate(text):
        burst.add(character, began + place * pace_s)


def test_a_fast_burst_with_enter_is_a_scan():
    burst = Burst()
    typed(burst, CODE, 0.005)
    assert burst.enter() == Scan(CODE, shown=0)


def test_what_was_shown_of_a_scan_is_known():
    burst = Burst()
    typed(burst, CODE[:5], 0.005)
    assert burst.pending() == CODE[:5]
    typed(burst, CODE[5:], 0.005, began=0.03)
    assert burst.enter() == Scan(CODE, shown=5)


@pytest.mark.parametrize(("text", "pace_s"), [(CODE, 0.12), ("1234", 0.001), ("", 0.0)])
def test_slow_or_short_is_a_person(text, pace_s):
    burst = Burst()
    typed(burst, text, pace_s)
    assert burst.enter() is None


def test_a_text_left_alone_is_forgotten():
    burst = Burst()
    typed(burst, "mel", 0.1)
    burst.pending()
    typed(burst, CODE, 0.005, began=60.0)
    assert burst.enter() == Scan(CODE, shown=0)


class Window:
    """Kivy's window as far as the keyboard knows it."""

    def bind(self, on_textinput, on_key_down):
        self.text, self.key = on_textinput, on_key_down

    def scan(self, code):
        for character in code:
            self.text(self, character)
        self.key(self, ENTER, 40, None, [])


@pytest.fixture
def counter(stage):
    """A window, and a presenter that remembers; the clock of Kivy turns by ``settle``."""
    presenter = Pressed(screens("nl")["sale"])
    window = Window()
    keyboard = Keyboard(window, Typist(presenter))
    yield window, presenter
    del keyboard


@pytest.mark.parametrize("name", ["sale", "sign_in", "asked", "tenders", "done", "found"])
def test_a_scan_adds_a_line_whatever_is_open(counter, name):
    window, presenter = counter
    presenter.screen = screens("nl")[name]
    window.scan(CODE)
    assert presenter.calls[-1] == ("scanned", CODE, "keyboard", None)
    assert len(presenter.calls) == 1


def test_digits_go_to_the_pin_and_to_the_keypad():
    presenter = Pressed(screens("nl")["sign_in"])
    typist = Typist(presenter)
    typist.typed("25,x")
    typist.rubbed_out()
    typist.entered()
    presenter.screen = screens("nl")["asked"]
    typist.typed("1.5")
    typist.entered()
    typist.escaped()
    assert [control for _, control in presenter.calls] == [
        "pin-2", "pin-5", "pin-back", "pin-enter",
        "pad-1", "pad-comma", "pad-5", "pad-confirm", "pad-cancel",
    ]  # fmt: skip


def sale(search="", results=()):
    screen = screens("nl")["sale"]
    return replace(screen, body=replace(screen.body, search=search, results=results))


def test_letters_are_looked_for():
    presenter = Pressed(sale("me"))
    typist = Typist(presenter)
    typist.typed("lk")
    presenter.screen = sale("melk")
    typist.rubbed_out()
    typist.escaped()
    assert presenter.calls == [("searched", "melk"), ("searched", "mel"), ("searched", "")]


def test_a_code_typed_by_hand_is_taken_and_a_name_is_not():
    presenter = Pressed(sale("85123A"))
    Typist(presenter).entered()
    assert presenter.calls == [("searched", ""), ("scanned", "85123A", "keyboard", None)]
    for text in ("melk", "ab", "halfvolle melk 2", ""):
        presenter = Pressed(sale(text))
        Typist(presenter).entered()
        assert presenter.calls == []


def test_enter_takes_the_only_result():
    only = screens("nl")["found"].body.results[:1]
    presenter = Pressed(sale("kof", only))
    Typist(presenter).entered()
    assert presenter.calls == [("press", f"result-{only[0].article}")]


def test_escape_closes_what_is_open():
    for name, control in (("status", "status-close"), ("languages", "language")):
        presenter = Pressed(screens("nl")[name])
        Typist(presenter).escaped()
        assert presenter.calls == [("press", control)]


def test_typing_nowhere_does_nothing():
    presenter = Pressed(screens("nl")["done"])
    typist = Typist(presenter)
    typist.typed("abc12")
    typist.rubbed_out()
    typist.entered()
    typist.escaped()
    assert presenter.calls == []


def test_backspace_escape_and_other_keys(counter):
    window, presenter = counter
    presenter.screen = sale("ab")
    assert window.key(window, BACKSPACE, 0, None, [])
    assert window.key(window, ESCAPE, 0, None, [])
    assert not window.key(window, 282, 0, None, [])  # F1
    assert presenter.calls == [("searched", "a"), ("searched", "")]
