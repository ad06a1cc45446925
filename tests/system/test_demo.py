"""The demonstration itself, as a person starts it: without a display, and in a window.

The shop is made in a folder of the test's own, so a demonstration that runs beside it is left
alone.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from provisioning.workstation.debian import SYSTEM_PATH
from provisioning.workstation.demo.processes import Programs
from provisioning.workstation.demo.screen import virtual_screen
from provisioning.workstation.demo.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
CEILING_S = 240

for program in ("Xvfb", "xdotool", "mosquitto"):
    if shutil.which(program, path=SYSTEM_PATH) is None:
        pytest.skip(f"{program} is not installed", allow_module_level=True)


def started_here(folder):
    """Return the processes whose environment or command line names the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in words and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


def demo(folder, *options, **more):
    told = {**os.environ, "BALIE_DEMO": str(folder), **more}
    # The tests of the screen draw without one, and say so to this whole process.
    told.pop("SDL_VIDEODRIVER", None)
    return subprocess.Popen(
        [sys.executable, "-m", "provisioning.workstation.demo", *options],
        cwd=ROOT,
        env=told,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One shop for all tests here: the second start must find what the first one made."""
    return tmp_path_factory.mktemp("demo") / "shop"


def make_a_sale(folder, *options):
    process = demo(folder, "--headless", *options)
    said, _ = process.communicate(timeout=CEILING_S)
    assert process.returncode == 0, said
    assert started_here(folder) == []
    return said


def test_without_a_display_one_sale_goes_all_the_way(folder):
    said = make_a_sale(folder)
    proof = re.search(r"^device (\d+) · collector (\d+) · gaps 0$", said, re.MULTILINE)
    assert proof, said
    assert proof[1] == proof[2]
    receipt = re.search(r"\b1-\d{6}\b", said)[0]
    paper, record = said.split("The back office's record of it:")
    for half in (paper, record):
        assert receipt in half
        assert "Nutella" in half
    pictures = sorted(path.name for path in (folder / "pictures").glob("*.png"))
    assert [name.split("-", 1)[0] for name in pictures] == [
        "01",
        "02",
        "03",
        "04",
        "05",
        "06",
        "07",
    ]
    assert len(list((folder / "paper").glob("receipt-*.png"))) == 1


def test_the_second_sale_on_the_small_screen_follows_the_first(folder):
    """The customer has a screen too, in a window beside the register's."""
    said = make_a_sale(folder, "--size", "800x480", "--language", "fr", "--customer-screen")
    assert "1-000002" in said
    assert "Merci" in said.split("The customer reads:")[1]
    assert "making the back office" not in said


def test_the_password_is_kept_where_only_its_owner_can_read_it(folder):
    password = folder / "password"
    assert password.stat().st_mode & 0o777 == 0o600
    for path in folder.rglob("*"):
        if path.is_file() and path != password:
            assert password.read_bytes().strip() not in path.read_bytes(), path


def test_a_broken_link_is_named_and_everything_ends(folder, tmp_path):
    """The finger cannot touch the screen."""
    fakes = tmp_path / "bin"
    fakes.mkdir()
    fake = fakes / "xdotool"
    fake.write_text("#!/bin/sh\necho 'no finger' >&2\nexit 1\n")
    fake.chmod(0o755)
    process = demo(folder, "--headless", PATH=f"{fakes}:{os.environ['PATH']}")
    said, _ = process.communicate(timeout=CEILING_S)
    assert process.returncode == 1
    assert "screen: the finger could not touch it: no finger" in said
    assert started_here(folder) == []


@pytest.fixture
def window(tmp_path):
    with Programs(tmp_path / "logs") as programs:
        yield virtual_screen(programs, 1280, 800)


def commands_of_the_readme():
    """Return the commands that README.md shows for a shop that is open."""
    shown = re.findall(r"^\$ (.+)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    return [command for command in shown if "provisioning" not in command]


def as_here(command, folder):
    """Return a command of the README for this test's folder and Python, and what it is told."""
    command = command.replace(".balie/demo", str(folder))
    words = shlex.split(command)
    told = {}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        told[name] = value
    module = {"balie": "appliance", "balie-collector": "collector"}[Path(words[0]).name]
    return [sys.executable, "-m", module, *words[1:]], told


def read_until_open(process):
    """Return what a demonstration says until the shop is open."""
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C ends everything" in line:
            break
    return "".join(said)


def run_as_in_the_readme(command, folder):
    words, told = as_here(command, folder)
    ended = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, "BALIE_BENCH": str(folder / "bench"), **told},
        capture_output=True,
        text=True,
        timeout=CEILING_S,
        check=False,
    )
    assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"


def test_in_a_window_it_runs_until_ctrl_c_and_the_readme_is_right(folder, window):
    process = demo(folder, DISPLAY=window)
    said = read_until_open(process)
    try:
        assert "http://127.0.0.1:" in said
        for command in commands_of_the_readme():
            run_as_in_the_readme(command, folder)
        second = demo(folder, "--headless")
        refused, _ = second.communicate(timeout=CEILING_S)
        assert second.returncode == 1
        assert f"process {process.pid}" in refused
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=CEILING_S)
    assert process.returncode == 0, said + rest
    assert started_here(folder) == []


def test_killed_outright_it_leaves_nothing_behind(folder, window):
    process = demo(folder, DISPLAY=window)
    said = read_until_open(process)
    process.kill()
    process.communicate(timeout=CEILING_S)
    assert "The shop is open." in said
    wait_for("everything to end", lambda: not started_here(folder))
