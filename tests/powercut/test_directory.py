"""The directory's disk: whenever the power goes, a change is there whole or not at all.

The directory may be fetched again, so nothing of it is ever lost for good. What would be wrong is a
half of a change, or a watermark that tells the collector of what is not there.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest

from appliance.services.ports import StoreError
from appliance.store.directory import Directory
from appliance.store.directory_store import DirectoryStore
from tests.powercut import fetching, states
from tests.powercut.test_powercut import CEILING_S, CUTS, FEW_CUTS, SEED

CHANGES = 8
SAID = fetching.entries(CHANGES)
CODES = [code for part in range(1, fetching.PARTS + 1) for code in fetching.codes(part)]

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="a C compiler is not installed")


def recorded(tmp_path, recorder, *words):
    (tmp_path / "data").mkdir()
    return states.record(
        ["-m", "tests.powercut.fetching", str(tmp_path), str(CHANGES), *words],
        recorder=recorder,
        folder=tmp_path / "data",
        log=tmp_path / "log",
        marks=tmp_path / "marks",
        ceiling_s=CEILING_S,
    )


def prices(file):
    """Tell the prices of all articles, as a desk finds them."""
    with closing(Directory(file)) as desk:
        found = [desk.find(code) for code in CODES]
    return [each.price_minor if each else 0 for each in found]


def fault(state, folder):
    """Open what the cut left as the uplink does, and say what is wrong; empty if nothing is."""
    state.lay_out(folder)
    try:
        return amiss(state, folder / "directory.db")
    except (StoreError, sqlite3.Error) as broken:
        return f"cannot be used: {broken}"


def amiss(state, file):
    """Say what is wrong with a database that opens."""
    marks = state.marks.decode().split()
    told = int(marks[-1]) if marks else 0
    with DirectoryStore.open(file) as store:
        held = store.watermark.sequence
        found = prices(file)
        for entry in SAID[held:]:  # the collector sends what comes after the watermark
            store.receive([entry])
        last = store.watermark.sequence
    wrong = {
        f"told of {told}, {held} is held": held < told,
        f"{held} is held, the articles are of change {found}": set(found)
        != {held // fetching.PARTS},
        f"ends at {last}": last != len(SAID) or set(prices(file)) != {CHANGES},
    }
    return "; ".join(sentence for sentence, is_so in wrong.items() if is_so)


def faults(operations, folder, count):
    cuts = states.power_cuts(operations, count=count, seed=SEED)
    return [f"{cut.label}: {wrong}" for cut in cuts if (wrong := fault(cut, folder))]


def test_a_change_is_there_whole_or_not_at_all_whenever_the_power_goes(
    tmp_path, recorder, in_memory
):
    operations = recorded(tmp_path, recorder)
    assert sum(op.kind == "m" for op in operations) == len(SAID)
    assert faults(operations, in_memory, CUTS // 3) == []


def test_the_test_sees_where_commits_do_not_wait_for_the_disk(tmp_path, recorder, in_memory):
    found = faults(recorded(tmp_path, recorder, "--careless"), in_memory, FEW_CUTS)
    assert any("is held" in each for each in found)
