"""Killed at any moment: what the screen showed as done is in the journal, once, without a gap."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from appliance.domain.shift_books import DRAWER_OPENED

PROGRAM = Path(__file__).with_name("busy_desk.py")
KILLS = 5


def start(folder, *more, before=()):
    return subprocess.Popen(
        [*before, sys.executable, PROGRAM, folder, *more],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PROGRAM.parents[2])},
        text=True,
    )


def test_killed_again_and_again_nothing_is_lost_doubled_or_skipped(closed_shop):
    chance, shown = random.Random(), []
    for _ in range(KILLS):
        process = start(closed_shop.folder)
        try:
            assert process.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.0, 0.5))
        finally:
            process.send_signal(signal.SIGKILL)
            shown += [line.strip() for line in process.stdout if line.endswith("\n")]
            process.stdout.close()
            process.wait()
    cashier = closed_shop.open().sign_in()
    sales = closed_shop.sales()
    numbers = [sale["receipt"] for sale in sales]
    assert [sale["number"] for sale in sales] == list(range(1, len(sales) + 1))
    assert len({sale["sale"] for sale in sales}) == len(sales)
    assert set(shown) <= set(numbers)
    assert len(sales) - len(shown) <= KILLS, "at most the last of each life was not yet shown"
    if not cashier.body.lines:
        cashier.scan("BR01")
    cashier.touch("money-exact")
    cashier.see_page("done")
    assert closed_shop.sales()[-1]["number"] == len(sales) + 1


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_the_kernel_counts_one_sync_of_the_journal_for_each_cash_sale(closed_shop):
    # The first run begins the write-ahead log; the two after it go on with one, alike.
    # It also opens the shift. That the drawer was shut is told when it is seen, once or not at all.
    _, few, many = (syncs_of(closed_shop, sales) for sales in (1, 4, 14))
    assert many - few == 10


def syncs_of(shop, sales):
    """Run a desk that sells so often and ends; return how often sales had the journal synced."""
    folder, journal = shop.folder, shop.data / "journal.db"
    before = len(shop.entries(DRAWER_OPENED)) if journal.exists() else 0
    trace = folder / f"trace-{sales}"
    process = start(
        folder,
        str(sales),
        before=("strace", "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", trace),
    )
    told = process.stdout.read().splitlines()
    process.stdout.close()
    assert process.wait() == 0
    assert len(told) == sales + 1
    syncs = len(re.findall(r"sync\(\d+<[^>]*/journal\.db[^>]*>", trace.read_text()))
    return syncs - (len(shop.entries(DRAWER_OPENED)) - before)
