"""The technician's page explains everything that the doctor may complain of."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.doctor import (
    addresses,
    clock,
    counter,
    display,
    examination,
    expected,
    office,
    peripherals,
    power,
    records,
    storage,
)
from appliance.doctor.examination import DEADLINE_S

README = (Path(__file__).resolve().parents[2] / "provisioning" / "README.md").read_text()
COMPLAINTS = [
    *(storage._READ_ONLY, storage._FAULTS, storage._FAILED, storage._WORN, storage._FULL),
    *(power._WEAK, power._WAS_WEAK, power._HOT, power._WAS_HOT),
    *(clock._ALONE, clock._BEHIND, clock._WRONG),
    *(display._NONE, display._PAINTED, display._NO_TOUCH, display._SHUT),
    *(office._GOOD, office._OVER, office._UNREADABLE, office._BROKEN, office._REACHED),
    *(office._ALONE, office._WAITS, office._NOT_TOLD, addresses._NONE),
    *(records._DAMAGED, counter._REFUSED),
    *(peripherals._NOBODY, expected._NO_ADDRESS),
    *(examination._SLOW, examination._UNCHECKED),
]


@pytest.mark.parametrize("sentence", COMPLAINTS)
def test_every_complaint_is_explained(sentence):
    assert sentence in README


def test_the_deadline_is_the_one_that_is_told():
    assert f"Every check has {DEADLINE_S:g} seconds" in README
