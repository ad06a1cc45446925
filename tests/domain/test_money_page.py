"""The tables of money.md, worked out again row by row."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from importlib import resources

import pytest

from appliance.domain import market as markets
from appliance.domain.market import TaxRounding
from appliance.domain.money import (
    MINUS,
    NO_BREAK_SPACE,
    Rounding,
    divide,
    format_minor,
    parse_minor,
    share_out,
    share_percent,
)
from appliance.domain.payment import Tender, Tendered, cash_due, settle, suggest_notes
from appliance.domain.tax import Taxable, add_to_net, split_gross, taxes_of

PAGE = (resources.files("appliance.domain") / "money.md").read_text(encoding="utf-8")
TODAY = date(2026, 11, 22)
TENDERS = {"cash": Tender.CASH, "card": Tender.CARD_MANUAL}


def table(name):
    """Return the rows of a table of the page, each a dict by the words of its heading."""
    block = PAGE.split(f"<!-- table: {name} -->\n")[1].split("\n\n")[0]
    heading, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()
    ]
    return [pytest.param(dict(zip(heading, row, strict=True)), id=" ".join(row)) for row in rows]


def minor(text):
    """12.50 is 1250; an amount without a point has no decimals."""
    return int(text.replace(".", ""))


def minors(text):
    return [minor(part) for part in text.split()]


def rate(text):
    return round(float(text.removesuffix(" %")) * 100)


def test_every_table_of_the_page_is_worked_out():
    names = re.findall(r"<!-- table: (.*) -->", PAGE)
    tested = re.findall(r'parametrize\("row", table\("(.*)"\)\)', open(__file__).read())  # noqa: PTH123, SIM115
    assert sorted(names) == sorted(tested)


@pytest.mark.parametrize("row", table("rounding"))
def test_rounding(row):
    numerator, denominator = map(int, row.pop("exact").split("/"))
    assert {r.value for r in Rounding} == set(row)
    for name, expected in row.items():
        assert divide(numerator, denominator, Rounding(name)) == int(expected), name


@pytest.mark.parametrize("row", table("split gross"))
def test_split_gross(row):
    parts = split_gross(minor(row["gross"]), rate(row["rate"]), Rounding.HALF_UP)
    assert parts == (minor(row["net"]), minor(row["tax"]))


@pytest.mark.parametrize("row", table("add to net"))
def test_add_to_net(row):
    parts = add_to_net(minor(row["net"]), rate(row["rate"]), Rounding.HALF_UP)
    assert parts == (minor(row["net"]), minor(row["tax"]))
    assert sum(parts) == minor(row["gross"])


@pytest.mark.parametrize("row", table("tax"))
def test_tax(row):
    market = markets.load(
        "nl",
        f"""
        tax_inclusive = {str(row["prices"] == "with tax").lower()}
        tax_rounding = "{row["mode"]}"
        tax_classes.standard.rates = [{{ rate_bp = {rate(row["rate"])} }}]
        """,
    )
    lines = [Taxable("standard", amount) for amount in minors(row["amounts"])]
    per_line, per_rate = taxes_of(lines, market, TODAY)
    assert [part.tax_minor for part in per_line] == minors(row["taxes of the lines"])
    assert [(part.net_minor, part.tax_minor) for part in per_rate] == [
        (minor(row["net"]), minor(row["tax"]))
    ]


@pytest.mark.parametrize("row", table("share out"))
def test_share_out(row):
    weights = [int(weight) for weight in row["weights"].split()]
    assert share_out(minor(row["total"]), weights) == minors(row["parts"])


@pytest.mark.parametrize("row", table("share percent"))
def test_share_percent(row):
    parts = share_percent(rate(row["percent"]), minors(row["amounts"]), Rounding.HALF_UP)
    assert parts == minors(row["parts"])


@pytest.mark.parametrize("row", table("cash"))
def test_cash_rounding(row):
    due = cash_due(minor(row["total"]), markets.load(row["market"]))
    assert due == (minor(row["due in cash"]), minor(row["rounding"]))


@pytest.mark.parametrize("row", table("settle"))
def test_settle(row):
    words = row["given"].split()
    given = [
        Tendered(TENDERS[name], minor(amount))
        for name, amount in zip(words[::2], words[1::2], strict=True)
    ]
    settled = settle(minor(row["total"]), given, markets.load(row["market"]))
    assert settled.rounding_minor == minor(row["rounding"])
    assert settled.change_minor == minor(row["change"])
    assert settled.remaining_minor == minor(row["left"])
    assert settled.remaining_cash_minor == minor(row["left in cash"])
    assert settled.is_settled is (minor(row["left"]) == 0)
    assert not settled.is_settled or settled.paid_minor == settled.payable_minor


@pytest.mark.parametrize("row", table("notes"))
def test_suggested_notes(row):
    offered = suggest_notes(minor(row["due"]), markets.load(row["market"]))
    assert list(offered) == minors(row["offered"])


@pytest.mark.parametrize("row", table("written"))
def test_written_and_read_back(row):
    amount, symbol = row["amount"], row["symbol"]
    decimals = len(amount.partition(".")[2])
    written = format_minor(minor(amount), decimals, row["language"], symbol=symbol)
    assert written.replace(NO_BREAK_SPACE, " ") == row["written"]
    assert parse_minor(row["written"], decimals, row["language"], symbol=symbol) == minor(amount)
    assert (MINUS in written) is (minor(amount) < 0)


def test_the_mode_is_of_the_market_not_of_the_code():
    market = markets.load("nl")
    assert replace(market, tax_rounding=TaxRounding.PER_LINE).tax_rounding.value == "per_line"
