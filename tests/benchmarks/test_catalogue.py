"""The benchmark of a large catalogue still works; its figures are for whoever runs it by hand."""

import random

import pytest

from appliance.domain.gtin import check_digit
from tests.benchmarks.catalogue import Till, measure_lookups, part_of, spread


def gtin(number):
    digits = f"{871040000000 + number}"
    return f"{digits}{check_digit(digits)}"


PRODUCTS = [(gtin(number), f"Hagelslag puur nummer {number}") for number in range(300)]
FEW = spread(PRODUCTS, 100)


@pytest.fixture
def tills(tmp_path):
    few = Till(tmp_path / "few", [code for code, _ in FEW])
    many = Till(tmp_path / "many", [code for code, _ in PRODUCTS])
    few.make(FEW, FEW)
    many.make(PRODUCTS, FEW)
    return few, many


def test_a_hundred_are_taken_at_even_distances():
    assert spread(PRODUCTS, 100) == PRODUCTS[::3]


def test_a_part_of_a_name_is_a_part_of_one_of_its_words():
    chance = random.Random(1)
    parts = {part_of("Melk halfvolle", chance) for _ in range(100)}
    assert all(part in "halfvolle" and 4 <= len(part) <= 8 for part in parts)


def test_both_catalogues_are_looked_up(tills):
    figures = measure_lookups(*tills, [name for _, name in FEW], rounds=1)
    assert len(figures) == 3
    assert all(figure.ratios[0] > 0 for figure in figures)


def test_the_desk_measures_its_own_start(tills, monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "offscreen")
    few, _ = tills
    told = few.start(random.Random(1))
    assert 0 < told["built_s"] < told["drawn_s"]
    assert told["drawn_mb"] > 0
    assert told["scanned_mb"] > 0
