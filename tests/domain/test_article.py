"""Articles nobody could sell are never made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.domain.article import HIGHEST_PRICE_MINOR, Unit
from appliance.domain.errors import BadCheckDigit, ImpossibleValueError, Unreadable
from appliance.domain.gtin import check_digit, to_gtin14


def test_an_article_is_by_the_piece_unless_said(nutella, cheese):
    assert nutella.unit is Unit.PIECE
    assert cheese.unit is Unit.KG


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": ""}, "1 to 64 printable characters, found ''"),
        ({"code": "x" * 65}, "1 to 64 printable"),
        ({"code": "a\nb"}, r"found 'a\\nb'"),
        ({"name": "  "}, "name of article 3017620422003"),
        ({"name": "x" * 201}, "1 to 200 characters"),
        ({"price_minor": -1}, "from 0 to .* not -1"),
        ({"price_minor": HIGHEST_PRICE_MINOR + 1}, "The price of article"),
        ({"gtin": "3017620422003"}, "14 digits with their check digit"),
        ({"gtin": "03017620422004"}, "not “03017620422004”"),
    ],
)
def test_an_impossible_article_is_refused(nutella, change, sentence):
    with pytest.raises(ImpossibleValueError, match=sentence):
        replace(nutella, **change)


@pytest.mark.parametrize(
    ("digits", "check"), [("301762042200", "3"), ("4017072", "5"), ("629104150021", "3")]
)
def test_check_digits(digits, check):
    assert check_digit(digits) == check


@pytest.mark.parametrize(
    ("text", "error"),
    [("", Unreadable), ("123", Unreadable), ("abcdefgh", Unreadable), ("40170726", BadCheckDigit)],
)
def test_what_is_no_gtin(text, error):
    with pytest.raises(error):
        to_gtin14(text)
