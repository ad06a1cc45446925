"""Whenever the power goes while a device prunes: what is left verifies, and nothing sold is lost."""

from __future__ import annotations

import os
import shutil
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest

from appliance.journal.store import Event, Journal
from appliance.journal.verify import verify
from tests.archive import pruning
from tests.archive.device import DEVICE
from tests.powercut import states

SEED = 20261122
CUTS = int(os.environ.get("BALIE_POWER_CUTS", "150"))
"""How many states are tried; ten thousand take some minutes."""
CEILING_S = 300

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="a C compiler is not installed")


@pytest.fixture
def after():
    """A folder in memory: what is opened there was on the disk already, or is lost."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def fault(state, folder):
    """Open what the cut left as a start would, and say what is wrong; empty if nothing is."""
    state.lay_out(folder)
    shown = [mark.split() for mark in state.marks.decode().splitlines()]
    sold = max((int(number) for what, number in shown if what == "sold"), default=0)
    pruned = max((int(number) for what, number in shown if what == "pruned"), default=0)
    with Journal.open(folder / "journal.db", DEVICE) as journal:
        said = journal.pruned.sequence
        (last,) = journal.append(Event("balie.test.after.v1"))
        held = list(journal.entries())
    report = verify(folder / "journal.db")
    wrong = {
        f"it does not verify: {report.findings}": not report.is_sound,
        f"it begins with {held[0].sequence} though {said} was the last to go": (
            held[0].sequence != said + 1
        ),
        f"{pruned} had gone, now only {said}": said < pruned,
        f"{sold} were sold, {last.sequence - 1} are there": last.sequence <= sold,
        "the chain is broken": not all(b.follows(a.watermark) for a, b in pairwise(held)),
    }
    return "; ".join(sentence for sentence, is_so in wrong.items() if is_so)


def test_what_is_left_verifies_whenever_the_power_goes(tmp_path, after):
    folder = tmp_path / "data"
    folder.mkdir()
    operations = states.record(
        [pruning.__file__, str(folder)],
        recorder=states.build_recorder(tmp_path),
        folder=folder,
        log=tmp_path / "log",
        marks=tmp_path / "marks",
        ceiling_s=CEILING_S,
    )
    marks = [op.data for op in operations if op.kind == "m"]
    assert sum(mark.startswith(b"pruned") for mark in marks) > 5
    found = []
    for state in states.power_cuts(operations, count=CUTS, seed=SEED):
        wrong = fault(state, after)
        if wrong:
            found.append(f"{state.label}: {wrong}")
    assert found == []
