"""Customers, balances, shifts, closings and drawers on PostgreSQL: the same tables as on SQLite."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import collector
from tests.world import postgresql

ROOT = Path(collector.__file__).parents[1]

pytestmark = pytest.mark.skipif(bool(postgresql.available()), reason=postgresql.available())


def played(folder, address):
    ended = subprocess.run(
        [sys.executable, "-m", "tests.collector.same_money"],
        env={**os.environ, "DATABASE_URL": address, "BALIE_STATE": str(folder)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """What the same day leaves on SQLite, and on PostgreSQL."""
    folder = tmp_path_factory.mktemp("money")
    here = played(folder, f"sqlite:///{folder / 'collector.db'}")
    with postgresql.server() as address:
        there = played(folder, address)
    assert (here["on"], there["on"]) == ("sqlite", "postgresql")
    return here, there


def test_the_same_day_leaves_the_same_tables(both):
    here, there = both
    for table, rows in here["held"].items():
        assert rows == there["held"][table], table


def test_everything_derived_anew_is_as_it_was(both):
    for database in both:
        for table, rows in database["held"].items():
            assert rows == database["again"][table], f"{database['on']}: {table}"


def test_every_z_is_equal_and_everything_is_sound(both):
    for database in both:
        assert database["equal"] == [True, True]
        assert database["sound"], database["report"]
        for words in ("Zs were held against", "movements were compared", "balances were added up"):
            assert words in database["report"]


def test_every_table_has_something_in_it(both):
    """Otherwise that nothing differs would say little."""
    held = both[0]["held"]
    assert not [table for table, rows in held.items() if not rows]
    kinds = {json.loads(row)["kind"] for row in held["ingest_alarm"]}
    assert kinds == {"overspent"}
