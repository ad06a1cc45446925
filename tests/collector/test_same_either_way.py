"""The straight way to PostgreSQL has the rules of the long one, and PostgreSQL those of SQLite."""

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
SEEDS = os.environ.get("BALIE_STREETS", "3")
"""How many streets of devices are played through."""

pytestmark = pytest.mark.skipif(bool(postgresql.available()), reason=postgresql.available())


def played(folder: Path, address: str, *words: str) -> dict:
    command = [sys.executable, "-m", "tests.collector.same_turns", SEEDS, *words]
    environment = {**os.environ, "DATABASE_URL": address, "BALIE_STATE": str(folder)}
    ended = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sqlite")
    return played(folder, f"sqlite:///{folder / 'collector.db'}")


@pytest.mark.parametrize("words", [(), ("plain",)], ids=["straight", "the long way"])
def test_the_same_turns_leave_the_same_tables(tmp_path, sqlite, words):
    with postgresql.server() as address:
        found = played(tmp_path, address, *words)
    assert (sqlite["on"], found["on"]) == ("sqlite", "postgresql")
    assert sqlite["straight"] == 0
    assert bool(found["straight"]) == (not words)
    for seed, (here, there) in enumerate(zip(sqlite["seeds"], found["seeds"], strict=True)):
        for half, there_half in zip(here["held"], there["held"], strict=True):
            for table, rows in half.items():
                assert rows == there_half[table], f"street {seed}: {table}"
        assert here["told"] == there["told"], f"street {seed}: what devices were told"


def test_the_streets_have_everything_in_them(sqlite):
    """Otherwise that nothing differs would say little."""
    ends = [each["held"][-1] for each in sqlite["seeds"]]
    assert all(end["forks"] and end["sales"] and end["entries"] for end in ends)
    kinds = {alarm[1] for end in ends for alarm in end["alarms"]}
    assert {"fork", "forged", "torn", "revoked"} <= kinds
    assert any(mark[1] > 1 for end in ends for mark in end["marks"])
