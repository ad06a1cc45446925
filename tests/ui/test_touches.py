"""Every control the presenter knows can be reached with a finger."""

import re

import pytest
from screen_samples import screens
from screen_stage import SIZES, Pressed

from appliance.desks.register.contract import Presenter
from appliance.desks.register.screen import build

ON_SCREENS = {
    "sign_in": ["person-p1", "person-p6", "pin-0", "pin-9", "pin-back", "pin-enter"],
    "sale": [
        "line-5", "category-bread", "key-a0", "money-exact", "money-note-2000", "money-card",
        "money-other", "action-quantity", "action-park", "action-remove", "lock", "language",
        "status-printer", "status-sending",
    ],
    "found": ["result-f0"],
    "no_paper": ["notice"],
    "tip": ["tip"],
    "asked": ["pad-0", "pad-9", "pad-comma", "pad-back", "pad-confirm", "pad-cancel"],
    "tenders": ["tender-cash", "tender-card_terminal", "tender-back"],
    "waiting": ["terminal-cancel"],
    "unsure": ["terminal-ask", "terminal-other", "terminal-cancel"],
    "done": ["done-reprint", "done-qr"],
    "done_no_paper": ["notice"],
    "parked": ["parked-p1", "parked-back"],
    "list": ["list-price", "list-back", "list-do-new"],
    "form_count": ["field-n0", "form-type-5", "form-type-back", "form-confirm", "form-back"],
    "paper": ["paper-print", "paper-back"],
    "allow": ["allow-cancel"],
    "qr": ["qr-paid", "qr-stop"],
    "status": ["status-close"],
    "languages": ["language-nl", "language-id"],
}  # fmt: skip


def test_no_control_of_the_presenter_is_forgotten():
    told = re.findall(r"``([a-z]+)(?:-[^`]*)?``", Presenter.press.__doc__)
    touched = {name.partition("-")[0] for names in ON_SCREENS.values() for name in names}
    assert set(told) == touched


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ON_SCREENS)
def test_a_finger_presses_what_it_touches_once(stage, size, name):
    stage.resize(*size)
    presenter = Pressed(screens("fr")[name])
    stage.show(build(presenter, lambda _: None))
    for control in ON_SCREENS[name]:
        presenter.calls.clear()
        stage.touch(control)
        assert presenter.calls == [("press", control)]
    stage.show(None)


@pytest.fixture
def counter(stage):
    stage.resize(1280, 800)
    presenter = Pressed(screens("nl")["sale"])
    stage.show(build(presenter, lambda _: None))
    yield stage, presenter
    stage.show(None)


def test_what_is_off_cannot_be_pressed(counter):
    stage, presenter = counter
    presenter.show(screens("nl")["empty"])
    stage.settle()
    assert not stage.outline()["money-exact"].enabled
    stage.touch("money-exact")
    assert presenter.calls == []


def test_a_touch_beside_a_card_closes_it_and_nothing_else(counter):
    stage, presenter = counter
    for name, closing in (("status", "status-close"), ("languages", "language")):
        presenter.show(screens("nl")[name])
        stage.settle()
        presenter.calls.clear()
        stage.touch_at(100, 500)
        assert presenter.calls == [("press", closing)]


def test_letters_are_typed_without_a_keyboard(counter):
    stage, presenter = counter
    stage.touch("search")
    assert "letter-m" in stage.outline()
    for name, text in (("letter-m", "m"), ("letter-space", " ")):
        stage.touch(name)
        assert presenter.calls[-1] == ("searched", text)
    presenter.show(screens("nl")["found"])
    stage.settle()
    stage.touch("letter-back")
    assert presenter.calls[-1] == ("searched", "k")
    stage.touch("letter-close")
    assert "letter-m" not in stage.outline()
    assert "result-f0" in stage.outline()
    stage.touch("search")
    stage.touch("search-clear")
    assert presenter.calls[-1] == ("searched", "")


def test_letters_close_when_something_is_sold(counter):
    stage, presenter = counter
    stage.touch("search")
    presenter.show(screens("nl")["long"])
    stage.settle()
    assert "letter-m" not in stage.outline()


def test_the_french_type_on_their_own_order(counter):
    stage, presenter = counter
    presenter.show(screens("fr")["sale"])
    stage.touch("search")
    items = stage.outline()
    assert items["letter-a"].y < items["letter-q"].y
    presenter.show(screens("nl")["sale"])
    stage.touch("search")
    items = stage.outline()
    assert items["letter-q"].y < items["letter-a"].y


def test_a_long_basket_is_pushed_and_a_push_is_no_touch(counter):
    stage, presenter = counter
    presenter.show(screens("nl")["long"])
    stage.settle()
    assert "line-40" in stage.outline()
    stage.drag((200, 300), (200, 740))
    assert "line-40" not in stage.outline()
    assert presenter.calls == []
