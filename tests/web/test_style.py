"""Colours people can read: text on its ground has a contrast of at least 4.5 to 1."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "collector" / "office" / "static" / "office" / "office.css"
COLOURS = dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6});", CSS.read_text()))
TEXT_ON = {
    "ink": ("card", "paper", "teal-light", "amber-light", "red-light"),
    "soft": ("card", "paper", "amber-light", "red-light"),
    "teal": ("card", "paper", "amber-light", "red-light"),
    "teal-dark": ("teal-light",),
    "green": ("card",),
    "amber": ("card", "amber-light"),
    "red": ("card", "red-light"),
    "card": ("teal", "teal-dark", "red"),
}


def luminance(colour):
    digits = colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("text", "ground"), [(text, ground) for text, grounds in TEXT_ON.items() for ground in grounds]
)
def test_text_is_readable_on_its_ground(text, ground):
    light, dark = sorted((luminance(COLOURS[text]), luminance(COLOURS[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_no_other_colour_is_written_with():
    written = set(re.findall(r"[^-]color: ([^;]+);", CSS.read_text()))
    assert written <= {f"var(--{name})" for name in TEXT_ON} | {"inherit", "#fff"}


def test_nothing_comes_from_elsewhere():
    assert not re.search(r"url\(|@import|//[a-z]", CSS.read_text())
