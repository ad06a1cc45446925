"""The real program takes new settings of its counter: it ends its screen and begins anew."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from appliance.counter_files import CounterFiles
from appliance.domain import counter
from appliance.domain.counter import Stage, Taken, digest
from tests.flows.shop import CEILING_S, DIRECTORY, Shop

PROGRAM = Path(__file__).with_name("anew_desk.py")
ROOT = PROGRAM.parents[2]
TOLD = "[screen]\nwidth = 801\nheight = 480\n"


def wait(condition, desk, what):
    until = time.monotonic() + 4 * CEILING_S
    while not condition():
        assert desk.poll() is None, f"ended before {what}"
        assert time.monotonic() < until, f"never: {what}"
        time.sleep(0.05)


@pytest.fixture
def start(tmp_path):
    started = []

    def begin(**environment):
        told = {"SDL_VIDEODRIVER": "offscreen", "DISPLAY": ":none", "PYTHONPATH": str(ROOT)}
        started.append(
            subprocess.Popen(
                [sys.executable, str(PROGRAM), str(tmp_path / "balie.toml")],
                cwd=ROOT,
                env={**os.environ, **told, **environment},
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield begin
    for desk in started:
        desk.kill()
        desk.communicate()


@pytest.fixture
def shop(tmp_path):
    """Its files alone; the desk is a program of its own."""
    shop = Shop(tmp_path)
    shop.send(**DIRECTORY)
    shop.send(settings={counter.key("winkel-2"): counter.to_setting(TOLD)})
    return shop


def test_alone_it_goes_on_in_the_same_process(shop, tmp_path, start):
    files = CounterFiles(tmp_path)
    desk = start()
    wait(lambda: files.taken() == Taken(digest(TOLD), Stage.IN_USE), desk, "seen with the new ones")
    desk.send_signal(signal.SIGTERM)
    said = desk.communicate(timeout=4 * CEILING_S)[1]
    assert desk.returncode == 0, said
    assert "Traceback" not in said


def test_under_systemd_it_ends_and_is_started_by_that(shop, tmp_path, start):
    """Which lets the desk reach the new printer first, see `balie peripherals`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        desk = start(NOTIFY_SOCKET=str(tmp_path / "notify"))
        said = desk.communicate(timeout=4 * CEILING_S)[1]
    assert desk.returncode == 0, said
    assert "Traceback" not in said
    assert CounterFiles(tmp_path).taken() == Taken(digest(TOLD), Stage.WAITING)
