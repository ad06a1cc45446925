"""What is attached costs no sync of its own. Counts, not seconds: noise cannot touch them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.benchmarks.journal import can_count

pytestmark = pytest.mark.skipif(not can_count(), reason="strace is not installed or not permitted")

COUNT = 60
RECORD = """
import os, sys
from pathlib import Path
from appliance.journal.attachments import attach
from appliance.journal.store import Event, Journal
from appliance.journal.writer import JournalWriter
marks = os.open(sys.argv[1] + "/marks", os.O_CREAT | os.O_WRONLY)
with JournalWriter(Journal.open(Path(sys.argv[1], "journal.db"), "shop-1")) as writer:
    os.write(marks, b"begin")
    for number in range(int(sys.argv[2])):
        beside = attach("customer", b"x" * 300), attach("picture", b"y" * 5000)
        writer.submit(Event("t", {"number": number}, attachments=beside)).result()
    os.write(marks, b"end")
"""


def test_an_entry_with_attachments_costs_exactly_one_sync(tmp_path):
    trace = tmp_path / "trace"
    watch = ("strace", "-f", "-y", "-qq", "-e", "trace=write,fsync,fdatasync", "-o", trace)
    subprocess.run(
        [*watch, sys.executable, "-c", RECORD, tmp_path, str(COUNT)],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    calls = trace.read_text().split('"begin"', 1)[1].split('"end"', 1)[0].splitlines()
    syncs = [call for call in calls if "sync(" in call and "journal.db" in call]
    assert len(syncs) == COUNT
