"""Screens are tested in a window without a display; one window serves all tests."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # the stage and the samples stand beside the tests
os.environ["SDL_VIDEODRIVER"] = "offscreen"
os.environ["LP_NUM_THREADS"] = (
    "0"  # Mesa draws in this process's own time; others are tested beside it
)
os.environ.pop("BALIE_OUTLINE", None)

import pytest

import appliance.ui  # noqa: F401 - Kivy is told what to leave alone before it starts


@pytest.fixture(scope="session")
def stage():
    from screen_stage import Stage  # noqa: PLC0415 - opens the window

    from appliance.ui.app import NoScreenError  # noqa: PLC0415

    try:
        stage = Stage(1280, 1280)  # as large as any test needs it
    except NoScreenError as error:
        pytest.skip(f"No window without libegl1 and libgl1: {error}")
    stage.resize(1280, 800)
    return stage
