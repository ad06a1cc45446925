"""Texts fit their boxes by rule: wrap, shrink, and only then cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.ui.fit import ELLIPSIS, fit

words = st.text(alphabet="abcdeëé -\u00a0", max_size=120)


def measure(text, size):
    """A font in which every letter is half as wide as it is high."""
    return len(text) * size / 2


def lay(text, width, height, **more):
    return fit(text, measure, width=width, height=height, size=20, **more)


def test_a_short_text_keeps_its_size():
    assert lay("Nutella", 100, 30).lines == ("Nutella",)
    assert lay("Nutella", 100, 30).size == 20


def test_nothing_is_nothing():
    assert lay("", 100, 30).lines == ()


def test_two_lines_come_before_smaller_letters():
    fitted = lay("Regel weg", 60, 50, lines=2)
    assert (fitted.lines, fitted.size, fitted.whole) == (("Regel", "weg"), 20, True)


def test_one_line_shrinks():
    fitted = lay("Regel weg", 80, 50)
    assert fitted.lines == ("Regel weg",)
    assert fitted.size < 20
    assert fitted.whole


def test_a_line_may_end_after_a_hyphen_but_not_at_a_no_break_space():
    assert lay("Marie-Christine", 100, 50, lines=2).lines == ("Marie-", "Christine")
    assert lay("€\u00a01.118.500", 80, 50, lines=2).lines == ("€\u00a01.118.500",)


def test_too_much_ends_with_an_ellipsis():
    fitted = lay("Confiture extra d'abricots du Roussillon", 120, 30)
    assert fitted.lines[-1].endswith(ELLIPSIS)
    assert fitted.size == 14
    assert not fitted.whole


def test_a_newline_begins_a_line():
    assert lay("Bon\nKassa", 200, 60, lines=2).lines == ("Bon", "Kassa")


@pytest.mark.parametrize("least", [1.0, 0.5])
def test_never_smaller_than_told(least):
    assert lay("Saucijzenbroodje" * 9, 50, 30, least=least).size == 20 * least


@given(words, st.integers(30, 400), st.integers(10, 120), st.integers(1, 5))
def test_what_is_laid_out_fits(text, width, height, lines):
    fitted = lay(text, width, height, lines=lines)
    assert len(fitted.lines) <= lines or not text
    assert len(fitted.lines) <= max(1, height / (fitted.size * 1.2) + 0.1)
    for line in fitted.lines:
        # A single letter is drawn whatever the box is.
        assert measure(line, fitted.size) <= max(width, measure("ab", fitted.size))


@given(words, st.integers(30, 400), st.integers(10, 120), st.integers(1, 5))
def test_a_whole_text_has_lost_no_letter(text, width, height, lines):
    fitted = lay(text, width, height, lines=lines)
    if fitted.whole:
        assert "".join(fitted.lines).replace(" ", "") == text.replace(" ", "")
    else:
        assert "".join(fitted.lines).rstrip(ELLIPSIS).replace(" ", "") in text.replace(" ", "")
