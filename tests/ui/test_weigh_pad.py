"""The pad for a weight with everything it may have to say, in four languages and two sizes."""

from dataclasses import replace

import pytest
from screen_samples import LANGUAGES, screens
from screen_stage import SIZES, Pressed
from test_screens import look_closely

from appliance.desks.register.presenter_scale import SCALE_TROUBLES, WEIGHING
from appliance.desks.register.screen import build
from appliance.desks.register.view import Keypad
from appliance.services.words import Words


def pads(language):
    """Give the pad with each of its hints."""
    say = Words(language).say
    hints = [
        *(" ".join(map(say, trouble[1:])) for trouble in SCALE_TROUBLES.values()),
        *map(say, WEIGHING.values()),
        f"Elstar los · 2,49 / kg · {say('Packing {weight} kg comes off.', weight='0,020')}",
        f"Elstar los · 2,49 / kg · {say('The scale takes the packing off itself.')}",
        say("Type what the packing weighs, or put it on the scale, then touch this again."),
        say("Nothing lies on the scale. Put it on, or type the weight."),
        say(
            "Less than {weight} kg cannot be weighed for sale here. Add more, or sell the piece.",
            weight="0,020",
        ),
        say("The packing weighs more than that. Check both weights."),
    ]
    for hint in hints:
        yield Keypad(
            purpose="weight",
            title=say("Weight in kg"),
            entry="12,750",
            hint=hint,
            confirm=say("OK"),
            cancel=say("Cancel"),
            comma=",",
            extra=say("Packing"),
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_sentence_of_the_pad_is_whole(stage, size, language):
    stage.resize(*size)
    sample = screens(language)["sale"]
    presenter = Pressed(sample)
    stage.show(build(presenter, lambda _: None))
    for pad in pads(language):
        presenter.show(replace(sample, body=replace(sample.body, keypad=pad)))
        stage.settle()
        wrong = look_closely(list(stage.seen()), stage.window.size)
        assert not wrong, f"{pad.hint}: {wrong}"
    stage.show(None)


def test_the_key_for_the_packing_is_there_only_where_it_means_something(stage):
    sample = screens("nl")["sale"]
    presenter = Pressed(sample)
    stage.show(build(presenter, lambda _: None))
    pad = next(pads("nl"))
    for extra, times in (("Verpakking", 1), ("", 0), ("Verpakking", 1)):
        presenter.show(replace(sample, body=replace(sample.body, keypad=replace(pad, extra=extra))))
        stage.settle()
        names = [getattr(one.widget, "name", "") for one in stage.seen()]
        assert names.count("pad-extra") == times
    stage.touch("pad-extra")
    assert presenter.calls[-1] == ("press", "pad-extra")
    stage.show(None)
