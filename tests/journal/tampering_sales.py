"""Tampering with what a sale says, everything after it made anew."""

from __future__ import annotations

from tests.journal.tampering_book import (
    AT,
    HERE,
    found,
    honest,
    tampering,
)

# Sales that no longer add up, everything after them made anew


def sale_changed(name, change, kind="totals", place=HERE):
    @tampering(name, found(kind, place))
    def _(ex):
        ex.data(AT, change)
        ex.rehash(AT)
        honest(ex)


def _raise_total(data):
    data["totals"]["gross_minor"] += 100


def _remove_line(data):
    gone = data["lines"].pop()
    for name in ("gross_minor", "net_minor", "tax_minor"):
        data["totals"][name] -= gone[name]
    data["totals"]["payable_minor"] -= gone["gross_minor"]


def _lower_rate(data):
    for part in (*data["lines"], *data["taxes"]):
        part["rate_bp"] = 600 if part["rate_bp"] == 900 else part["rate_bp"]


def _raise_payment(data):
    data["payments"][0]["amount_minor"] += 100


def _more_given(data):
    data["payments"][0]["tendered_minor"] += 100


def _round(data):
    data["totals"]["rounding_minor"] += 2


def _raise_price(data):
    data["lines"][0]["unit_price_minor"] += 100


def _move_tax(data):
    data["lines"][0]["net_minor"] += 1


def _move_day(data):
    data["day"] = "2026-11-25"


def _other_decimals(data):
    data["decimals"] = 0


def _no_figures(data):
    data["totals"] = None


def _again(data):
    data["number"] -= 1
    data["receipt"] = f"2-{data['number']:06}"


def _skip(data):
    data["number"] += 1
    data["receipt"] = f"2-{data['number']:06}"


def _other_paper(data):
    data["receipt"] = "2-999999"


for _name, _change, _kind in (
    ("the total of a sale altered", _raise_total, "totals"),
    ("a line removed and the total adjusted", _remove_line, "totals"),
    ("a tax rate altered", _lower_rate, "totals"),
    ("the tax of a line altered", _move_tax, "totals"),
    ("the price of a line altered", _raise_price, "totals"),
    ("a payment altered", _raise_payment, "totals"),
    ("what was given altered", _more_given, "totals"),
    ("cash rounding altered", _round, "totals"),
    ("a sale moved to another day", _move_day, "totals"),
    ("the currency's decimals altered", _other_decimals, "totals"),
    ("the figures of a sale removed", _no_figures, "totals"),
    ("a receipt number used again", _again, "receipt"),
    ("a receipt number skipped", _skip, "receipt"),
    ("another receipt number on the paper", _other_paper, "totals"),
):
    sale_changed(_name, _change, _kind)
