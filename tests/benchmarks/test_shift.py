"""What a Z costs for each sale, in counts, which no other work on the machine can change."""

from __future__ import annotations

import cProfile

import orjson

from tests.benchmarks.shift import Recorded

FEW, MANY = 50, 1000


def calls(shift):
    """How many calls the shift's end takes for each of its sales."""
    profile = cProfile.Profile()
    profile.runcall(shift.close)
    return sum(each.callcount for each in profile.getstats()) / shift.sales


def test_a_z_takes_no_more_calls_for_each_of_many_sales_than_of_few(tmp_path):
    few, many = Recorded(tmp_path, FEW), Recorded(tmp_path, MANY)
    few.close()  # what is loaded once is loaded now
    assert calls(many) / calls(few) <= 1.2


def test_the_books_that_are_kept_do_not_grow_with_the_sales(tmp_path):
    sizes = [
        len(orjson.dumps(Recorded(tmp_path, sales).fold()[0].books.to_data()))
        for sales in (FEW, MANY)
    ]
    assert sizes[1] <= sizes[0] + 40, "longer numbers, nothing else"
