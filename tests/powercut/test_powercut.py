"""Whatever moment the power goes: no sale that was shown as done is lost, none is doubled.

The real desk sells under a recorder of writes and syncs; every state a power cut could have left is
made from the record and opened again by the real journal and stores.
"""

import os
import shutil
import sqlite3
from collections import Counter
from itertools import pairwise

import pytest

from appliance.journal.errors import JournalError
from appliance.journal.store import Event, Journal
from appliance.services import events
from appliance.services.ports import StoreError
from appliance.services.resume import resume
from appliance.store.desk import DeskStore
from tests.powercut import register, selling, states
from tests.powercut.register import DEVICE

SEED = 20261122
SALES = 12
CUTS = int(os.environ.get("BALIE_POWER_CUTS", "600"))
"""How many states are tried; ten thousand take some minutes."""
FEW_CUTS = 200
CEILING_S = 300

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="a C compiler is not installed")


def recorded(tmp_path, recorder, *, sales=SALES, words=()):
    """Let the desk sell and read what it wrote and synced."""
    register.make(tmp_path)
    return states.record(
        [selling.__file__, str(tmp_path), str(sales), *words],
        recorder=recorder,
        folder=tmp_path / "data",
        log=tmp_path / "log",
        marks=tmp_path / "marks",
        ceiling_s=CEILING_S,
    )


def fault(state, folder):
    """Open what the cut left as a start would, and say what was lost; empty if nothing was."""
    state.lay_out(folder)
    try:
        return amiss(state, folder)
    except (JournalError, StoreError, sqlite3.Error) as broken:
        return f"cannot be used: {broken}"


def amiss(state, folder):
    """Say what is wrong with what was laid out."""
    shown = [mark.split() for mark in state.marks.decode().splitlines()]
    sold = [mark[1] for mark in shown if mark[0] == "sold"]
    kept = int(shown[-1][1]) if shown and shown[-1][0] == "kept" else 0
    with (
        Journal.open(folder / "journal.db", DEVICE) as journal,
        DeskStore.open(folder / "desk.db") as shelf,
    ):
        held = list(journal.entries(None))
        start = resume(journal, shelf, "1").start
        (last,) = journal.append(Event("balie.test.after.v1"))
    receipts = [each.data["receipt"] for each in held if each.type == events.COMPLETED]
    basket = start.open.basket if start.open else None
    wrong = {
        "the chain is broken": not all(b.follows(a.watermark) for a, b in pairwise(held)),
        f"lost of {sold}, {receipts} are there": bool(Counter(sold) - Counter(receipts)),
        f"doubled in {receipts}": len(set(receipts)) != len(receipts),
        f"goes on after number {start.number}": start.number != len(receipts),
        f"{kept} lines were on the screen, the basket is {basket}": (
            len(receipts) == len(sold) and kept > (len(basket.lines) if basket else 0)
        ),
        "a basket that was sold is offered again": (
            basket is not None and basket.id in {each.data.get("sale") for each in held}
        ),
        f"{last.watermark} is used twice": (
            last.watermark.place in {each.watermark.place for each in held}
        ),
    }
    return "; ".join(sentence for sentence, is_so in wrong.items() if is_so)


def faults(operations, folder, *, count, seed):
    found = []
    for state in states.power_cuts(operations, count=count, seed=seed):
        wrong = fault(state, folder)
        if wrong:
            found.append(f"{state.label}: {wrong}")
    return found


def test_no_shown_sale_is_lost_whenever_the_power_goes(tmp_path, recorder, in_memory):
    operations = recorded(tmp_path, recorder)
    assert sum(op.kind == "m" for op in operations) > 2 * SALES
    assert faults(operations, in_memory, count=CUTS, seed=SEED) == []


def test_the_test_sees_losses_where_commits_do_not_wait_for_the_disk(tmp_path, recorder, in_memory):
    operations = recorded(tmp_path, recorder, words=["--careless"])
    found = faults(operations, in_memory, count=FEW_CUTS, seed=SEED)
    assert any("lost" in each for each in found)
