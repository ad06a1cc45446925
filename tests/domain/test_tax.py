"""Tax: in every market and mode net and tax make the price, lines the rates, rates the total."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import market as markets
from appliance.domain.errors import ImpossibleValueError, UnknownTaxClassError
from appliance.domain.market import TaxRounding
from appliance.domain.money import Rounding, divide
from appliance.domain.tax import Taxable, TaxPart, add_to_net, split_gross, taxes_of

TODAY = date(2026, 11, 22)
MARKETS = {code: markets.load(code) for code in markets.MARKETS}
AMOUNTS = st.integers(-(10**9), 10**9)


@st.composite
def markets_and_lines(draw):
    market = replace(
        MARKETS[draw(st.sampled_from(markets.MARKETS))],
        tax_inclusive=draw(st.booleans()),
        tax_rounding=draw(st.sampled_from(TaxRounding)),
        rounding=draw(st.sampled_from(Rounding)),
    )
    classes = st.sampled_from(list(market.tax_classes))
    return market, draw(st.lists(st.builds(Taxable, classes, AMOUNTS), max_size=25))


@given(markets_and_lines())
def test_lines_make_rates_and_rates_make_the_total(drawn):
    market, lines = drawn
    per_line, per_rate = taxes_of(lines, market, TODAY)
    assert len(per_line) == len(lines)
    for part in per_rate:
        own = [line for line in per_line if line.tax_class == part.tax_class]
        assert part.net_minor == sum(line.net_minor for line in own)
        assert part.tax_minor == sum(line.tax_minor for line in own)
        assert part.rate_bp == market.rate(part.tax_class, TODAY)
    amounts = sum(line.amount_minor for line in lines)
    if market.tax_inclusive:
        assert sum(part.gross_minor for part in per_rate) == amounts
    else:
        assert sum(part.net_minor for part in per_rate) == amounts
    assert all(part.net_minor + part.tax_minor == part.gross_minor for part in per_line)


@given(markets_and_lines())
def test_tax_is_rounded_where_the_market_says(drawn):
    market, lines = drawn
    per_line, per_rate = taxes_of(lines, market, TODAY)
    parts = per_line if market.tax_rounding is TaxRounding.PER_LINE else per_rate
    for part in parts:
        split, amount = (
            (split_gross, part.gross_minor)
            if market.tax_inclusive
            else (add_to_net, part.net_minor)
        )
        expected = split(amount, part.rate_bp, market.rounding)
        assert (part.net_minor, part.tax_minor) == expected


@given(markets_and_lines())
def test_no_line_is_a_whole_unit_off_its_own_tax(drawn):
    market, lines = drawn
    per_line, _ = taxes_of(lines, market, TODAY)
    for line, part in zip(lines, per_line, strict=True):
        base = 10_000 + part.rate_bp if market.tax_inclusive else 10_000
        assert abs(part.tax_minor * base - line.amount_minor * part.rate_bp) < base


@given(markets_and_lines())
def test_a_return_is_its_sale_mirrored(drawn):
    market, lines = drawn
    back = [Taxable(line.tax_class, -line.amount_minor) for line in lines]
    sold, returned = taxes_of(lines, market, TODAY)[0], taxes_of(back, market, TODAY)[0]
    assert [part.tax_minor for part in returned] == [-part.tax_minor for part in sold]


@given(markets_and_lines())
def test_classes_come_in_the_markets_order_whatever_the_lines(drawn):
    market, lines = drawn
    _, per_rate = taxes_of(lines, market, TODAY)
    _, reversed_rate = taxes_of(lines[::-1], market, TODAY)
    order = list(market.tax_classes)
    places = [order.index(part.tax_class) for part in per_rate]
    assert places == sorted(places)
    assert [part.tax_minor for part in per_rate] == [part.tax_minor for part in reversed_rate]


@given(AMOUNTS, st.integers(0, 10_000), st.sampled_from(Rounding))
def test_an_amount_split_and_put_together_is_the_amount(amount, rate, rounding):
    assert sum(split_gross(amount, rate, rounding)) == amount
    net, tax = add_to_net(amount, rate, rounding)
    assert (net, tax) == (amount, divide(amount * rate, 10_000, rounding))


def test_nothing_sold_is_nothing_taxed():
    assert taxes_of([], MARKETS["nl"], TODAY) == ((), ())


def test_zero_rated_and_exempt_stay_apart():
    lines = [Taxable("zero", 100), Taxable("exempt", 200)]
    _, per_rate = taxes_of(lines, MARKETS["gb"], TODAY)
    assert [(part.letter, part.gross_minor) for part in per_rate] == [("Z", 100), ("E", 200)]


def test_the_rate_is_the_days():
    _, before = taxes_of([Taxable("standard", 11750)], MARKETS["gb"], date(2011, 1, 3))
    _, after = taxes_of([Taxable("standard", 12000)], MARKETS["gb"], date(2011, 1, 4))
    assert (before[0].tax_minor, after[0].tax_minor) == (1750, 2000)


def test_a_class_the_market_lacks_is_refused():
    with pytest.raises(UnknownTaxClassError):
        taxes_of([Taxable("luxury", 1)], MARKETS["nl"], TODAY)


@pytest.mark.parametrize(
    ("rate", "tax", "sentence"),
    [(-1, 0, "from 0 to 100 %"), (10_001, 0, "from 0 to 100 %"), (0, 1, "At 0 % there is no tax")],
)
def test_an_impossible_part_is_refused(rate, tax, sentence):
    with pytest.raises(ImpossibleValueError, match=sentence):
        TaxPart(rate, "standard", "A", 100, tax)
