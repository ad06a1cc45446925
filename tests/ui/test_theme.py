"""The tokens: colours that can be told apart, and one scale for every screen."""

import pytest

from appliance.ui import theme
from appliance.ui.theme import Look, colour, contrast, tint
from appliance.ui.widgets.notice import TONES
from appliance.ui.widgets.status import SIGNS

WORDS_ON_GROUNDS = [
    *((style.text, style.fill) for style in theme.STYLES.values()),
    *((style.text, style.down) for style in theme.STYLES.values()),
    *((ink, ground) for ground, ink, _ in TONES.values()),
    *((theme.INK, ground) for ground, _, _ in TONES.values()),
    *((sign, theme.INK) for _, sign in SIGNS.values()),
    *(
        (words, row)
        for words in (theme.INK, theme.SOFT, theme.GREEN)
        for row in (theme.CARD, theme.PAPER, theme.TEAL_LIGHT, theme.BLUE_LIGHT)
    ),
    (theme.INK, theme.TEAL_FLASH),
    (theme.CARD, theme.BLUE),
    (theme.CARD, theme.GREEN),
    (theme.CARD, theme.AMBER),
    (theme.CARD, theme.RED),
    (theme.ON_INK_SOFT, theme.INK),
]


@pytest.mark.parametrize(("words", "ground"), WORDS_ON_GROUNDS)
def test_words_can_be_read(words, ground):
    assert contrast(words, ground) >= 4.5


def test_contrast_is_what_the_standard_says():
    assert contrast(colour("#000000"), colour("#FFFFFF")) == pytest.approx(21)
    assert contrast(colour("#767676"), colour("#FFFFFF")) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("text", ["red", "#FFF", "#GG0000", "", "#1234567"])
def test_what_is_no_colour_is_refused_and_an_articles_becomes_the_hairlines(text):
    with pytest.raises(ValueError, match=r"colour|base 16"):
        colour(text)
    assert tint(text) == theme.LINE


@pytest.mark.parametrize(
    ("size", "unit", "compact", "portrait"),
    [
        ((1280, 800), 1.0, False, False),
        ((800, 480), 0.85, True, False),
        ((1920, 1080), 1.35, False, False),
        ((800, 1280), 1.0, False, True),
        ((1024, 600), 0.85, False, False),
        ((640, 400), 0.85, True, False),
    ],
)
def test_one_scale_for_every_screen(size, unit, compact, portrait):
    look = Look()
    look.fit(*size)
    assert look.unit == pytest.approx(unit)
    assert (look.compact, look.portrait) == (compact, portrait)
    assert look.wide * look.unit == pytest.approx(size[0])


def test_a_finger_has_nine_millimetres_on_a_seven_inch_screen():
    look = Look()
    look.fit(800, 480)
    pixels_per_mm = 800 / 154  # the official 7 inch touchscreen is 154 mm wide
    assert theme.TOUCH * look.unit / pixels_per_mm >= 9
