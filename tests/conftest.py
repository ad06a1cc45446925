"""What holds for all tests: none depends on how fast the machine is, nor on chance.

Hypothesis tries the same examples each time, so that what fails tomorrow failed by tomorrow's
change; the long run (``BALIE_CHANCE``) tries others.
"""

import os

from hypothesis import HealthCheck, settings

CHANCE = int(os.environ.get("BALIE_CHANCE", "0"))

settings.register_profile(
    "house",
    deadline=None,
    derandomize=not CHANCE,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")
