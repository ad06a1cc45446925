from __future__ import annotations

import pytest

from tests.collector.till import Collector, Till


@pytest.fixture
def collector() -> Collector:
    return Collector()


@pytest.fixture
def till(db) -> Till:
    till = Till()
    till.enrol()
    till.open()
    return till
