"""A register runs for months: thousands of changes leave nothing in memory."""

import gc
import weakref
from dataclasses import replace

from screen_samples import screens
from screen_stage import SIZES, Pressed

from appliance.desks.register.screen import build
from appliance.ui.theme import look

WARM = 2
ROUNDS = 6


def test_thousands_of_changes_keep_the_number_of_objects(stage):
    stage.resize(800, 480)
    by_language = [screens(language) for language in ("nl", "fr", "id", "en")]
    presenter = Pressed(by_language[0]["sale"])
    stage.show(build(presenter, lambda _: None))
    counts = []
    for turn in range(WARM + ROUNDS):
        for samples in by_language:
            for screen in samples.values():
                presenter.show(screen)
                stage.settle()
            basket = samples["long"]
            for count in range(1, 30):
                lines = basket.body.lines[:count]
                presenter.show(replace(basket, body=replace(basket.body, lines=lines)))
                stage.settle()
        gc.collect()
        if turn >= WARM:
            counts.append(len(gc.get_objects()))
    assert max(counts) - min(counts) <= 20, counts
    stage.show(None)


def test_a_screen_that_is_gone_is_gone(stage):
    samples = screens("nl")
    gone, counts = [], []
    for turn in range(6):
        presenter = Pressed(samples["sale"])
        screen = build(presenter, lambda _: None)
        gone.append(weakref.ref(screen))
        stage.show(screen)
        for sample in samples.values():
            presenter.show(sample)
            stage.settle()
        stage.show(None)
        del presenter, screen
        stage.frames(1)
        # The look tells everybody, and forgets those who are gone.
        stage.resize(*SIZES[turn % 2])
        look.left_handed = not turn % 2
        gc.collect()
        counts.append(len(gc.get_objects()))
    look.left_handed = False
    assert not any(screen() for screen in gone)
    assert max(counts[3::2]) - counts[1] <= 200, counts
