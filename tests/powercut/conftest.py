from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.powercut import states


@pytest.fixture(scope="session")
def recorder(tmp_path_factory):
    return states.build_recorder(tmp_path_factory.mktemp("recorder"))


@pytest.fixture
def in_memory():
    """A folder in memory: what is opened there was on the disk already, or is lost."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)
