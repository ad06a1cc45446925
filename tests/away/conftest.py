from __future__ import annotations

import os

import pytest

from tests.away.house import opened
from tests.collector.till import Collector, Till
from tests.world.shop import DATABASES, unavailable

IS_LONG = "BALIE_AWAY_SALES" in os.environ


def pytest_collection_modifyitems(config, items):
    """Leave out, but for the long run, what a second database would only show again."""
    spared = [item for item in items if not IS_LONG and _is_spared(item)]
    if spared:
        config.hook.pytest_deselected(items=spared)
        items[:] = [item for item in items if item not in spared]


def _is_spared(item) -> bool:
    told = getattr(item, "callspec", None)
    database = told.params.get("running") if told else None
    return database == "postgresql" and getattr(item.module, "SQLITE_SUFFICES", False)


@pytest.fixture(scope="session", params=DATABASES)
def running(request, tmp_path_factory):
    """A back office and a broker that run for all tests with the same database."""
    if why := unavailable(request.param):
        pytest.skip(why)
    with opened(tmp_path_factory.mktemp(request.param), request.param) as house:
        yield house


@pytest.fixture
def house(running):
    """The same, with nothing left of an earlier test's registers; whole again afterwards."""
    yield running
    running.close_registers()
    running.start(*(name for name in ("broker", "ingest") if name not in running.running))


@pytest.fixture
def collector(db) -> Collector:
    """Ingest with everything real but the broker."""
    return Collector()


@pytest.fixture
def till(db) -> Till:
    """A device's journal in memory."""
    till = Till()
    till.enrol()
    return till
