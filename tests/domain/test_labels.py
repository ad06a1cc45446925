"""Codes with a price or weight inside mean what the shop's table says."""

from __future__ import annotations

import re

import pytest

from appliance.domain import labels
from appliance.domain.errors import BadCheckDigit, ImpossibleValueError
from appliance.domain.gtin import check_digit
from appliance.domain.labels import LabelRule, Measure, read_label, rules_from

TABLE = re.findall(
    r"^\| ``(2\w+)`` \| (\w+) \| (\d) \| (\d{13}) \| (\d+) for (\d+) \|$",
    labels.__doc__,
    re.MULTILINE,
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_the_table_in_prose(row):
    pattern, measure, decimals, code, article, value = row
    found = LabelRule(pattern, Measure(measure), int(decimals)).read("0" + code, 2)
    assert article in found.codes
    assert (found.measure.value, found.value) == (measure, int(value))


def test_the_table_is_there():
    assert len(TABLE) == 3


def coded(digits):
    return (digits + check_digit(digits)).zfill(14)


def test_the_article_is_sought_with_nothing_where_the_value_is():
    rule = LabelRule("21PPPPPVVVVVC", Measure.PRICE, 2)
    assert rule.read(coded("210004200675"), 2).codes == (
        coded("210004200000"),
        coded("210004200000").lstrip("0"),
        "00042",
        "42",
    )


@pytest.mark.parametrize(("decimals", "value"), [(2, 675), (0, 7), (3, 6750)])
def test_a_price_is_in_the_tills_own_unit(decimals, value):
    rule = LabelRule("21PPPPPVVVVVC", Measure.PRICE, 2)
    assert rule.read(coded("211234500675"), decimals).value == value


def test_american_codes_have_twelve_digits():
    rule = LabelRule("2PPPPPVVVVVC", Measure.PRICE, 2)
    assert rule.read(coded("21234500675"), 2).value == 675
    assert rule.read(coded("211234500675"), 2) is None


def test_the_first_rule_that_fits_counts():
    rules = rules_from(
        [
            {"pattern": "20PPPPPVVVVVC", "measure": "count"},
            {"pattern": "21PPPPPVVVVVC", "measure": "weight", "decimals": 3},
        ]
    )
    assert read_label(coded("211234500675"), rules, 2).measure is Measure.WEIGHT
    assert read_label(coded("221234500675"), rules, 2) is None


def test_a_wrong_digit_of_the_value_is_a_misread():
    rule = LabelRule("22PPPPKVVVVVC", Measure.PRICE, 2)
    assert rule.read(coded("221234614685"), 2).value == 14685
    with pytest.raises(BadCheckDigit, match="should be 6, not 5"):
        rule.read(coded("221234514685"), 2)


@pytest.mark.parametrize(
    "rule",
    [
        {"pattern": "31PPPPPVVVVVC", "measure": "price"},
        {"pattern": "21PPPPPVVVVC", "measure": "prices"},
        {"pattern": "21PPVPPVVVVVC", "measure": "price"},
        {"pattern": "21PPPPPKVVVVV", "measure": "price"},
        {"pattern": "21PPPPPPVVVKC", "measure": "price"},
        {"pattern": "21PPPPPVVVVVC", "measure": "price", "decimals": 9},
        {"pattern": "21PPPPPVVVVVC", "measure": "price", "decimals": "2"},
        {"pattern": "21PPPPPVVVVVC", "measure": "price", "tax": "reduced"},
        {"measure": "price"},
        "21PPPPPVVVVVC",
    ],
)
def test_a_rule_that_cannot_be_is_refused(rule):
    with pytest.raises(ImpossibleValueError):
        rules_from([rule])
