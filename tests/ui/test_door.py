"""The screen of a device that waits to be let in: everything fits, everything can be touched.

The plain run looks at each size in one language and at each refusal once; ``BALIE_DOORS=4`` looks at
all of them in every language. ``BALIE_PICTURES=folder`` keeps the pictures.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import appliance
from appliance.door.refusals import REFUSALS

ROOT = Path(appliance.__file__).parents[1]
KEPT = os.environ.get("BALIE_PICTURES")
EACH = int(os.environ.get("BALIE_DOORS", "1"))
SIZES = {"fr": (800, 480), "nl": (1280, 800), "id": (480, 800)}
DRAW = """
import os, sys
os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
import appliance.ui
from tests.ui.screen_eye import look_at_the_picture, look_closely
from tests.ui.screen_stage import Stage
from appliance.desks.door.presenter import DoorPresenter
from appliance.desks.door.screen import build
from appliance.door.box import Said, State
width, height, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
languages, refusals = sys.argv[4].split(), sys.argv[5].split()
stage = Stage(width, height)
FINGERPRINT = "554F CDFD 9C3E C17B"
FACTS = {"place": "balie.winkelvanhetlangewoord.example.org:8443", "today": "2024-01-01",
    "detail": "[printer] baudrate: No serial port runs at 12 bits/s. Read the self-test."}

class Notes:
    def __init__(self, said): self.told, self.taken = said, []
    def said(self): return self.told
    def ask(self, asked): self.taken.append(asked)

class Counter:
    has_scanner = True
    def counter(self, source): return {}

def scene(state, refusal=""):
    turn = "" if state is State.WAITING else "t"
    notes = Notes(Said(State.WAITING, FINGERPRINT))
    presenter = DoorPresenter(notes, Counter(), language=language, again=lambda: None,
        monotonic=lambda: 0.0)
    notes.told = Said(state, FINGERPRINT, turn, refusal, FACTS, "Kassa 2 bij de achteringang")
    presenter.tick()
    return presenter

def check(name, presenter, wanted):
    stage.show(build(presenter, lambda _: None))
    stage.settle()
    outline = stage.outline()
    for item in outline.values():
        assert 0 <= item.x and item.x + item.w <= width, (name, language, item)
        assert 0 <= item.y and item.y + item.h <= height, (name, language, item)
    assert wanted <= set(outline), (name, language, wanted - set(outline))
    seen = list(stage.seen())
    picture = stage.photograph()
    faults = look_closely(seen, stage.window.size) + look_at_the_picture(seen, picture)
    assert not faults, (name, language, faults)
    if folder:
        picture.save(f"{folder}/door-{name}-{language}-{width}.png")

TONGUES = {"language-nl", "language-fr", "language-id", "language-en"}
for language in languages:
    waiting = scene(State.WAITING)
    check("waiting", waiting, {"type", *TONGUES})
    check("asking", scene(State.ASKING), TONGUES)
    check("in", scene(State.LET_IN), TONGUES)
    for key in refusals:
        check("refused-" + key, scene(State.REFUSED, key), {"type", *TONGUES})
    typing = scene(State.WAITING)
    typing.press("type")
    check("typing", typing, {"place", "code", "ask", "back", "letter-.", "letter-:", "letter-back"})
    typing.typed("balie.winkelvanhetlangewoord.example.org:8443")
    typing.press("code")
    typing.typed("scp3hmb6i74ctda4tp6rmh4y")
    stage.touch("letter-7")
    stage.touch("letter-back")
    assert typing.view.typing.code == "SCP3-HMB6-I74C-TDA4-TP6R-MH4Y", typing.view.typing
    stage.touch("ask")
    assert typing.view.kind == "bad", typing.view
    check("mistyped", typing, {"place", "code", "ask", "back"})
    stage.touch("back")
    stage.touch("language-id")
    assert typing.view.language == "id"
"""


@pytest.mark.parametrize("language", SIZES)
def test_it_fits_and_answers_touches(language):
    if KEPT:
        Path(KEPT).mkdir(parents=True, exist_ok=True)
    languages, refusals = "nl fr id en", list(REFUSALS)
    if EACH == 1:
        languages, refusals = language, refusals[list(SIZES).index(language) :: len(SIZES)]
    told = [*map(str, SIZES[language]), KEPT or "", languages, " ".join(refusals)]
    drawn = subprocess.run(
        [sys.executable, "-c", DRAW, *told],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/tests/ui", "KIVY_NO_ARGS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert drawn.returncode == 0, drawn.stderr[-3000:]
