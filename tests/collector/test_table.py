"""What people typed at a counter is no program on the desk of whoever opens an export."""

from __future__ import annotations

import csv
import io

import pytest

from appliance.domain.shift_books import CASH_MOVED
from collector.desks.register.exports import write_csv
from collector.table import Writer
from tests.collector.till import Collector, Till


def written(*row):
    out = io.StringIO()
    Writer(out).writerow(row)
    return next(csv.reader([out.getvalue()]))


@pytest.mark.parametrize(
    "typed",
    ["=1+1", '=HYPERLINK("http://x")', "+A1", "-A1+1", "@SUM(A1)", "\tx", "-1+cmd|' /C x'!A0"],
)
def test_a_formula_is_text(typed):
    assert written(typed) == [f"'{typed}"]


@pytest.mark.parametrize(
    "cell", ["-3.15", "+31 6 1234 5678", "-12,50", "2026-11-22", "Café", "a=b", "", "'s avonds"]
)
def test_anything_else_stays_what_it_is(cell):
    assert written(cell) == [cell]


@pytest.mark.django_db
def test_a_reason_typed_at_the_counter_is_no_formula_in_the_export():
    till = Till()
    till.enrol()
    till.open()
    till.record(CASH_MOVED, {
        "shift": 1, "number": 1, "kind": "paid_out", "amount_minor": 500, "reason": "=1+1",
        "by": "p1", "allowed_by": "",
    })  # fmt: skip
    Collector().take(till.batch())
    out = io.StringIO()
    write_csv("drawer", out)
    rows = list(csv.DictReader(out.getvalue().splitlines()))
    assert [row["reason"] for row in rows] == ["'=1+1"]
