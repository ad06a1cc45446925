"""The collector's tests again, on a real PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import collector
from tests.world import postgresql

SAME = ("test_keeping.py", "test_forgetting.py")

pytestmark = pytest.mark.skipif(bool(postgresql.available()), reason=postgresql.available())


def test_attachments_are_kept_and_erased_on_postgresql_too(tmp_path):
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    with postgresql.server() as address:
        ended = subprocess.run(
            [*command, *(str(Path(__file__).with_name(name)) for name in SAME)],
            env={**os.environ, "DATABASE_URL": address, "BALIE_STATE": str(tmp_path)},
            cwd=Path(collector.__file__).parents[1],
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 0, ended.stdout[-6000:]
    assert "1 skipped" in ended.stdout  # the one that searches SQLite's file
