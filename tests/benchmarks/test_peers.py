"""The benchmarks beside peers still work; their figures are for whoever runs them by hand."""

import shutil

import pytest

from tests.benchmarks import idle, receiving, singles, uplink
from tests.benchmarks.figures import Figure, at_least, at_most, take_turns
from tests.world.shop import unavailable

pytestmark = pytest.mark.skipif(bool(unavailable()), reason=unavailable())


def all_told(figures):
    return all(figure.values and figure.median > 0 for figure in figures)


def test_turns_begin_with_another_each_round():
    order = []
    take_turns([lambda: order.append("a"), lambda: order.append("b")], 3)
    assert order == ["a", "b", "b", "a", "a", "b"]


def test_a_figure_says_whether_its_goal_is_met():
    low = Figure("x", "ms", "at most 2", at_most(2), [1.0, 3.0, 1.5])
    high = Figure("x", "", "at least 2", at_least(2), [1.0])
    assert (low.median, "at most 2: met" in low.line()) == (1.5, True)
    assert "at least 2: not met" in high.line()


def test_a_till_beside_http():
    with uplink.opened("sqlite") as till:
        assert all_told(uplink.measure(till, rounds=1, sales=2, backlog=60))


def test_an_idle_uplink():
    with uplink.opened("sqlite") as till:
        assert all_told(idle.measure(till, seconds=5))


@pytest.mark.skipif(not shutil.which("mosquitto_sub"), reason="mosquitto-clients is not installed")
def test_receiving_beside_mosquitto(tmp_path):
    assert all_told(receiving.measure(tmp_path, 300, 100, 1))


def test_single_entries_beside_a_plain_loop(tmp_path):
    shop = singles.Shop(tmp_path, None)
    assert all_told(singles.measure(shop, devices=5, entries=50, rounds=1))
