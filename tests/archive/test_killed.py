"""A run of the archive that is killed anywhere: nothing is lost, and the next run finishes it.

Killed means that no line of the archive's own code is run any more after some moment; what was
committed and what was written stays, the rest is rolled back.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction

import collector.archive
from appliance.journal.archive import read_text
from collector.archive import archiving, clearing, writing
from collector.archive.announcing import announce
from collector.archive.checking import check
from collector.archive.models import Archive
from collector.directory.models import DirectoryEntry
from collector.ingest.models import Entry
from collector.ingest.projecting import Projector
from tests.archive.conftest import TOMORROW, exports

pytestmark = pytest.mark.django_db

KILLS = int(os.environ.get("BALIE_ARCHIVE_KILLS", "12"))
"""At how many moments a run is killed; a thousand are nearly all there are."""
SEED = 20261122
OURS = str(Path(collector.archive.__file__).parent)


class Killed(BaseException):
    """Not caught by anything."""


@pytest.fixture
def small(collector, till, monkeypatch):
    """Forty entries, in small files, batches and steps."""
    monkeypatch.setattr(archiving, "ENTRIES_IN_A_FILE", 25)
    monkeypatch.setattr(writing, "ENTRIES_IN_A_BATCH", 10)
    monkeypatch.setattr(clearing, "ROWS_IN_A_STEP", 7)
    till.open()
    for _ in range(39):
        till.sell()
    for first in range(1, 41, 5):
        collector.take(till.batch(first, first + 4))
    return till


def work(folder):
    now = datetime.now(UTC)
    archiving.archive(TOMORROW, folder, now=now)
    announce(now)


def traced(folder, kill_at=None):
    """Run the archive; kill it at some line, or count the lines."""
    lines = 0

    def trace(frame, event, _):
        nonlocal lines
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            lines += 1
            if lines == kill_at:
                raise Killed
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work(folder)
    finally:
        sys.settrace(before)
    return lines


def roll_back(depth):
    """Roll back what was open when it was killed, as the database does when a program is gone.

    Killed on its way out of a ``with``, Python never calls what should end the transaction.
    """
    while len(connection.savepoint_ids) > depth:
        connection.savepoint_rollback(connection.savepoint_ids.pop())
    connection.needs_rollback = False


def whole(till, folder):
    """Say where each entry is, and that each is somewhere, byte for byte, and only once."""
    rows = dict(Entry.objects.values_list("sequence", "raw"))
    for archive in Archive.objects.all():
        lines = [line for line in read_text(archive.path) if line.startswith(b'{"specversion"')]
        kept = dict(enumerate(lines, archive.first))
        cleared = {number: raw for number, raw in kept.items() if number <= archive.cleared}
        assert not cleared.keys() & rows.keys()
        rows |= cleared
    assert {number: bytes(raw) for number, raw in rows.items()} == {
        entry.sequence: entry.raw for entry in till.entries
    }


def test_a_run_killed_anywhere_is_finished_by_the_next(small, tmp_path):
    figures = exports()
    with transaction.atomic():
        moments = traced(tmp_path / "counted")
        transaction.set_rollback(True)
    chance = random.Random(SEED)
    for moment in sorted(chance.sample(range(1, moments + 1), min(KILLS, moments))):
        folder = tmp_path / str(moment)
        with transaction.atomic():
            depth = len(connection.savepoint_ids)
            with pytest.raises(Killed):
                traced(folder, kill_at=moment)
            roll_back(depth)
            whole(small, folder)
            work(folder)
            whole(small, folder)
            assert not Entry.objects.exists(), moment
            assert [(each.first, each.last) for each in Archive.objects.order_by("first")] == [
                (1, 25),
                (26, 40),
            ], moment
            assert sorted(path.name for path in folder.iterdir()) == [
                ".lock",
                "register-2-1-1-25.balie",
                "register-2-1-26-40.balie",
            ], moment
            assert [each.fault for each in check()] == ["", ""], moment
            said = [bytes(each.raw) for each in DirectoryEntry.objects.all()]
            assert sum(small.head.hash.encode() in each for each in said) == 1, moment
            Projector.from_settings().rebuild()
            assert exports() == figures
            transaction.set_rollback(True)
