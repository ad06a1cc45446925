"""A directory that is written and asked, and a back office that says things."""

from __future__ import annotations

import pytest

from appliance.store.directory import Directory
from appliance.store.directory_store import DirectoryStore
from tests.store.telling import Stream


@pytest.fixture
def path(tmp_path):
    return tmp_path / "directory.db"


@pytest.fixture
def store(path):
    with DirectoryStore.open(path) as opened:
        yield opened


@pytest.fixture
def directory(path, store):
    opened = Directory(path)
    yield opened
    opened.close()


@pytest.fixture
def stream():
    return Stream()
