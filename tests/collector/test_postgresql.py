"""The same tests on a real PostgreSQL, started here on a loopback port and gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import collector
from tests.world import postgresql

ROOT = Path(collector.__file__).parents[1]
SAME = (
    "test_chains.py",
    "test_ingest.py",
    "test_following.py",
    "test_many_lives.py",
    "test_old_with_new.py",
    "test_lock_order.py",
    "test_office_beside_ingest.py",
    "test_waiting.py",
    "test_odd_data.py",
    "test_covered.py",
    "test_sql.py",
    "test_unreadable_data.py",
    "test_verifying.py",
    "test_turns.py",
    "test_two_ingests.py",
    "test_refusals.py",
    "test_directory.py",
    "test_exports.py",
    "../counters/test_telling.py",
    "../enrolment/test_counter_at_the_door.py",
)

pytestmark = pytest.mark.skipif(bool(postgresql.available()), reason=postgresql.available())


def test_everything_holds_on_postgresql_too(tmp_path):
    here = Path(__file__).parent
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    with postgresql.server() as address:
        ended = subprocess.run(
            [*command, *(str(here / name) for name in SAME)],
            env={**os.environ, "DATABASE_URL": address, "BALIE_STATE": str(tmp_path)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 0, ended.stdout[-6000:]
    assert " skipped" not in ended.stdout
