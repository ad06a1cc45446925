"""Only what changed is drawn, and the picture is the same as if all of it had been."""

import sys
from dataclasses import replace

import pytest
from screen_samples import screens
from screen_stage import SIZES, Pressed

from appliance.desks.register.screen import build
from appliance.ui import theme
from appliance.ui.damage import BOXES, damage, join, keeps_pictures

MAGENTA = (1, 0, 1, 1)
MAGENTA_DOT = int.from_bytes(b"\xff\x00\xff\xff", sys.byteorder)


@pytest.fixture(params=SIZES, ids=str)
def partly(stage, request):
    """A stage on which parts are drawn, on a window nobody has wiped."""
    stage.resize(*request.param)
    stage.redraw.partly = True
    yield stage
    stage.redraw.partly = False
    stage.show(None)


def same_picture(stage, name):
    """Compare what parts have made with the same screen drawn whole."""
    stage.frames(3)
    by_parts = stage.pixels()
    damage.everything()
    stage.window.canvas.ask_update()
    stage.frames(1)
    assert by_parts == stage.pixels(), name


def test_every_dot_stands_on_some_ground(partly):
    samples = screens("nl")
    presenter = Pressed(samples["sale"])
    screen = build(presenter, lambda _: None)
    partly.show(screen)
    screen.opaque = False  # so that the window is wiped before, in a colour nobody uses
    partly.window.clearcolor = MAGENTA
    try:
        for name, sample in samples.items():
            presenter.show(sample)
            partly.settle()
            damage.everything()
            partly.frames(1)
            assert MAGENTA_DOT not in memoryview(partly.pixels()).cast("I"), name
    finally:
        partly.window.clearcolor = theme.PAPER


def test_going_from_screen_to_screen_leaves_nothing_behind(partly):
    samples = screens("fr")
    presenter = Pressed(samples["sale"])
    partly.show(build(presenter, lambda _: None))
    order = list(samples)
    for step in (1, 7):
        for place in range(0, len(order) * step, step):
            name = order[place % len(order)]
            presenter.show(samples[name])
            same_picture(partly, f"{step} {name}")


def test_a_sale_grows_and_shrinks_without_a_trace(partly):
    samples = screens("nl")
    basket = samples["long"].body
    presenter = Pressed(samples["empty"])
    partly.show(build(presenter, lambda _: None))
    for count in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 30, 12, 8, 7, 3, 1, 2, 40):
        lines = tuple(replace(line, newest=line.key == count) for line in basket.lines[:count])
        presenter.show(
            replace(samples["sale"], body=replace(basket, lines=lines, total=f"€ {count}"))
        )
        same_picture(partly, f"{count} lines")
    raised = replace(lines[-1], raised=1, quantity="12")
    presenter.show(replace(samples["sale"], body=replace(basket, lines=(*lines[:-1], raised))))
    partly.frames(2)
    sale = partly.window.children[0]._bodies["sale"]
    while any(row._flashing for row in sale._lines._rows):
        partly.frames(1)
    same_picture(partly, "calm again")


def test_fingers_leave_no_trace(partly):
    samples = screens("id")
    presenter = Pressed(samples["long"])
    partly.show(build(presenter, lambda _: None))
    same_picture(partly, "before")
    for name in ("search", "letter-a", "search-clear", "key-a1", "money-exact", "line-40"):
        partly.touch(name)
        same_picture(partly, name)


def test_a_scan_draws_a_small_part(partly):
    samples = screens("nl")
    presenter = Pressed(samples["sale"])
    partly.show(build(presenter, lambda _: None))
    body = samples["sale"].body
    lines = tuple(replace(line, newest=False) for line in body.lines[:2])
    presenter.show(replace(samples["sale"], body=replace(body, lines=lines)))
    partly.frames(6)
    for count in range(4):  # what was drawn before is drawn again for three frames
        newest = replace(body.lines[0], key=3, quantity=str(count), newest=True)
        presenter.show(replace(samples["sale"], body=replace(body, lines=(*lines, newest))))
        partly.settle()
        boxes = damage.take()
    width, height = partly.window.size
    drawn = sum((right - left) * (top - low) for left, low, right, top in boxes)
    assert drawn < 0.25 * width * height, boxes


def test_close_boxes_become_one_and_there_are_never_many():
    boxes = join(join([], (0, 0, 100, 10)), (0, 12, 100, 20))
    assert boxes == [(0, 0, 100, 20)]
    for at in range(12):
        boxes = join(boxes, (at * 900.0, at * 700.0, at * 900.0 + 500, at * 700.0 + 400))
        assert len(boxes) <= BOXES


def test_what_nobody_reported_draws_everything(stage):
    damage.everything()
    for _ in range(4):
        damage.take()
    assert damage.take()[0][2] > stage.window.width


@pytest.mark.parametrize(
    ("renderer", "driver", "kept"),
    [
        (b"llvmpipe (LLVM 19)", "x11", True),
        (b"llvmpipe", "KMSDRM", False),
        (b"V3D 4.2", "x11", False),
    ],
)
def test_parts_are_drawn_alone_only_where_the_picture_before_is_kept(renderer, driver, kept):
    assert keeps_pictures(renderer, {"SDL_VIDEODRIVER": driver}) is kept
