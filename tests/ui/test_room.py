"""What the basket keeps for itself on the sale screen, and where the keys around it stand."""

from dataclasses import replace

import pytest
from screen_samples import LANGUAGES, screens
from screen_stage import SIZES, Pressed

from appliance.desks.register.screen import build
from appliance.desks.register.view import Action, Notice, State

UPRIGHT = ((480, 800), (720, 1280))
TAUGHT = {
    "nl": (
        "Alles gescand? Eén tik onderaan sluit de verkoop: gepast, een briefje of pin.",
        "Snap ik",
    ),
    "fr": (
        "Tout est scanné ? Une touche en bas termine la vente : compte juste, billet ou carte.",
        "Compris",
    ),
    "id": (
        "Sudah semua? Satu sentuhan di bawah menyelesaikan penjualan: uang pas, lembaran, kartu.",
        "Mengerti",
    ),
    "en": ("All scanned? One touch below ends the sale: exact cash, a note, or card.", "Got it"),
}


@pytest.fixture
def counter(stage):
    """Show samples of the sale, and put the stage back."""
    presenters = []

    def show(screen, size=(1280, 800)):
        stage.resize(*size)
        if not presenters:
            presenters.append(Pressed(screen))
            stage.show(build(presenters[0], lambda _: None))
        presenters[0].show(screen)
        stage.settle()
        return stage.outline()

    yield show
    stage.show(None)
    stage.resize(1280, 800)


def taught(language, lines):
    """The sale with so many lines, and a hint."""
    sample = screens(language)["long"]
    text, key = TAUGHT[language]
    return replace(
        sample,
        body=replace(sample.body, lines=sample.body.lines[-lines:]),
        tip=Notice(text, State.HINT, Action("tip", key)),
    )


def lines_in(outline):
    return [name for name in outline if name.startswith("line-")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES + UPRIGHT, ids=str)
def test_what_is_done_with_a_sale_stands_in_one_row(counter, size, language):
    seen = counter(screens(language)["sale"], size)
    row = {seen[f"action-{key}"].y for key in ("quantity", "price", "park", "remove")}
    assert len(row) == 1
    assert seen["action-more"].y == seen["search"].y


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_hint_stands_where_no_line_is(counter, size, language):
    short = taught(language, 2)
    seen = counter(short, size)
    assert "tip" in seen
    assert len(lines_in(seen)) == 2

    long = taught(language, 12)
    seen = counter(long, size)
    assert "tip" not in seen
    assert lines_in(seen) == lines_in(counter(replace(long, tip=None), size))
    assert len(lines_in(seen)) >= 5

    assert "tip" in counter(short, size)


def test_what_went_wrong_is_said_however_long_the_basket(counter):
    sample = taught("en", 12)
    wrong = Notice("The scale does not answer.", State.BAD)
    assert "notice-text" in counter(replace(sample, notice=wrong), (800, 480))
