"""collector/README.md is right: its commands run, its settings are those that exist, its sums add up."""

import os
import re
import socket
import stat
import subprocess
import sys
from itertools import count
from math import ceil
from pathlib import Path

import pytest

import collector.settings
from provisioning.image import bundle
from provisioning.workstation.demo.waiting import wait_for
from tests.simulate.office import CEILING_S, ROOT
from tests.updates.bundles import make

README = Path(ROOT, "collector", "README.md")
YEAR = 365


def table(title):
    """Return the rows of the table below a heading, without the one that names the columns."""
    below = re.split(r"\n#+ ", README.read_text().partition(f"# {title}\n")[2])[0]
    rows = [line.strip("| ").split(" | ") for line in below.splitlines() if line.startswith("| ")]
    return [row for row in rows if not set(row[0]) <= {"-", " "}][1:]


def number(text):
    return float(text.replace(",", ""))


def names_of(text):
    return set(re.findall(r"\b(?:BALIE_[A-Z_]+|DATABASE_URL)\b", text))


def test_every_setting_is_described_and_no_other():
    described = {name for row in table("Settings") for name in names_of(row[0])}
    assert described == names_of(collector.settings.__doc__)


def test_the_sums_are_what_their_inputs_come_to():
    value = {row[0]: number(row[2]) for row in table("What the sums start from")}
    shown = {row[0]: [number(cell) for cell in row[1:]] for row in table("The sums")}
    for column, devices in enumerate((10_000, 1_000_000)):
        mean = devices * value["S"] / (value["H"] * 3600)
        peak = mean * value["P"]
        entries = devices * value["S"] * YEAR
        expected = {
            "entries/s, mean while shops are open": round(mean),
            "entries/s, peak": round(peak),
            "entries/s, each device one a second": devices,
            "ingest processes at the peak": ceil(peak / value["I"]),
            "cores of the broker at the peak": ceil(peak * value["C"] / 1e6),
            "memory of the broker, GB": round(devices * value["M"] / 1e6, 1),
            "cores of the database at the peak": ceil(peak * value["G"] / 1e6),
            "Mbit/s into the broker at the peak": round(peak * value["W"] * 8 / 1e6),
            "thousand million entries a year": round(entries / 1e9, 1),
            "TB a year as JSON": round(entries * value["E"] / 1e12, 1),
            "TB a year in PostgreSQL, entries": round(entries * value["D"] / 1e12, 1),
            "TB a year in PostgreSQL, with figures": round(entries * value["F"] / 1e12, 1),
            "TB a year archived": round(entries * value["B"] / 1e12, 1),
        }
        assert {name: cells[column] for name, cells in shown.items()} == expected


def blocks():
    """Yield what the README shows to be typed, block by block: its remark and its lines."""
    for block in re.findall(
        r"^```console\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL
    ):
        remark = block.splitlines()[0] if block.startswith("# ") else ""
        yield remark, re.findall(r"^\$ (.+)$", block, re.MULTILINE)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture
def shell(tmp_path, programs):
    """A way to run a line as it is written, in a folder where the project is found."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    command = bin_ / "balie-collector"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m collector "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "collector").symlink_to(Path(ROOT, "collector"))
    keys = tmp_path / ".balie" / "update-keys"
    bundle.make_key(keys)
    make(tmp_path / "balie-0.2.0.raucb", keys=keys)
    (tmp_path / "articles.csv").symlink_to(Path(ROOT, "provisioning", "shop", "articles.csv"))
    ports = {"8883": free_port(), "8000": free_port()}
    told = {
        "PATH": f"{bin_}:/usr/sbin:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "BALIE_STATE": "state",
        "BALIE_BROKER": f"mqtts://127.0.0.1:{ports['8883']}",
    }

    number = count(1)

    def run(line):
        for shown, free in ports.items():
            line = line.replace(f"--port {shown}", f"--port {free}")
        if line.endswith(" &"):
            command = ["bash", "-c", f"cd {tmp_path} && exec env {line.removesuffix(' &')}"]
            return programs.start(f"program-{next(number)}", command, told)
        ended = subprocess.run(
            ["bash", "-c", line],
            cwd=tmp_path,
            env={**os.environ, **told},
            input="correct horse battery\n",
            capture_output=True,
            text=True,
            timeout=CEILING_S,
            check=False,
        )
        assert ended.returncode == 0, f"{line}\n{ended.stdout}{ended.stderr}"
        return None

    return run


def test_every_command_of_the_readme_runs(shell, programs):
    for remark, lines in blocks():
        if "ended" in remark:
            programs.close()
        for line in lines:
            started = shell(line)
            if started is not None and "balie-collector ingest" in line:
                wait_for(
                    "ingest to connect",
                    lambda log=started.log: "Connected to the broker" in log.read_text(),
                    ceiling_s=CEILING_S,
                    watch=programs.watch,
                )
            programs.watch()
