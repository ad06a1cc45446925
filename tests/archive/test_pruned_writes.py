"""What pruning costs the storage card. Counts, not seconds: noise cannot touch them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.archive import pruned_writes
from tests.benchmarks.journal import _SYNC, _WRITE, can_count

SALES = 1000

pytestmark = pytest.mark.skipif(not can_count(), reason="strace is not installed or not permitted")


def test_a_card_that_is_pruned_wears_hardly_more(tmp_path):
    folder, trace = tmp_path / "data", tmp_path / "trace"
    folder.mkdir()
    watch = ("strace", "-f", "-y", "-qq", "-e", "trace=write,pwrite64,fsync,fdatasync")
    program = (sys.executable, pruned_writes.__file__, folder, str(SALES))
    subprocess.run([*watch, "-o", trace, *program], check=True)
    calls = trace.read_text().split('"begin"', 1)[1].split('"end"', 1)[0].splitlines()
    ours = str(folder / "journal.db")
    writes = [match for line in calls if (match := _WRITE.search(line))]
    syncs = [match for line in calls if (match := _SYNC.search(line))]
    written = sum(int(each["bytes"]) for each in writes if each["path"].startswith(ours))
    synced = sum(each["path"].startswith(ours) for each in syncs)
    size = json.loads((folder / "size").read_text())
    assert 1400 < size / SALES < 1600
    assert written / size <= 7.5
    assert synced / SALES <= 1.02 + 1 / pruned_writes.EVERY
