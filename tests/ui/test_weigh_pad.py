"""The pad for a weight: a further key for the packing, where it means something."""

from dataclasses import replace

from screen_samples import screens
from screen_stage import Pressed

from appliance.desks.register.screen import build


def test_the_key_for_the_packing_is_there_only_where_it_means_something(stage):
    sample = screens("nl")["sale"]
    presenter = Pressed(sample)
    stage.show(build(presenter, lambda _: None))
    pad = screens("nl")["asked"].body.keypad
    for extra, times in (("Verpakking", 1), ("", 0), ("Verpakking", 1)):
        presenter.show(replace(sample, body=replace(sample.body, keypad=replace(pad, extra=extra))))
        stage.settle()
        names = [getattr(one.widget, "name", "") for one in stage.seen()]
        assert names.count("pad-extra") == times
    stage.touch("pad-extra")
    assert presenter.calls[-1] == ("press", "pad-extra")
    stage.show(None)
