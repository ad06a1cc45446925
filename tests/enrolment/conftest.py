"""A back office with an authority of its own, and the time."""

import pytest
from django.utils import timezone

from collector.__main__ import main
from collector.enrolment.authority import Authority


@pytest.fixture
def authority(tmp_path, settings, db):
    settings.BALIE_STATE = tmp_path / "state"
    settings.BALIE_DOOR = "shop.example:8443"
    main(["authority", "init"])
    return Authority.open(tmp_path / "state" / "authority")


@pytest.fixture
def now():
    return timezone.now()
