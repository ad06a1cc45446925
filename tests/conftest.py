"""What holds for all tests: none depends on how fast the machine is, nor on chance.

Hypothesis tries the same examples each time, so that what fails tomorrow failed by tomorrow's
change; the long run (``BALIE_CHANCE``) tries others, and four times as many.
"""

import logging
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The tests start the project's programs some hundred times. Where the environment says not to keep
# what Python has compiled, each of them would compile the whole project anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

CHANCE = int(os.environ.get("BALIE_CHANCE", "0"))

settings.register_profile(
    "house",
    deadline=None,
    derandomize=not CHANCE,
    max_examples=200 if CHANCE else 50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")


LONGEST = (
    "ui/test_photographs.py",
    "system/test_demo.py",
    "test_house.py",
    "simulate/test_shares.py",
    "collector/test_postgresql.py",
    "ui/test_soak.py",
    "ui/test_touches.py",
    "journal/test_tampering.py",
    "simulate/test_simulate.py",
    "powercut/test_office.py",
    "web/test_pictures.py",
    "away/test_copied_card.py",
    "away/test_away_for_long.py",
    "world/test_kills.py",
    "world/test_hostile.py",
    "flows/test_a_day_offline.py",
    "archive/test_archive_on_postgresql.py",
    "journal/test_contract_traffic.py",
    "collector/test_same_money.py",
    "simulate/test_readme.py",
    "away/test_broker_forgets.py",
    "away/test_old_and_new.py",
    "ui/test_damage.py",
    "journal/test_faults.py",
    "collector/test_broker.py",
    "collector/test_same_either_way.py",
    "world/test_full.py",
    "ui/test_closed.py",
    "uplink/test_loop.py",
    "simulate/test_partitions.py",
)
"""Files that take a quarter of a minute and more, the longest first. Where several files are run
side by side they are begun in this order, so that none is left to run alone at the end."""


def pytest_collection_modifyitems(config, items):
    if not hasattr(config, "workerinput"):
        return  # nothing is run side by side
    here = Path(__file__).parent
    place = {here / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(LONGEST)))


@pytest.fixture(autouse=True)
def log_as_before():
    """Put the root logger back: a command called in a test logs to that test's captured stderr.

    It is closed when the test ends. Whatever were logged to it later would be an error of its own
    in the midst of another test's output.
    """
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
