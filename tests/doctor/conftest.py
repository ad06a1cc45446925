from __future__ import annotations

import pytest

from tests.doctor.machine import Machine


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path / "root")
