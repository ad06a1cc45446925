"""What draws the pictures is judged by what the board has."""

from __future__ import annotations

from appliance.doctor import display
from appliance.doctor.findings import Severity


def test_a_board_without_a_graphics_chip_draws_by_its_processor(machine):
    (machine.root / "proc/device-tree/scb/gpu@7ec00000/compatible").unlink()
    (found,) = display.check_screen(machine.host, {"renderer": "llvmpipe (LLVM 19.1)"})
    assert found.severity is Severity.WELL
    assert found.detail == "card1-HDMI-A-1, llvmpipe (LLVM 19.1), this board names no graphics chip"
