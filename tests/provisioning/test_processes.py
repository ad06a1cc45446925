"""Programs of the demonstration: all of them end, and nothing else does."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from provisioning.workstation.demo.fault import DemoError
from provisioning.workstation.demo.processes import Programs
from provisioning.workstation.demo.waiting import wait_for

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
PARENT = [
    sys.executable,
    "-c",
    (
        "import subprocess, sys, time;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print(child.pid, flush=True); time.sleep(600)"
    ),
]
STUBBORN = [
    sys.executable,
    "-c",
    (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('ready', flush=True); time.sleep(600)"
    ),
]


def runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process that ended but was not yet waited for by whoever inherited it runs no more.
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


def first_line(program):
    return wait_for("a line", lambda: program.log.read_text().partition("\n")[0] or None)


def test_one_that_is_killed_is_forgotten_and_the_others_go_on(tmp_path):
    with Programs(tmp_path) as programs:
        victim, other = (programs.start(name, SLEEPER) for name in ("victim", "other"))
        programs.kill(victim)
        assert victim.ended() == -signal.SIGKILL
        programs.watch()
        assert other.ended() is None


def test_programs_end_with_all_they_started(tmp_path):
    bystander = subprocess.Popen(SLEEPER)
    try:
        with Programs(tmp_path) as programs:
            parent = programs.start("parent", PARENT)
            child = int(first_line(parent))
            assert runs(child)
        assert parent.ended() is not None
        wait_for("the child to end", lambda: not runs(child))
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_program_that_will_not_end_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("provisioning.workstation.demo.processes.PATIENCE_S", 0.2)
    with Programs(tmp_path) as programs:
        stubborn = programs.start("stubborn", STUBBORN)
        first_line(stubborn)
    assert stubborn.ended() == -signal.SIGKILL


def test_programs_end_when_the_demonstration_is_killed_outright(tmp_path):
    script = (
        "import pathlib, sys, time\n"
        "from provisioning.workstation.demo.processes import Programs\n"
        f"program = Programs(pathlib.Path({str(tmp_path)!r})).start('sleeper', {SLEEPER!r})\n"
        "print(program.process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    demonstration = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    )
    try:
        sleeper = int(demonstration.stdout.readline())
        # Wait until the guard has become the program it guards.
        wait_for("the sleeper", lambda: b"sleep(600)" in command_line(sleeper))
    finally:
        demonstration.kill()
        demonstration.wait()
        demonstration.stdout.close()
    wait_for("the sleeper to end", lambda: not runs(sleeper))


def command_line(pid):
    line = Path(f"/proc/{pid}/cmdline").read_bytes()
    return b"" if line.startswith(b"setpriv") else line


def test_one_that_ends_by_itself_is_noticed_with_the_end_of_its_log(tmp_path):
    with Programs(tmp_path) as programs:
        program = programs.start("broken", [sys.executable, "-c", "raise SystemExit('no paper')"])
        program.process.wait()
        with pytest.raises(DemoError, match=r"The broken ended by itself(.|\n)*no paper"):
            programs.watch()


def test_waiting_in_vain_says_for_what():
    with pytest.raises(DemoError, match="the broker to answer"):
        wait_for("the broker to answer", lambda: None, ceiling_s=0)


def test_waiting_stops_when_it_has_become_useless():
    def watch():
        raise DemoError("the broker is gone")

    start = time.monotonic()
    with pytest.raises(DemoError, match="gone"):
        wait_for("the broker", lambda: None, watch=watch)
    assert time.monotonic() - start < 60
