"""Amounts: whatever the numbers, parts add up and texts come back as they were."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.errors import AmountError, ImpossibleValueError
from appliance.domain.money import (
    Rounding,
    divide,
    format_minor,
    format_plain,
    format_quantity,
    format_rate,
    largest_remainder,
    parse_minor,
    round_to,
    share_out,
)

AMOUNTS = st.integers(-(10**12), 10**12)
LANGUAGES = st.sampled_from(["nl", "fr", "id", "en"])
ROUNDINGS = st.sampled_from(Rounding)


@given(AMOUNTS, st.integers(-(10**6), 10**6).filter(bool), ROUNDINGS)
def test_a_rounded_quotient_is_a_neighbour_and_mirrors_around_zero(numerator, denominator, how):
    quotient = divide(numerator, denominator, how)
    error = abs(Fraction(numerator, denominator) - quotient)
    assert error < 1
    assert divide(-numerator, denominator, how) == -quotient
    assert divide(numerator, -denominator, how) == -quotient
    if how not in (Rounding.UP, Rounding.DOWN):
        assert error <= Fraction(1, 2)


def test_nothing_is_divided_by_zero():
    with pytest.raises(ZeroDivisionError):
        divide(1, 0, Rounding.HALF_UP)


@given(AMOUNTS, st.integers(1, 1000), ROUNDINGS)
def test_rounding_to_a_step_lands_on_a_step_and_stays_there(amount, step, how):
    rounded = round_to(amount, step, how)
    assert rounded % step == 0
    assert abs(rounded - amount) < step
    assert round_to(rounded, step, how) == rounded


def test_a_step_is_above_zero():
    with pytest.raises(ImpossibleValueError, match="above zero, not 0"):
        round_to(5, 0, Rounding.HALF_UP)


@given(AMOUNTS, st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any))
def test_shares_make_the_whole_and_none_is_a_unit_off(total, weights):
    parts = share_out(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(total * weight, sum(weights)) - part) < 1
        assert weight or not part


@given(AMOUNTS, st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any))
def test_shares_of_the_mirrored_amount_are_the_mirrored_shares(total, weights):
    assert share_out(-total, weights) == [-part for part in share_out(total, weights)]


@given(st.lists(AMOUNTS, max_size=30), st.integers(1, 20_000), ROUNDINGS)
def test_largest_remainder_of_mixed_signs_adds_up_and_mirrors(numerators, denominator, how):
    total = divide(sum(numerators), denominator, how)
    parts = largest_remainder(total, numerators, denominator)
    assert sum(parts) == total
    assert all(
        abs(Fraction(numerator, denominator) - part) < 1
        for numerator, part in zip(numerators, parts, strict=True)
    )
    mirrored = largest_remainder(-total, [-value for value in numerators], denominator)
    assert mirrored == [-part for part in parts]


@pytest.mark.parametrize(
    ("total", "weights", "sentence"),
    [
        (1, [], "no weight to share 1"),
        (1, [0, 0], "no weight to share 1"),
        (1, [2, -1], "zero or more, found -1"),
    ],
)
def test_what_cannot_be_shared_is_refused(total, weights, sentence):
    with pytest.raises(ImpossibleValueError, match=sentence):
        share_out(total, weights)


def test_a_total_that_is_not_the_sum_is_refused():
    with pytest.raises(ImpossibleValueError, match="does not round to 5"):
        largest_remainder(5, [10, 10], 10)


@given(AMOUNTS, st.integers(0, 3), LANGUAGES, st.sampled_from(["", "€", "Rp", "£"]))
def test_a_written_amount_is_read_back(amount, decimals, language, symbol):
    written = format_minor(amount, decimals, language, symbol=symbol)
    assert parse_minor(written, decimals, language, symbol=symbol) == amount
    assert " " not in written, "an amount must not break over two lines"


@given(AMOUNTS, st.integers(0, 3))
def test_a_plain_amount_is_the_same_number(amount, decimals):
    assert Fraction(format_plain(amount, decimals)) == Fraction(amount, 10**decimals)


@pytest.mark.parametrize(
    ("text", "decimals", "language", "amount"),
    [
        ("12", 2, "nl", 1200),
        ("12,5", 2, "nl", 1250),
        ("0,05", 2, "nl", 5),
        ("007,50", 2, "nl", 750),
        ("1.234,50", 2, "nl", 123450),
        ("1234,50", 2, "nl", 123450),
        ("1 234,50", 2, "fr", 123450),
        ("1\u202f234,50", 2, "fr", 123450),
        ("- 3,00", 2, "fr", -300),
        ("12.500", 0, "id", 12500),
        ("Rp 12.500", 0, "id", 12500),
        ("1,234.5", 2, "en_GB", 123450),
    ],
)
def test_amounts_as_people_type_them(text, decimals, language, amount):
    assert parse_minor(text, decimals, language, symbol="Rp") == amount


@pytest.mark.parametrize(
    ("text", "decimals", "language"),
    [
        ("", 2, "nl"),
        (",", 2, "nl"),
        (",5", 2, "nl"),
        ("12.50", 2, "nl"),
        ("12.345.6", 2, "nl"),
        ("1.23.456", 2, "nl"),
        ("12,345", 2, "nl"),
        ("12,", 2, "nl"),
        ("1e3", 2, "en"),
        ("٣", 2, "en"),
        ("²", 2, "en"),
        ("12.5", 0, "id"),
        ("1,2,3", 2, "en"),
        ("--5", 2, "en"),
        ("5\n", 2, "en"),
        ("nan", 2, "en"),
        ("9" * 16, 2, "en"),
    ],
)
def test_what_is_no_amount_is_refused(text, decimals, language):
    with pytest.raises(AmountError):
        parse_minor(text, decimals, language)


@given(st.text(max_size=30), st.integers(0, 3), LANGUAGES)
def test_any_text_is_an_amount_or_refused(text, decimals, language):
    try:
        amount = parse_minor(text, decimals, language)
    except AmountError:
        return
    assert parse_minor(format_minor(amount, decimals, language), decimals, language) == amount


def test_a_language_nobody_taught_it_is_refused():
    with pytest.raises(AmountError, match="nl, fr, id, en, not in “de”"):
        format_minor(5, 2, "de")


@pytest.mark.parametrize(
    ("quantity", "language", "written"),
    [
        (2000, "nl", "2"),
        (450, "nl", "0,450"),
        (-1500, "en", "\u22121.500"),
        (1_234_000, "nl", "1.234"),
    ],
)
def test_quantities_are_whole_or_have_three_digits(quantity, language, written):
    assert format_quantity(quantity, language) == written


@pytest.mark.parametrize(
    ("rate", "language", "written"),
    [(900, "nl", "9%"), (550, "fr", "5,5\u00a0%"), (1750, "en", "17.5%"), (0, "id", "0%")],
)
def test_rates(rate, language, written):
    assert format_rate(rate, language) == written
