"""The long run: every part is tried, each is said, and one that fails is not forgotten."""

import subprocess
import sys

import pytest

from provisioning.workstation import long
from provisioning.workstation.testing import SIDE_BY_SIDE


@pytest.fixture
def ran(monkeypatch):
    """What was run, with what; the part whose tests are named bad fails."""
    commands = []

    def run(command, *, env, **_):
        commands.append((command[1:], {k: v for k, v in env.items() if k == "BALIE_TRIES"}))
        return subprocess.CompletedProcess(command, 1 if "bad" in command else 0)

    monkeypatch.setattr(long.subprocess, "run", run)
    return commands


@pytest.fixture
def listed(monkeypatch, tmp_path):
    monkeypatch.setattr(long, "LIST", tmp_path / "long.toml")
    monkeypatch.delenv("BALIE_TRIES", raising=False)
    long.LIST.write_text(
        '[[long]]\nwhat = "a bad one"\ntests = ["bad"]\ntold = { BALIE_TRIES = "9" }\n'
        '[[long]]\nwhat = "a good one"\ntests = ["good"]\ntold = { BALIE_TRIES = "8" }\n'
    )


def test_all_parts_are_run_and_said_and_a_bad_one_counts(ran, listed, capsys):
    assert long.main(["-x"]) == 1
    assert ran == [
        (["-u", "-m", "pytest", *SIDE_BY_SIDE, "-x"], {}),
        (["-u", "-m", "pytest", "-v", "-x", "bad"], {"BALIE_TRIES": "9"}),
        (["-u", "-m", "pytest", "-v", "-x", "good"], {"BALIE_TRIES": "8"}),
    ]
    said = capsys.readouterr().out
    assert "== 2 of 3: a bad one BALIE_TRIES=9" in said
    assert "== a bad one: failed" in said
    assert said.endswith("2 of 3 parts went well.\nFailed: a bad one\n")


def test_the_list_of_this_house_can_be_read():
    first, *more = long.parts()
    assert first.told == {}
    assert all(part.tests and part.told for part in more)


def test_it_is_run_by_its_name():
    command = [sys.executable, "-c", "import provisioning.workstation.long"]
    assert subprocess.run(command, check=False).returncode == 0
