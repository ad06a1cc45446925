"""The same tests of the archive on a real PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import collector
from tests.world import postgresql

ROOT = Path(collector.__file__).parents[1]
SAME = ("test_archive.py", "test_files.py", "test_killed.py")
KILLS = os.environ.get("BALIE_ARCHIVE_KILLS", "")
"""When many kills are asked for, every test is run; otherwise those where databases differ."""
FEW = "file_that_proves or next_run or last_signature or repeat or in_part or fork or byte_for_byte or killed or made_anew"

pytestmark = pytest.mark.skipif(bool(postgresql.available()), reason=postgresql.available())


def test_the_archive_holds_on_postgresql_too(tmp_path):
    here = Path(__file__).parent
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    command += [] if KILLS else ["-k", FEW]
    with postgresql.server() as address:
        ended = subprocess.run(
            [*command, *(str(here / name) for name in SAME)],
            env={
                **os.environ,
                "DATABASE_URL": address,
                "BALIE_STATE": str(tmp_path),
                "BALIE_ARCHIVE_KILLS": KILLS or "3",
            },
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 0, ended.stdout[-6000:]
    assert " skipped" not in ended.stdout
