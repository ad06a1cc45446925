"""The collector's settings in a later version, which understands holograms."""

from collector.settings import *  # noqa: F403 - all of them, and one more
from collector.settings import BALIE_PROJECTIONS as OLDER

BALIE_PROJECTIONS = [*OLDER, "tests.away.holograms"]
