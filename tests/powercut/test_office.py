"""The collector's own disk: whatever it acknowledged is there, whenever the power goes.

Ingest with everything real but the broker, on SQLite: the devices' copy may be gone by then.
"""

from __future__ import annotations

import shutil
import sqlite3
from itertools import pairwise

import pytest

from tests.powercut import disk, states
from tests.powercut.programs import lives
from tests.powercut.test_disk import TRIES
from tests.powercut.test_powercut import CEILING_S, CUTS, FEW_CUTS, SEED

BATCHES = 12

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="a C compiler is not installed")


@pytest.mark.parametrize("fault", disk.FAULTS)
def test_nothing_is_acknowledged_that_is_not_stored_and_it_goes_on_by_itself(
    in_memory, recorder, fault
):
    (in_memory / "data").mkdir()
    told = lives("keeping", in_memory, recorder, fault, TRIES)
    for life in told:
        assert "raised" not in life, life
        assert life["missing"] == [], life
        assert life["whole"], life
        assert life["acked"][-1] == life["figures"] == life["sales"], life
    assert any(life["waits"] for life in told)


def recorded(tmp_path, recorder, *words):
    """Let ingest store and read what it wrote and synced."""
    folder = tmp_path / "data"
    folder.mkdir()
    return states.record(
        ["-m", "tests.powercut.acknowledging", str(tmp_path), str(BATCHES), *words],
        recorder=recorder,
        folder=folder,
        log=tmp_path / "log",
        marks=tmp_path / "marks",
        ceiling_s=CEILING_S,
        told={"DATABASE_URL": f"sqlite:///{folder / 'collector.db'}"},
    )


def fault(state, folder):
    """Open what the cut left, and say what is wrong; empty if nothing is."""
    state.lay_out(folder)
    shown = [mark.split() for mark in state.marks.decode().splitlines()]
    acked = [(int(sequence), hash_) for _, sequence, hash_ in shown]
    if not acked:
        return ""
    connection = sqlite3.connect(folder / "collector.db")
    try:
        (found,) = connection.execute("pragma integrity_check").fetchone()
        rows = connection.execute(
            "select sequence, hash, previous from ingest_entry order by sequence"
        ).fetchall()
        marks = connection.execute("select sequence, hash from ingest_watermark").fetchall()
    except sqlite3.DatabaseError as error:
        return f"damaged: {error}"
    finally:
        connection.close()
    held = [(sequence, hash_) for sequence, hash_, _ in rows]
    wrong = {
        f"damaged: {found}": found != "ok",
        f"lost {acked[-1]}": acked[-1] not in held or marks[0][0] < acked[-1][0],
        "there is a gap": [sequence for sequence, _ in held] != list(range(1, len(held) + 1)),
        "the chain is broken": any(b[2] != a[1] for a, b in pairwise(rows)),
        f"{marks} is not held": not {*marks} <= {*held},
    }
    return "; ".join(sentence for sentence, is_so in wrong.items() if is_so)


def faults(operations, folder, *, count):
    cuts = states.power_cuts(operations, count=count, seed=SEED)
    return [f"{cut.label}: {wrong}" for cut in cuts if (wrong := fault(cut, folder))]


def test_no_acknowledged_entry_is_lost_whenever_the_power_goes(tmp_path, recorder, in_memory):
    operations = recorded(tmp_path, recorder)
    assert sum(op.kind == "m" for op in operations) == BATCHES
    assert faults(operations, in_memory, count=CUTS) == []


def test_the_test_sees_losses_where_commits_do_not_wait_for_the_disk(tmp_path, recorder, in_memory):
    found = faults(recorded(tmp_path, recorder, "--careless"), in_memory, count=FEW_CUTS)
    assert any("lost" in each for each in found)
