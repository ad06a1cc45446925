"""A customer among many is found as the figures say, on a smaller scale."""

from __future__ import annotations

from tests.benchmarks.customers import found_in, looks, measure


def test_everybody_is_found_and_nobody_else(tmp_path):
    figures = measure(tmp_path, 400)
    assert all(many > 0 and empty > 0 for many, empty in figures.values())
    many = found_in(tmp_path / "many.db")
    for name, look in looks(400).items():
        found = look(many, 7)
        assert bool(found) is (name != "nobody"), name
