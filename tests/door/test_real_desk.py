"""The real programs of a device: its screen waits, is let in by a file, and comes back as a register."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.world.shop import ROOT


@pytest.fixture
def started(card):
    programs = []

    def start(*words, **environment):
        programs.append(
            subprocess.Popen(
                [sys.executable, "-m", "appliance", *map(str, words)],
                cwd=ROOT,
                env={**os.environ, **environment},
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return programs[-1]

    yield start
    for program in programs:
        program.kill()
        program.communicate()


def shown(outline):
    try:
        return {item["name"] for item in json.loads(outline.read_text())}
    except (OSError, ValueError):
        return set()


def test_the_screen_comes_back_as_a_register(shop, card, started, tmp_path):
    outline, file = tmp_path / "outline.json", tmp_path / "enrol.txt"
    told = {"SDL_VIDEODRIVER": "offscreen", "BALIE_OUTLINE": str(outline), "DISPLAY": ":none"}
    desk = started("desk", "--config", card / "balie.toml", "--door", **told)
    shop.wait("the door", lambda: desk.poll() is None and "type" in shown(outline))
    file.write_text(shop.code("register-50"))
    admit = started("admit", "--folder", card, "--file", file)
    said = admit.communicate(timeout=300)[1]
    assert admit.returncode == 0, said
    assert "let in as register-50" in said
    shop.wait("the register", lambda: desk.poll() is None and "language" in shown(outline))
    desk.send_signal(signal.SIGTERM)
    said = desk.communicate(timeout=300)[1]
    assert desk.returncode == 0, said
    assert "Traceback" not in said
    again = started("admit", "--folder", card)
    assert again.wait(300) == 0, "there is nothing left to do"


def test_without_the_flag_missing_settings_are_said_as_ever(card, started):
    desk = started("desk", "--config", card / "balie.toml", SDL_VIDEODRIVER="offscreen")
    said = desk.communicate(timeout=300)[1]
    assert desk.returncode == 2
    assert "a settings file was expected here" in said
