"""Every unit is shut in tightly, says who it is, and nothing of ours runs with privileges."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.update.system import KEPT

UNITS = Path(__file__).parents[2] / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
MOST = 1.5
"""Exposure of 10, as `systemd-analyze security` counts."""

PRIVILEGED = {"balie-first-start"}
"""It makes the card's last partition as large as the card, before anything of ours runs."""

NOBODY = {"balie-peripherals"}
"""What it reads decides what the desk reaches: not even the desk's own user may touch it."""

names = pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
@names
def test_exposure(unit):
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert found, said
    assert float(found[1]) <= MOST


@names
def test_it_runs_as_balie_without_privileges(unit):
    if unit.stem in PRIVILEGED:
        return
    said = unit.read_text().splitlines()
    assert ("DynamicUser=yes" if unit.stem in NOBODY else "User=balie") in said
    assert "CapabilityBoundingSet=" in said
    assert "NoNewPrivileges=yes" in said


@names
def test_it_can_read_how_the_system_was_started(unit):
    # /proc/cmdline is no process, and says which slot runs and whether it is tried; nor is
    # /proc/device-tree, which says whether the board has a graphics chip.
    asks = re.search(r"balie (desk|uplink|update|health)\b", unit.read_text())
    assert asks is None or "ProcSubset=pid" not in unit.read_text()


def test_only_a_version_that_is_tried_may_start_the_device_anew_by_failing():
    failing = [unit for unit in SERVICES if "FailureAction=" in unit.read_text()]
    assert [unit.name for unit in failing] == ["balie-health.service"]
    assert "ConditionKernelCommandLine=balie.trying=1" in failing[0].read_text()


@pytest.mark.parametrize("name", ["balie-stick", "balie-switch"])
def test_a_version_takes_another_once_it_has_shown_that_it_can_sell(name):
    # What the kernel was told stays so until the next start, which may be weeks away.
    health = (UNITS / "balie-health.service").read_text()
    (mark,) = re.findall(r"^ExecStartPost=-/usr/bin/touch (.+)$", health, re.MULTILINE)
    assert (mark, Path(mark).parent) == (str(KEPT), Path("/run/balie-health"))
    assert "\nRuntimeDirectory=balie-health\n" in health
    assert "\nRemainAfterExit=yes\n" in health  # the folder stays as long as the unit does
    either = re.findall(
        r"^Condition\w+=\|.+$", (UNITS / f"{name}.service").read_text(), re.MULTILINE
    )
    assert either == [
        "ConditionKernelCommandLine=|!balie.trying=1",
        f"ConditionPathExists=|{mark}",
    ]


def test_the_start_up_script_says_what_the_units_ask():
    script = (UNITS.parent / "image" / "start" / "boot.cmd").read_text()
    (line,) = [line for line in script.splitlines() if "rauc.slot=" in line]
    for word in ("rauc.slot=${slot}", "balie.trying=${trying}", "balie.tries=${tries}"):
        assert word in line


def test_the_readme_names_every_unit():
    readme = (UNITS / "README.md").read_text()
    for unit in (*SERVICES, *UNITS.glob("*.mount"), *UNITS.glob("*.timer"), *UNITS.glob("*.path")):
        named = unit.name in readme or f"`{unit.stem}.timer`, `.service`" in readme
        assert named, unit.name
