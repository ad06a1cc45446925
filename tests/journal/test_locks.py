"""Checking a file that this very process has open leaves SQLite's locks on it as they are.

Closing any of a process's handles of a file lets go of all its locks on it (POSIX). SQLite knows
and never does; whoever opens a database as plain bytes does it for SQLite, and another process may
then take the log away under the writer's hands.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from appliance.journal.errors import JournalForeign
from appliance.journal.export import export_file
from appliance.journal.store import Event
from appliance.journal.verify import verify

TAKE = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)
try:
    print(*other.execute("pragma journal_mode = delete").fetchone())
except sqlite3.OperationalError as refused:
    print(refused)
"""
"""What only somebody who is alone with a file may do."""


def taken_by_another(path: Path) -> str:
    command = [sys.executable, "-c", TAKE, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_the_writers_locks_hold_while_its_journal_is_checked(journal):
    journal.append(Event("balie.test.v1", {}))
    assert taken_by_another(journal.path) == "database is locked"
    assert verify(journal.path).is_sound
    assert taken_by_another(journal.path) == "database is locked"


def test_the_writers_locks_hold_while_its_journal_is_exported(journal, tmp_path):
    journal.append(Event("balie.test.v1", {}))
    export_file(journal, tmp_path / "export.txt", signer=None)
    assert taken_by_another(journal.path) == "database is locked"


@pytest.mark.parametrize("content", [b"", b"x", b"hello" * 400, bytes(5000)])
def test_what_is_no_database_is_told_as_before(tmp_path, content):
    (tmp_path / "something").write_bytes(content)
    with pytest.raises(JournalForeign):
        verify(tmp_path / "something")
