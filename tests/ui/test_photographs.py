"""Every screen of every flow, looked at and photographed in four languages, sizes and arrangements.

The plain run looks closely at each scene once in each language, by turns in the two sizes, and in
one language also stacked or for the left hand; of scenes that differ in a sentence only it takes
each in one language. It photographs each scene in one language: what hides a text or takes away
its contrast is no matter of words. ``BALIE_PHOTOGRAPHS=7`` photographs each in all languages and
all seven arrangements. ``BALIE_PICTURES=folder`` keeps the pictures, to be looked at.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from screen_eye import look_at_the_picture, look_closely
from screen_samples import LANGUAGES, screens
from screen_stage import Pressed
from stories.table import STORIES, Scene, record

from appliance.desks.register.screen import build
from appliance.desks.register.view import State
from appliance.ui.theme import look

EACH = int(os.environ.get("BALIE_PHOTOGRAPHS", "1"))
KEPT = os.environ.get("BALIE_PICTURES")
LETTERED = ("found", "not_found", "sale")
"""Samples that are looked at with the letters open too."""


@dataclass(frozen=True)
class Arrangement:
    """How the screen of a device is set up."""

    width: int
    height: int
    left_handed: bool = False

    def __str__(self) -> str:
        return f"{self.width}x{self.height}{'-left' if self.left_handed else ''}"


SIZES = (Arrangement(1280, 800), Arrangement(800, 480))
OTHERS = (
    Arrangement(480, 800),
    Arrangement(800, 480, left_handed=True),
    Arrangement(720, 1280),
    Arrangement(1280, 800, left_handed=True),
    Arrangement(480, 800, left_handed=True),
)


@cache
def scenes(language: str) -> tuple[Scene, ...]:
    """Give every scene of every story in one language, and the samples with long words."""
    told = [scene for name in STORIES for scene in record(name, language)]
    for name, screen in screens(language).items():
        told.append(Scene(f"sample: {name}", language, screen))
        if name in LETTERED:
            told.append(Scene(f"sample: {name} with letters", language, screen, ("search",)))
    return tuple(told)


def chosen(arrangement: Arrangement, language: str) -> list[Scene]:
    """Give the scenes to be photographed in one arrangement and language."""
    place = LANGUAGES.index(language)
    every = scenes(language)
    if EACH > 1:
        return list(every)
    every = tuple(
        scene for at, scene in enumerate(every) if not scene.variant or at % len(LANGUAGES) == place
    )
    if arrangement in SIZES:
        turn = place + SIZES.index(arrangement)
        return list(every[turn % len(SIZES) :: len(SIZES)])
    turn = OTHERS.index(arrangement)
    return [
        scene
        for at, scene in enumerate(every)
        if at % len(LANGUAGES) == place and at // len(LANGUAGES) % len(OTHERS) == turn
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("arrangement", [*SIZES, *OTHERS], ids=str)
def test_a_careful_eye_finds_nothing_wrong(stage, arrangement, language):
    todo = chosen(arrangement, language)
    look.left_handed = arrangement.left_handed
    stage.resize(arrangement.width, arrangement.height)
    presenter = Pressed(todo[0].screen)
    stage.show(build(presenter, lambda _: None))
    try:
        wrong = {}
        for scene in todo:
            presenter.show(scene.screen)
            stage.settle()
            for control in scene.touches:
                stage.touch(control)
            wrong[scene.name] = look_at(stage, scene, arrangement)
            if scene.touches:
                stage.touch("search-clear")
    finally:
        look.left_handed = False
        stage.show(None)
    wrong = {name: faults for name, faults in wrong.items() if faults}
    assert not wrong, "\n".join(f"{name}: {faults}" for name, faults in wrong.items())


def test_whatever_is_wrong_in_the_bar_says_what_to_do():
    silent = {
        (item.key, item.meaning)
        for scene in scenes("nl")
        if not scene.name.startswith("sample")
        for item in scene.screen.top.items
        if item.state is not State.OK and not item.remedy
    }
    assert not silent


def look_at(stage, scene, arrangement):
    """Look at a scene, and at a photograph of it if it is its turn; say what is wrong."""
    seen = list(stage.seen())
    faults = look_closely(seen, stage.window.size)
    if not is_photographed(scene, arrangement):
        return faults
    picture = stage.photograph()
    if KEPT:
        folder = Path(KEPT) / str(arrangement) / scene.language
        folder.mkdir(parents=True, exist_ok=True)
        picture.save(folder / f"{scene.name.replace(': ', '~').replace(' ', '_')}.png")
    return faults + look_at_the_picture(seen, picture)


def is_photographed(scene, arrangement):
    """Tell whether a scene is photographed, too: in the two sizes in one language, by turns."""
    if EACH > 1 or KEPT or scene.variant or arrangement not in SIZES:
        return True
    at = scenes(scene.language).index(scene) // len(SIZES)
    return at % len(LANGUAGES) == LANGUAGES.index(scene.language)
