"""Every sample screen, in four languages and two sizes, as a careful eye would look at it."""

from itertools import combinations

import pytest
from screen_samples import LANGUAGES, screens
from screen_stage import SIZES, Pressed

from appliance.desks.register.screen import build
from appliance.ui import outline, theme
from appliance.ui.widgets.digits import Digits
from appliance.ui.widgets.words import Words

LETTERS = ("found", "not_found", "sale")
"""Screens that are looked at with the letters open too."""


def each(stage, size, language):
    """Give every screen by name with what is seen on it."""
    stage.resize(*size)
    samples = screens(language)
    presenter = Pressed(samples["sale"])
    stage.show(build(presenter, lambda _: None))
    for name, screen in samples.items():
        presenter.show(screen)
        stage.settle()
        yield name, list(stage.seen())
        if name in LETTERS:
            stage.touch("search")
            yield f"{name} with letters", list(stage.seen())
            stage.touch("search-clear")
    stage.show(None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_careful_eye_finds_nothing_wrong(stage, size, language):
    for name, seen in each(stage, size, language):
        wrong = look_closely(seen, stage.window.size)
        assert not wrong, f"{name}: {wrong}"


def look_closely(seen, size):
    """Give what is wrong with what is seen."""
    texts = [one for one in seen if isinstance(one.widget, Words) and one.widget.text]
    controls = [one for one in seen if outline.is_control(one.widget)]
    return [
        *([] if texts else ["there is nothing to read"]),
        *nothing_is_cut(texts),
        *nothing_touches(texts, modal=any(one.modal for one in seen)),
        *all_can_be_read(texts),
        *fingers_fit(controls),
        *all_stand_inside(controls, size),
        *the_total_is_free(seen),
    ]


def nothing_is_cut(texts):
    for words in (one.widget for one in texts):
        width, height = words._box.size
        if not (words.drawn.whole or words.may_cut):
            yield f"{words.text!r} is cut"
        if width > words.width + 1 or height > words.height + 2:
            yield f"{words.text!r} is larger than its box"


def nothing_touches(texts, *, modal):
    if modal:
        return  # a card covers what lies below on purpose
    for one, other in combinations(texts, 2):
        a, b = _drawn(one), _drawn(other)
        wide = min(a[2], b[2]) - max(a[0], b[0])
        high = min(a[3], b[3]) - max(a[1], b[1])
        if wide > 1 and high > 4:
            yield f"{one.widget.text!r} lies on {other.widget.text!r}"


def _drawn(one):
    """Give where the letters of a text are, cut to what is in sight."""
    words, clip = one.widget, one.clip
    left = one.box[0] - words.x + words._box.pos[0]
    low = one.box[1] - words.y + words._box.pos[1]
    right, top = left + words._box.size[0], low + words._box.size[1]
    return (max(left, clip[0]), max(low, clip[1]), min(right, clip[2]), min(top, clip[3]))


def all_can_be_read(texts):
    for one in texts:
        ratio = theme.contrast(tuple(one.widget.colour), one.fill)
        if ratio < 4.5:
            yield f"{one.widget.text!r} has contrast {ratio:.2f}"


def fingers_fit(controls):
    for one in controls:
        width, height = (size / theme.look.unit for size in one.widget.size)
        if min(width, height) < theme.TOUCH - 0.5:
            yield f"{one.widget.name} is {width:.1f} by {height:.1f}"


def all_stand_inside(controls, size):
    for one in controls:
        if one.clip == (0, 0, *size) and not one.whole:
            yield f"{one.widget.name} stands partly outside"


def the_total_is_free(seen):
    totals = [one for one in seen if getattr(one.widget, "name", "") in ("total", "remaining")]
    for card in (one.widget.card for one in seen if one.modal):
        for total in totals:
            if card.y < total.box[3] and card.x < total.box[2]:
                yield "the total is covered"


def test_digits_are_where_a_card_terminal_has_them(stage):
    pressed = []
    digits = Digits("pad", pressed.append, before="comma", before_text=",")
    stage.resize(800, 480)
    stage.show(digits)
    order = sorted(stage.outline().values(), key=lambda item: (item.y, item.x))
    assert [item.name for item in order] == [
        *(f"pad-{digit}" for digit in "123456789"), "pad-comma", "pad-0", "pad-back",
    ]  # fmt: skip
    stage.show(None)
