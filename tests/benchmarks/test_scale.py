"""What the benchmark of many devices reads from /proc and makes of it; the run itself is by hand.

That many devices can be simulated at all is shown by tests/simulate.
"""

import os

import pytest

from tests.benchmarks.scale import Watched, _slope


def test_the_slope_is_that_of_the_line_that_fits_best():
    assert _slope([0, 60, 120, 180], [10, 12, 14, 16]) * 60 == pytest.approx(2)
    assert _slope([0, 1, 2, 3], [5, 5, 5, 5]) == 0
    assert _slope([7], [5]) == 0


def test_memory_and_processor_time_are_those_of_a_program():
    watched = Watched(os.getpid())
    for second in range(10):
        watched.look(float(second))
    figures = watched.figures()
    assert figures["MB"] > 1
    assert figures["MB at the end"] == pytest.approx(figures["MB"], rel=0.5)
    assert figures["share of a core"] >= 0
    assert watched.cpu_s[-1] > 0


def test_what_has_ended_is_not_looked_at():
    watched = Watched(os.getpid(), family=1000)
    watched.look(0.0)
    assert watched.megabytes == []
