"""Each test of a kind runs over all its drivers."""

import pytest

from tests.contract.rigs import BenchRig, SimulatedRig


@pytest.fixture(params=["network", "serial", "file", "simulated"])
def rig(request, tmp_path):
    made = (
        SimulatedRig(tmp_path)
        if request.param == "simulated"
        else BenchRig(request.param, tmp_path)
    )
    yield made
    made.close()


@pytest.fixture
def receipts(rig):
    """The receipts that have come out, as text, oldest first."""
    return lambda: [path.read_text() for path in sorted(rig.paper.glob("receipt-*.txt"))]
