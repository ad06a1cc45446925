"""The outline says where things are, truly, and only of what can be seen and touched."""

import json

import pytest
from screen_samples import screens
from screen_stage import SIZES, Pressed

from appliance.desks.register.screen import build
from appliance.ui import theme
from appliance.ui.outline import Outline


@pytest.fixture(params=SIZES, ids=str)
def counter(stage, request):
    stage.resize(*request.param)
    presenter = Pressed(screens("nl")["sale"])
    stage.show(build(presenter, lambda _: None))
    yield stage, presenter
    stage.show(None)


def dot(stage, x, y):
    """The colour of a dot, y from the top."""
    width, height = stage.window.size
    at = ((height - 1 - int(y)) * width + int(x)) * 4
    return tuple(part / 255 for part in stage.pixels()[at : at + 3])


def test_a_box_is_where_its_colour_is(counter):
    stage, _ = counter
    stage.frames(2)
    item = stage.outline()["money-exact"]
    for x, y in (
        (item.x + 4, item.y + item.h / 2),
        (item.x + item.w - 4, item.y + item.h / 2),
        (item.x + item.w / 2, item.y + 4),
        (item.x + item.w / 2, item.y + item.h - 4),
    ):
        assert dot(stage, x, y) == pytest.approx(theme.TEAL[:3], abs=0.02)
    assert dot(stage, item.x - 3, item.y + item.h / 2) == pytest.approx(theme.PAPER[:3], abs=0.02)


def test_words_are_told(counter):
    stage, _ = counter
    items = stage.outline()
    assert items["total"].text == "€\u00a011,85"
    assert items["money-exact"].text == "€ 11,85 contant gepast"
    assert items["line-6"].text == "1 Spa Reine 1,5 l 9 % 1,15"
    assert items["key-a0"].text == "Witte bol 0,45"


def test_what_a_card_keeps_from_fingers_is_not_listed(counter):
    stage, presenter = counter
    presenter.show(screens("nl")["languages"])
    stage.settle()
    items = stage.outline()
    assert {name for name, item in items.items() if item.control} == {
        "language-nl", "language-fr", "language-id", "language-en",
    }  # fmt: skip
    assert "total" in items  # it can still be read


def test_what_is_scrolled_away_is_not_listed(counter):
    stage, presenter = counter
    presenter.show(screens("nl")["long"])
    stage.settle()
    lines = {name for name in stage.outline() if name.startswith("line-")}
    assert "line-40" in lines
    assert len(lines) < 12


def test_the_file_is_written_when_things_are_at_rest(counter, tmp_path):
    stage, presenter = counter
    path = tmp_path / "outline.json"
    outline = Outline(path, stage.window)
    outline.refresh()
    assert not path.exists()  # seen once: it may still move
    outline.refresh()
    items = {item["name"]: item for item in json.loads(path.read_text())}
    assert set(items["money-card"]) >= {"name", "text", "x", "y", "w", "h", "enabled"}
    before = path.stat().st_mtime_ns
    outline.refresh()
    assert path.stat().st_mtime_ns == before
    presenter.show(screens("nl")["done"])
    stage.settle()
    outline.refresh()
    outline.refresh()
    names = [item["name"] for item in json.loads(path.read_text())]
    assert "done-reprint" in names
    assert "money-card" not in names
    assert list(tmp_path.iterdir()) == [path]
