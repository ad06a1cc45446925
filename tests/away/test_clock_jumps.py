"""Clocks jump by years and back: nothing is lost, no chain breaks, and people are told."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from appliance.desks.register.view import State
from appliance.journal.verify import verify
from tests.away.counter import AMSTERDAM

COMPILER = shutil.which("cc")
YEAR_S = 365 * 24 * 3600

SQLITE_SUFFICES = True
"""In the plain suite: nothing here is the database's doing."""


@pytest.fixture(scope="session")
def wrong_clock(tmp_path_factory):
    """A library that moves one program's clock by what stands in a file."""
    if COMPILER is None:
        pytest.skip("there is no C compiler (Debian package gcc)")
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run([COMPILER, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


def test_a_desk_whose_clock_jumps_years_keeps_its_chain_and_its_days(house):
    counter = house.register()
    now = counter.now
    jumps = {
        "1970-01-01": now.replace(year=1970, month=1, day=1),
        "2038-01-19": now.replace(year=2038, month=1, day=19),
        "2019-03-31": datetime(2019, 3, 31, 1, 59, tzinfo=AMSTERDAM),
        "2026-11-17": now + timedelta(days=1),
    }
    for moment in jumps.values():
        counter.now = moment
        counter.sell(2)
    house.has(counter)
    assert house.days(counter.device) == sorted(jumps), "a business day is the clock's own"
    counter.shut()
    assert verify(counter.data / "journal.db").is_sound
    counter.open()
    clock = [item for item in counter.bar() if item.key == "clock"]
    assert all(item.state is State.OK for item in clock), "it goes right again"
    counter.now = jumps["1970-01-01"]
    counter.badge()
    clock = next(item for item in counter.bar() if item.key == "clock")
    assert "clock is wrong" in clock.meaning


def test_an_uplink_whose_clock_jumps_under_it_goes_on(house, wrong_clock, tmp_path):
    counter = house.register()
    wrong = tmp_path / "wrong"
    wrong.write_text("0")
    told = {"LD_PRELOAD": str(wrong_clock), "WRONG_CLOCK": str(wrong)}
    counter.disconnect()
    counter.connect(environment=told).sell(1).settle()
    for years in (10, -20, 40, 0):
        wrong.write_text(str(years * YEAR_S))
        counter.sell(3)
        counter.settle()
    house.has(counter)


@pytest.mark.parametrize("years", [-10, 30])
def test_an_uplink_that_starts_with_a_wrong_clock_says_so_and_goes_on_once_it_is_set(
    house, wrong_clock, tmp_path, years
):
    counter = house.register()
    counter.disconnect()
    wrong = tmp_path / "wrong"
    wrong.write_text(str(years * YEAR_S))
    counter.connect(environment={"LD_PRELOAD": str(wrong_clock), "WRONG_CLOCK": str(wrong)})
    counter.sell(3)
    counter.sees("This device's clock is wrong")
    assert "Go on selling" in counter.badge().remedy
    assert "Set the clock" in counter.link.problem.sentence
    wrong.write_text("0")
    house.has(counter)
