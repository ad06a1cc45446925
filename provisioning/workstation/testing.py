"""How the plain tests are run."""

from __future__ import annotations

SIDE_BY_SIDE = ("--numprocesses=2", "--dist=loadfile")
"""For pytest: most tests wait for programs, so two files at a time keep two cores busy."""
