"""What holds for all tests: none depends on how fast the machine is, nor on chance.

Hypothesis tries the same examples each time, so that what fails tomorrow failed by tomorrow's
change; the long run (``BALIE_CHANCE``) tries others.
"""

import logging
import os
import sys

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
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")


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
