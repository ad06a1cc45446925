"""Entries whose data no desk would write: signed all the same, they are kept and hold up nobody."""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings

from collector.desks.register.models import Sale
from collector.ingest import lives
from collector.ingest.models import Alarm, Watermark
from collector.ingest.projecting import Projector
from tests.collector.till import SALE, sale_data

ODD = [
    *(None, True, -1, 0, 2**31, 2**63, 2**64 - 1, -(2**63), 1.5, 1e300),
    *("", "a\0b", "x" * 5000, "2026-13-45", "9999-12-31T23:59:59.999+00:00", "\u0669"),
    *([], {}, [None], [{}], [[]], {"a": 1}, {"reference": 7, "commitment": []}),
]
COUNT = 60


def spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Go through every place of data."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else ()
    for name, inside in enumerate(value) if isinstance(value, list) else items:
        yield from spots(inside, (*path, name))


def spoil(data: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Put something odd in some place, or take something away."""
    *way, last = chance.choice(list(spots(data)))
    at: Any = data
    for name in way:
        at = at[name]
    if chance.random() < 0.2:
        del at[last]
    else:
        at[last] = chance.choice(ODD)
    return data


def made_up(chance: random.Random) -> dict[str, Any]:
    """Names that projections read, with anything behind them."""
    names = "customer attachments sale counts epoch after reason until totals shift day lines card"
    return {name: chance.choice(ODD) for name in chance.sample(names.split(), 5)}


@pytest.fixture(autouse=True)
def open_journal(collector, till):
    till.open()
    collector.take(till.batch())


@pytest.mark.parametrize("seed", range(3))
def test_sales_with_something_odd_in_them_hold_up_nobody(collector, till, seed):
    chance = random.Random(seed)
    for _ in range(COUNT):
        till.number += 1
        till.record(SALE, spoil(sale_data(till, (2, 1, 1)), chance))
    good = till.sell(1)
    collector.take(till.batch(2))
    assert collector.ack == till.head
    assert Sale.objects.filter(sequence=good.sequence).exists()


@pytest.mark.parametrize("seed", range(3))
def test_anything_under_the_name_of_any_type_holds_up_nobody(collector, till, seed):
    chance = random.Random(seed)
    modules = map(import_module, settings.BALIE_PROJECTIONS)
    types = sorted({name for each in modules for name in each.TYPES})
    for _ in range(COUNT):
        till.record(chance.choice(types), made_up(chance))
    good = till.sell(1)
    collector.take(till.batch(2))
    assert collector.ack == till.head
    assert Watermark.objects.get().projected == good.sequence
    assert Sale.objects.filter(sequence=good.sequence).exists()


def test_the_one_that_is_odd_is_named_and_a_rebuild_comes_to_the_same(collector, till, monkeypatch):
    monkeypatch.setattr(lives, "TYPES", ("balie.test.v1",))
    monkeypatch.setattr(
        lives, "project", lambda proven: [each.data["n"] + 1 for each in proven][:0]
    )
    projector = Projector.from_settings()
    monkeypatch.setattr(collector.ingest, "_projector", projector)
    till.record("balie.test.v1", {"n": 1})
    till.record("balie.test.v1", {"n": "one"})
    till.sell(1)
    collector.take(till.batch(2))
    for times in (1, 2):
        assert Sale.objects.count() == 1
        alarm = Alarm.objects.get()
        assert alarm.sentence.startswith("Entry 1.3 (balie.test.v1) cannot be read (TypeError: ")
        assert alarm.times == times
        projector.rebuild()
