"""How the plain tests are run."""

from __future__ import annotations

SIDE_BY_SIDE = ("--numprocesses=3", "--dist=loadfile", "--no-loadscope-reorder")
"""For pytest: most tests wait for programs, so three files at a time keep two cores busy. They are
begun in the order of ``tests/conftest.py``, the longest first."""
