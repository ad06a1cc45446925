from __future__ import annotations

import pytest

from tests.collector.till import Collector
from tests.customers.counters import Counter


@pytest.fixture
def collector(db):
    return Collector()


@pytest.fixture
def two(db):
    """Two registers of one shop."""
    counters = Counter("register-2"), Counter("register-3")
    for each in counters:
        each.enrol()
        each.open()
    return counters
