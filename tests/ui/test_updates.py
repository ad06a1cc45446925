"""A change costs what it changes; the eye finds it; nothing jumps."""

from dataclasses import replace

import pytest
from kivy.uix.widget import Widget
from screen_samples import long_basket, screens
from screen_stage import SIZES, Pressed
from screen_words import Words as Texts

from appliance.desks.register.screen import build
from appliance.ui import theme
from appliance.ui.widgets.words import Words


@pytest.fixture(params=SIZES, ids=str)
def counter(stage, request):
    stage.resize(*request.param)
    presenter = Pressed(screens("nl")["sale"])
    sounds = []
    stage.show(build(presenter, sounds.append))
    presenter.sounds = sounds
    yield stage, presenter
    stage.show(None)


def with_lines(count, **more):
    screen = screens("nl")["sale"]
    lines = tuple(
        replace(line, newest=line.key == count) for line in long_basket(Texts("nl"))[:count]
    )
    return replace(screen, body=replace(screen.body, lines=lines, **more))


def test_a_scan_writes_a_line_and_the_total_and_nothing_else(counter, monkeypatch):
    stage, presenter = counter
    presenter.show(with_lines(30))
    stage.settle()
    written = []
    paint = Words._paint
    monkeypatch.setattr(
        Words, "_paint", lambda self, drawn: (written.append(drawn.lines), paint(self, drawn))
    )
    presenter.show(with_lines(31, total="€\u00a012,34"))
    stage.settle()
    assert ("€\u00a012,34",) in written
    assert len(written) <= 5  # quantity, name, detail, amount; total


def counted_scan(stage, presenter, monkeypatch, lines):
    """Show a scan beside so many lines; return the widgets made and the texts written for it."""
    screen = with_lines(1)
    (line,) = screen.body.lines
    more = tuple(replace(line, key=key, newest=False) for key in range(1, lines + 1))
    presenter.show(replace(screen, body=replace(screen.body, lines=more)))
    stage.settle()
    made, written = [], []
    begin, paint = Widget.__init__, Words._paint
    with monkeypatch.context() as patch:
        patch.setattr(
            Widget, "__init__", lambda self, **how: (made.append(self), begin(self, **how))[0]
        )
        patch.setattr(
            Words, "_paint", lambda self, drawn: (written.append(self), paint(self, drawn))
        )
        newest = replace(line, key=lines + 1, newest=True, quantity="7")
        presenter.show(replace(screen, body=replace(screen.body, lines=(*more, newest))))
        stage.settle()
    return len(made), len(written)


def test_a_scan_makes_and_writes_as_much_beside_500_lines_as_beside_30(counter, monkeypatch):
    made, written = counted_scan(*counter, monkeypatch, 30)
    assert made == 0
    assert 0 < written <= 5  # quantity, name, detail, amount; total
    assert counted_scan(*counter, monkeypatch, 500) == (made, written)


def test_nothing_new_writes_nothing(counter, monkeypatch):
    stage, presenter = counter
    monkeypatch.setattr(Words, "_paint", lambda self, drawn: pytest.fail(f"wrote {drawn.lines}"))
    same = screens("nl")["sale"]
    for _ in range(3):
        presenter.show(replace(same))
        stage.settle()


def test_the_newest_line_is_in_view(counter):
    stage, presenter = counter
    for count in (1, 5, 9, 30, 40, 12):
        presenter.show(with_lines(count))
        stage.settle()
        item = stage.outline()[f"line-{count}"]
        assert item.h == round(stage.window.children[0]._bodies["sale"]._lines.row_height)


def test_a_raised_line_above_is_scrolled_to_and_flashes_once(counter):
    stage, presenter = counter
    presenter.show(with_lines(40))
    stage.settle()
    screen = with_lines(40)
    lines = [replace(line, newest=line.key == 3) for line in screen.body.lines]
    lines[2] = replace(lines[2], raised=1, quantity="2")
    presenter.show(replace(screen, body=replace(screen.body, lines=tuple(lines))))
    stage.settle()
    assert "line-3" in stage.outline()
    raised = replace(lines[2], raised=2, quantity="3")
    presenter.show(
        replace(screen, body=replace(screen.body, lines=(*lines[:2], raised, *lines[3:])))
    )
    stage.settle()
    row = next(row for row in rows(stage) if row.name == "line-3")
    assert tuple(row.fill) == theme.TEAL_FLASH
    while row._flashing:
        stage.settle()
    assert tuple(row.fill) == theme.TEAL_LIGHT


def rows(stage):
    return stage.window.children[0]._bodies["sale"]._lines._rows


def test_a_line_that_is_new_does_not_flash(counter):
    stage, presenter = counter
    screen = with_lines(3)
    lines = (*screen.body.lines[:2], replace(screen.body.lines[2], key=9, raised=4))
    presenter.show(replace(screen, body=replace(screen.body, lines=lines)))
    stage.settle()
    assert not any(row._flashing for row in rows(stage))


def test_keys_keep_their_places_from_the_first_line_to_the_last(counter):
    stage, presenter = counter
    first = screens("nl")["sale"]
    free = tuple(key for key in first.body.money if not key.key.startswith("note-"))
    places = []
    for lines, money, summary in (
        ((), free, ()),
        (first.body.lines[:1], first.body.money, first.body.summary[:1]),
        (first.body.lines, first.body.money, first.body.summary),
    ):
        body = replace(first.body, lines=lines, money=money, summary=summary)
        presenter.show(replace(first, body=body))
        stage.settle()
        items = stage.outline()
        places.append(
            {
                name: (item.x, item.y, item.w, item.h)
                for name, item in items.items()
                if name in {"money-exact", "money-card", "money-other", "action-park", "key-a1"}
            }
        )
    assert places[0] == places[1] == places[2]


def test_a_notice_moves_neither_the_total_nor_a_key(counter):
    stage, presenter = counter
    before = stage.outline()
    presenter.show(screens("nl")["unknown"])
    stage.settle()
    after = stage.outline()
    assert after["notice-text"].text.startswith("8712345678906")
    for name in ("total", "money-exact", "action-park", "key-a1", "search"):
        assert after[name] == before[name]
    presenter.show(screens("nl")["sale"])
    stage.settle()
    assert "notice-text" not in stage.outline()


def test_a_sound_is_played_once_for_each_count(counter):
    _, presenter = counter
    screen = screens("nl")["sale"]
    for sound in ((1, "good"), (1, "good"), (2, "bad"), (3, "bad")):
        presenter.show(replace(screen, sound=sound))
    assert presenter.sounds == ["good", "bad", "bad"]


def test_the_wait_for_the_terminal_moves_only_while_it_is_shown(counter):
    stage, presenter = counter
    presenter.show(screens("nl")["waiting"])
    stage.settle()
    body = stage.window.children[0]._bodies["terminal"]
    shown = body.ids.sign.text
    while body.ids.sign.text == shown:
        stage.settle()
    presenter.show(screens("nl")["sale"])
    stage.settle()
    assert body._wait() is False
