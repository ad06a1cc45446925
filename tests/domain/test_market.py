"""Markets: the five profiles say what the law says, and a wrong profile never loads."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from appliance.domain import market as markets
from appliance.domain.errors import MarketError, UnknownMarketError, UnknownTaxClassError
from appliance.domain.market import REQUIRED, RoundingScope, TaxClass
from appliance.domain.money import Rounding

TODAY = date(2026, 11, 22)


def profile(code):
    return (resources.files("appliance.domain") / "markets" / f"{code}.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("code", "rates"),
    [
        ("nl", {"standard": 2100, "reduced": 900}),
        ("be", {"standard": 2100, "second_reduced": 1200, "reduced": 600}),
        (
            "fr",
            {"standard": 2000, "second_reduced": 1000, "reduced": 550, "super_reduced": 210},
        ),
        ("id", {"standard": 1100, "reduced": 1000}),
        ("gb", {"standard": 2000, "reduced": 500}),
    ],
)
def test_the_rates_of_today(code, rates):
    market = markets.load(code)
    today = {key: market.rate(key, TODAY) for key in market.tax_classes}
    assert today == rates | {"zero": 0, "exempt": 0, "outside": 0}


@pytest.mark.parametrize(
    ("code", "tax_class", "day", "rate_bp"),
    [
        ("nl", "reduced", date(2018, 12, 31), 600),
        ("nl", "reduced", date(2019, 1, 1), 900),
        ("nl", "standard", date(2012, 9, 30), 1900),
        ("fr", "standard", date(2013, 12, 31), 1960),
        ("fr", "second_reduced", date(2013, 6, 1), 700),
        ("gb", "standard", date(2009, 6, 1), 1500),
        ("gb", "standard", date(2011, 1, 3), 1750),
        ("gb", "standard", date(2011, 1, 4), 2000),
        ("id", "standard", date(2022, 3, 31), 1000),
        ("id", "standard", date(2022, 4, 1), 1100),
    ],
)
def test_the_rates_of_other_days(code, tax_class, day, rate_bp):
    assert markets.load(code).rate(tax_class, day) == rate_bp


@pytest.mark.parametrize("code", markets.MARKETS)
def test_every_profile_is_whole(code):
    market = markets.load(code)
    assert market.code == code
    assert ZoneInfo(market.timezone)
    assert {"standard", "reduced", "zero", "exempt", "outside"} <= set(market.tax_classes)
    assert market.rounding is Rounding.HALF_UP
    assert set(market.languages) <= {"nl", "fr", "id", "en"}
    assert market.retention_years >= 6
    assert {"lines", "taxes", "total", "number"} <= set(market.receipt.required) <= set(REQUIRED)
    assert all(note > max(market.coins_minor) or code == "id" for note in market.notes_minor)


@pytest.mark.parametrize("code", markets.MARKETS)
def test_what_a_profile_is_unsure_of_is_a_setting_of_it(code):
    values = tomllib.loads(profile(code))
    for sentence in markets.load(code).unsure:
        place, _, why = sentence.partition(": ")
        found = values
        for key in place.split("."):
            found = found[key]
        assert len(why) > 20


def test_rupiah_have_no_cents_whatever_iso_4217_says():
    assert markets.load("id").decimals == 0


def test_belgium_rounds_by_law_and_france_asks_before_it_prints():
    rule = markets.load("be").cash_rounding
    assert (rule.mandatory, rule.step_minor, rule.above_minor) == (True, 5, 5)
    assert rule.scope is RoundingScope.CASH
    assert markets.load("fr").receipt.ask
    assert not markets.load("nl").receipt.ask


def test_the_tax_has_its_name_in_each_language_of_a_market():
    receipt = markets.load("be").receipt
    assert receipt.tax_name_in("fr") == "TVA"
    assert receipt.tax_name_in("nl_BE") == "btw"
    assert receipt.tax_name_in("id") == "btw"


def test_a_shop_lays_its_own_settings_over_the_profile():
    market = markets.load("nl", 'tax_rounding = "per_line"\ncash_rounding.scope = "none"')
    assert market.tax_rounding.value == "per_line"
    assert market.cash_rounding.scope is RoundingScope.NONE
    assert market.cash_rounding.step_minor == 5, "the rest of the table stays"


def test_an_unknown_market_names_the_known_ones():
    with pytest.raises(UnknownMarketError, match="nl, be, fr, id, gb, not for “de”"):
        markets.load("de")


def test_an_unknown_tax_class_names_the_known_ones():
    with pytest.raises(
        UnknownTaxClassError, match="standard, reduced, zero, exempt, outside, not “luxury”"
    ):
        markets.load("nl").rate("luxury", TODAY)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ("colour = 5", "“colour” in the market profile means nothing"),
        ("cash_rounding.stepp = 5", "“stepp” in “cash_rounding” means nothing"),
        ("decimals = 4", "“decimals” in the market profile must be from 0 to 3, not 4"),
        ("decimals = true", "must be a whole number, not True"),
        ("currency = ''", "must not be empty"),
        ("tax_inclusive = 'yes'", "must be true or false"),
        ("rounding = 'sideways'", "one of half_up, half_even, half_down, up, down, not “sideways”"),
        ("languages = []", "must be a list of texts"),
        ("languages = [1]", "must be a list of texts"),
        ("notes_minor = [10, 5]", "“notes_minor” must go from the smallest"),
        ("notes_minor = [0]", "must be from 1 to"),
        ("notes_minor = ['five']", "a list of whole numbers"),
        ("receipt.required = ['poem']", "not poem"),
        ("receipt = 5", "“receipt” in the market profile must be a table"),
        ("tax_classes.zero.letter = 'A'", "needs a letter of its own"),
        ("tax_classes.zero.rates = []", "must have no date"),
        ("tax_classes.zero.rates = [{ from = 2020-01-01, rate_bp = 0 }]", "must have no date"),
        ("tax_classes.zero.rates = [5]", "a list of tables"),
        ("tax_classes.zero.rates = [{ rate_bp = 10001 }]", "from 0 to 10000"),
        (
            "tax_classes.zero.rates = [{ rate_bp = 0 }, { from = 2020-01-01T10:00:00, rate_bp = 0 }]",
            "“from” in “rates” of “zero” must be a date",
        ),
        (
            """tax_classes.zero.rates = [
                {rate_bp = 0}, {from = 2021-01-01, rate_bp = 0}, {from = 2020-01-01, rate_bp = 0}
            ]""",
            "in order of dates",
        ),
        ("= nonsense", "must be TOML"),
    ],
)
def test_a_wrong_profile_is_named_and_refused(changes, sentence):
    with pytest.raises(MarketError, match=sentence):
        markets.load("nl", changes)


def test_a_profile_that_lacks_something_is_refused():
    text = profile("nl").replace('currency = "EUR"\n', "")
    with pytest.raises(MarketError, match="“currency” in the market profile must be a text"):
        markets.parse(text)


def test_a_tax_class_made_by_hand_is_checked_too():
    with pytest.raises(MarketError, match="between 0 and 100"):
        TaxClass("odd", "O", ((None, -1),))
