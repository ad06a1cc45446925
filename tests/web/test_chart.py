from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.office.chart import BOTTOM, HEIGHT, TOP, Column, draw

AMOUNTS = st.integers(-10_000_000, 10_000_000)


def column(value, compared=None):
    return Column(label="9", value=value, compared=compared, link="", words="")


@given(st.lists(st.tuples(AMOUNTS, st.none() | AMOUNTS), max_size=24))
def test_everything_stays_inside_and_stands_on_zero(values):
    chart = draw([column(*each) for each in values], unit=100, write=str)
    (zero,) = [tick for tick in chart.ticks if tick.is_zero]
    assert 2 <= len(chart.ticks) <= 7
    for bar in chart.bars:
        assert TOP - 0.2 <= bar.y <= bar.y + bar.height <= HEIGHT - BOTTOM + 0.2
        edge = bar.y + bar.height if bar.column.value >= 0 else bar.y
        assert edge == pytest.approx(zero.y, abs=0.2)
    for line in chart.lines:
        for point in line.split():
            assert TOP - 0.2 <= float(point.split(",")[1]) <= HEIGHT - BOTTOM + 0.2


def test_levels_are_round_and_at_least_one_unit_apart():
    chart = draw([column(37_640)], unit=100, write=str)
    assert [tick.label for tick in chart.ticks] == ["0", "10000", "20000", "30000", "40000"]
    assert [tick.label for tick in draw([], unit=100, write=str).ticks] == ["0", "100"]


def test_a_hole_breaks_the_line():
    columns = [column(1, 1), column(1, None), column(1, 2), column(1, 3)]
    first, second = draw(columns, unit=1, write=str).lines
    assert (len(first.split()), len(second.split())) == (1, 2)
