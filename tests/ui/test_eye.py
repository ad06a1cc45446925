"""The eye sees: a screen is broken on purpose, and each fault is found."""

from dataclasses import replace

import pytest
from screen_eye import look_at_the_picture, look_closely
from screen_samples import screens
from screen_stage import Pressed

from appliance.desks.register.screen import build
from appliance.ui import theme
from appliance.ui.widgets.figure import Figure
from appliance.ui.widgets.key import Key
from appliance.ui.widgets.words import Words


@pytest.fixture
def counter(stage):
    """The sale at 800 × 480, whole as it is."""
    stage.resize(800, 480)
    presenter = Pressed(screens("nl")["sale"])
    stage.show(build(presenter, lambda _: None))
    yield stage
    stage.show(None)


def widgets(stage, kind, text=""):
    return [
        one.widget
        for one in stage.seen()
        if isinstance(one.widget, kind) and text in getattr(one.widget, "text", "")
    ]


def found(stage, *said):
    """Look, and expect a fault with these words in it."""
    stage.settle()
    faults = look_closely(list(stage.seen()), stage.window.size)
    assert any(all(each in fault for each in said) for fault in faults), faults


def test_nothing_is_wrong_before(counter):
    seen = list(counter.seen())
    assert look_closely(seen, counter.window.size) == []
    assert look_at_the_picture(seen, counter.photograph()) == []


def test_a_text_that_is_cut(counter):
    (key,) = widgets(counter, Key, "Aantal")
    key.text = "Hoeveelheidsaanduidingswijziging van de verkoopregel"
    found(counter, "is cut")


def test_a_text_that_is_larger_than_its_place(counter):
    (key,) = widgets(counter, Key, "Aantal")
    key.label.size_hint = (None, None)
    key.place_words = lambda _style: setattr(key.label, "size", (30, 8))
    key.type_size = theme.TEXT
    found(counter, "is larger than its box")


def test_texts_on_each_other(counter):
    (figure,) = widgets(counter, Figure)
    figure.arrange()
    figure._label.width = figure.width
    figure._label.align = "right"
    found(counter, "lies on")


def test_controls_on_each_other(counter):
    first, second = (widgets(counter, Key, text)[0] for text in ("Aantal", "Prijs"))
    first.x = second.x - first.width / 2
    found(counter, "action-quantity lies on action-price")


def test_a_control_on_a_strange_text(counter):
    (key,) = widgets(counter, Key, "Aantal")
    key.y -= 90
    key.x += 40
    found(counter, "lies on action-quantity")


def test_what_stands_outside_the_window_or_its_block(counter):
    (key,) = widgets(counter, Key, "Aantal")
    key.x = -20
    found(counter, "action-quantity stands partly outside")
    found(counter, "action-quantity sticks out of its")


def test_a_control_too_small_for_a_finger(counter):
    (key,) = widgets(counter, Key, "Aantal")
    key.size_hint, key.size = (None, None), (120, 30)
    found(counter, "action-quantity is")


@pytest.mark.parametrize("colour", ["#9AA3AE", "#FFFFFF"])
def test_words_that_do_not_stand_out(counter, colour):
    (words,) = (one for one in widgets(counter, Words) if one.text == "Te betalen")
    words.colour = theme.colour(colour)
    found_in_tree = look_closely(list(counter.seen()), counter.window.size)
    assert any("'Te betalen' has contrast" in fault for fault in found_in_tree)
    faults = look_at_the_picture(list(counter.seen()), counter.photograph())
    assert any("in the picture" in fault and "Te betalen" in fault for fault in faults)


def test_words_that_something_is_painted_over(counter):
    (key,) = widgets(counter, Key, "Aantal")
    with key.canvas.after:
        from kivy.graphics import Color, Rectangle  # noqa: PLC0415 - opens the window

        Color(*theme.CARD)
        Rectangle(pos=key.pos, size=key.size)
    key.report()
    faults = look_at_the_picture(list(counter.seen()), counter.photograph())
    assert faults == ["'Aantal' on #FFFFFF cannot be seen in the picture"]


def test_letters_too_small_to_read(counter):
    (words,) = (one for one in widgets(counter, Words) if one.text == "Te betalen")
    words.size_px = 8
    found(counter, "'Te betalen' has letters of 8 pixels")


def test_a_total_under_a_card(counter):
    sample = screens("nl")["status"]
    high = replace(sample.detail, meaning=" ".join([sample.detail.meaning] * 9))
    counter.show(build(Pressed(replace(sample, detail=high)), lambda _: None))
    card = next(one.widget.card for one in counter.seen() if one.modal)
    card.size, card.pos = (780, 420), (10, 4)
    found(counter, "the total is covered")


def test_a_screen_with_nothing_on_it(counter):
    for one in widgets(counter, Words):
        one.opacity = 0
    found(counter, "there is nothing to read")
