"""The screen of a desk that does not open: everything fits, everything can be touched.

``BALIE_PICTURES=folder`` keeps pictures of it in every size and language.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import appliance
from appliance.journal.store import Journal

CEILING_S = 240
ROOT = Path(appliance.__file__).parents[1]
KEPT = os.environ.get("BALIE_PICTURES")
DRAW = """
import os, sys
os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
import appliance.ui
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels
from PIL import Image
from tests.ui.screen_stage import Stage
from appliance.desks.closed.presenter import ClosedPresenter
from appliance.desks.closed.screen import build
from appliance.doctor import power, storage
from appliance.doctor.findings import Finding, Severity
from appliance.journal import errors
width, height, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
stage = Stage(width, height)
WHERE = "/var/lib/balie/data/journal.db"
TROUBLES = {
    "damaged": errors.JournalDamaged(WHERE + ": row 8812 says 1.8812, its entry 1.8813; keep the file and verify it"),
    "newer": errors.JournalNewer(WHERE + " has version 9 of the tables, this program reads versions 1 to 3"),
    "foreign": errors.JournalForeign(WHERE + " belongs to /devices/register-3, this device is /devices/register-2; give each device a journal of its own"),
    "full": errors.JournalFull("not recorded: no room on the disk for " + WHERE + "; make room, then try again"),
    "read-only": errors.JournalReadOnly("not recorded: " + WHERE + " cannot be opened or written to; check the disk and its rights"),
}
FOUND = [
    Finding("storage", Severity.BAD, storage.TITLE, storage._FAULTS, storage._CHANGE,
        {"count": "17", "day": "2026-11-18"}, "ext4_find_entry"),
    Finding("power", Severity.LOOK, power.POWER, power._WAS_WEAK, power._POWER_REMEDY),
]
for language in ("nl", "fr", "id", "en"):
    for name, error in TROUBLES.items():
        touched = []
        presenter = ClosedPresenter(error, name="Kassa 2", language=language, opens=lambda: False,
            again=lambda: touched.append("again"), monotonic=lambda: 0.0,
            examine=lambda answer: answer(FOUND))
        stage.show(build(presenter, lambda _: None))
        outline = stage.outline()
        for item in outline.values():
            assert 0 <= item.x and item.x + item.w <= width, (name, language, item)
            assert 0 <= item.y and item.y + item.h <= height, (name, language, item)
        wanted = {"again", "check", "language-nl", "language-fr", "language-id", "language-en"}
        assert wanted <= set(outline), (name, language, set(outline))
        stage.touch("again")
        assert touched == ["again"]
        stage.touch("language-id")
        assert presenter.view.language == "id"
        stage.touch(f"language-{language}")
        if name == "full":
            stage.touch("check")
            for item in stage.outline().values():
                assert 0 <= item.y and item.y + item.h <= height, ("a finding", language, item)
        if folder:
            stage.frames(4)
            pixels = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
            picture = Image.frombytes("RGBA", (width, height), bytes(pixels)).convert("RGB")
            picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(
                f"{folder}/closed-{name}-{language}-{width}.png")
"""


@pytest.mark.parametrize("size", [(800, 480), (1280, 800), (480, 800)], ids=str)
def test_it_fits_and_answers_touches_in_every_language(size):
    if KEPT:
        Path(KEPT).mkdir(parents=True, exist_ok=True)
    drawn = subprocess.run(
        [sys.executable, "-c", DRAW, *map(str, size), KEPT or ""],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "KIVY_NO_ARGS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert drawn.returncode == 0, drawn.stderr[-3000:]


def test_the_real_desk_says_it_and_opens_once_it_is_mended(tmp_path):
    settings = tmp_path / "balie.toml"
    settings.write_text(
        '[device]\nid = "register-2"\nname = "Kassa 2"\nregister = "2"\ndata = "data"\n'
        "[screen]\nwidth = 800\nheight = 480\nfullscreen = false\n"
    )
    journal = tmp_path / "data" / "journal.db"
    journal.parent.mkdir()
    Journal.open(journal, "register-3").close()
    outline = tmp_path / "outline.json"
    desk = subprocess.Popen(
        [sys.executable, "-m", "appliance", "desk", "--config", str(settings)],
        cwd=ROOT,
        env={**os.environ, "SDL_VIDEODRIVER": "offscreen", "BALIE_OUTLINE": str(outline)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(outline, desk, "again")
        journal.unlink()
        wait_for(outline, desk, "language")
        desk.send_signal(signal.SIGTERM)
        _, said = desk.communicate(timeout=CEILING_S)
    finally:
        desk.kill()
    assert desk.returncode == 0
    assert "The desk does not open" in said
    assert "belongs to /devices/register-3" in said


def wait_for(outline, desk, name):
    """Wait until a control stands on the screen."""
    deadline = time.monotonic() + CEILING_S
    while True:
        try:
            shown = [item["name"] for item in json.loads(outline.read_text())]
        except (OSError, ValueError):
            shown = []
        if name in shown:
            return
        assert desk.poll() is None, desk.stderr.read()
        assert time.monotonic() < deadline, f"no {name} among {shown}"
        time.sleep(0.2)
