from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest

from collector.archive.archiving import archive
from collector.desks.register.exports import EXPORTS, write_csv
from tests.collector.till import Collector, Till

TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def collector(db) -> Collector:
    return Collector()


@pytest.fixture
def till(db) -> Till:
    till = Till()
    till.enrol()
    return till


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "archive"


@pytest.fixture
def run(folder):
    """Archive what came before a moment; everything, unless told otherwise."""

    def run(before=TOMORROW, **options):
        return archive(before, folder, now=datetime.now(UTC), **options)

    return run


@pytest.fixture
def sold(collector, till):
    """A day at the till: 301 entries, sent in batches of 50."""
    till.open()
    for number in range(300):
        till.sell(*((2, 1, 1), (0, -1), (1,))[number % 3])
    for first in range(1, 302, 50):
        collector.take(till.batch(first, first + 49))
    return till


def exports():
    """Every export, byte for byte."""
    found = {}
    for kind in EXPORTS:
        stream = io.StringIO()
        write_csv(kind, stream)
        found[kind] = stream.getvalue()
    return found
