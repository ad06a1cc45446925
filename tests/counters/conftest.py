"""Devices that are enrolled, and a clock that stands still."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from collector.directory.models import DirectoryEntry, Setting
from collector.ingest.models import Device
from tests.counters.told import TOLD
from tests.web.conftest import quick_passwords, sign_in

__all__ = ["quick_passwords", "sign_in"]
"""Fixtures of the pages."""


@pytest.fixture
def now():
    return datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def enrol(db):
    """Enrol a device by its number."""

    def enrol(number, **more):
        told = {"name": f"Kassa {number}", "register": str(number), **more}
        return Device.objects.create(id=f"register-{number}", public_key="", **told)

    return enrol


@pytest.fixture
def device(enrol):
    return enrol(1)


@pytest.fixture
def settings_told(db):
    """Return what the directory's settings say of counters, by device."""

    def settings_told():
        rows = Setting.objects.filter(key__startswith=TOLD).values_list("key", "value")
        return {key.removeprefix(TOLD): value["settings"] for key, value in rows}

    return settings_told


@pytest.fixture
def changes(db):
    """Return how many entries the directory's log has."""
    return DirectoryEntry.objects.count
