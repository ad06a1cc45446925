"""The bench as a process of its own, ruled from another."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys

import pytest
from PIL import Image

import drivers
from drivers.bench.bench import Bench
from drivers.bench.client import BenchAwayError, BenchError, default_folder, send
from drivers.printer import Cut, Printed, Text
from drivers.terminal import Outcome
from tests.contract.rigs import until


def test_a_whole_counter_in_a_process_of_its_own(tmp_path):
    folder = tmp_path / ("a folder with a name too long for the path of a unix socket " * 3).strip()
    command = [sys.executable, "-m", "drivers.bench", "--folder", str(folder)]
    environment = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )
    try:
        assert process.stdout.readline().startswith("printer  127.0.0.1:")
        about = json.loads((folder / "bench.json").read_text())
        assert about["pid"] == process.pid
        printed_by(about, folder)
        scanned_with(about, folder)
        paid_with(about, folder)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        process.stdout.close()
    left = sorted(path.name for path in folder.iterdir())
    assert left == ["receipt-0001.png", "receipt-0001.txt", "terminal"]


def printed_by(about, folder):
    driver = drivers.load("printer", "network")
    options = driver.Options(
        host=about["printer"]["host"],
        port=about["printer"]["port"],
        drawer_sensor="high",
        answer_timeout_s=30.0,
    )
    with driver.open_device(options) as printer:
        job = printer.encode([Text("Crème", "€ 1,20"), Cut()])
        assert printer.print(job) is Printed.CONFIRMED
        printer.kick()
        assert printer.status().drawer_open
        send(folder, "drawer shut")
        assert not printer.status().drawer_open
    assert (folder / "receipt-0001.txt").read_text() == f"Crème{'€ 1,20':>43}\n"
    with Image.open(folder / "receipt-0001.png") as picture:
        assert picture.width > 576
    status = json.loads(send(folder, "status"))
    assert (status["receipts"], status["pulses"], status["warnings"]) == (1, 1, [])


def scanned_with(about, folder):
    driver = drivers.load("scanner", "serial")
    scans = []
    with driver.open_device(driver.Options(port=about["scanner"]["tty"])) as scanner:
        scanner.start(scans.append)
        until(lambda: scanner.connected, "the connection")
        send(folder, "scan 3017620422003")
        send(folder, "scan-bytes 5d6331ff0d")
        until(lambda: len(scans) == 2, "two scans")
        send(folder, "scanner unplug")
        until(lambda: not scanner.connected, "the unplugging")
        with pytest.raises(BenchError, match="scanner plug"):
            send(folder, "scan 1")
        send(folder, "scanner plug")
        until(lambda: scanner.connected, "the plugging")
        send(folder, "scan 96385074")
        until(lambda: len(scans) == 3, "the third scan")
    assert [scan.text for scan in scans] == ["3017620422003", "", "96385074"]


def paid_with(about, folder):
    driver = drivers.load("terminal", "simulated")
    options = driver.Options(folder=about["terminal"]["folder"], answer_timeout_s=0.0)
    with driver.open_device(options) as terminal:
        for word, outcome in (
            ("approve", Outcome.APPROVED),
            ("decline", Outcome.DECLINED),
            ("silent", Outcome.UNKNOWN),
        ):
            send(folder, f"terminal {word}")
            assert terminal.pay(word, 100, "EUR", 2).outcome is outcome
        assert terminal.look_up("silent").outcome is Outcome.APPROVED


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("dance", "does not know 'dance'. It knows: scan, scan-bytes, scanner, printer"),
        ("", "does not know ''"),
        ("printer dance", "The printer knows: ok, near-end, paper-out"),
        ("printer paper-out soon", "The printer knows"),
        ("drawer dance", "The drawer knows"),
        ("scanner dance", "The scanner knows"),
        ("terminal dance", "The terminal knows: approve, decline, silent, dead"),
        ("scan-bytes zz", "not hexadecimal"),
    ],
)
def test_a_word_it_does_not_know_is_told_with_those_it_knows(tmp_path, command, sentence):
    with Bench(tmp_path):
        with pytest.raises(BenchError) as raised:
            send(tmp_path, command)
        assert sentence in str(raised.value)


def test_a_scan_that_nobody_reads_is_told(tmp_path):
    with Bench(tmp_path), pytest.raises(BenchError, match="Nobody reads the scanner"):
        send(tmp_path, "scan 96385074")


def test_one_bench_per_folder(tmp_path):
    with Bench(tmp_path):
        with pytest.raises(OSError, match="choose another folder"):
            Bench(tmp_path)
        assert json.loads(send(tmp_path, "status"))["scanner"] == "plugged"


def test_a_bench_that_was_killed_is_no_hindrance(tmp_path):
    command = [sys.executable, "-m", "drivers.bench", "--folder", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    for _ in range(2):
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, env=environment, start_new_session=True
        ) as process:
            assert process.stdout.readline().startswith(b"printer")
            assert json.loads(send(tmp_path, "status"))["printer"] == "ok"
            process.kill()


def test_a_port_that_is_taken_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "drivers.bench", "--folder", str(tmp_path), "--port", port]
        environment = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.startswith("The bench cannot start: [Errno 98]")


def test_no_bench_is_told_with_how_to_start_one(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(BenchAwayError, match=r"python -m drivers.bench --folder"):
            send(folder, "status")


def test_a_command_is_one_line(tmp_path):
    with pytest.raises(ValueError, match="one line"):
        send(tmp_path, "scan 1\nscan 2")


def test_a_caller_that_hangs_up_does_no_harm(tmp_path):
    with Bench(tmp_path):
        for line in (b"", b"scan 1", b"\xff\xfe\n"):
            with socket.socket(socket.AF_UNIX) as caller:
                caller.connect(str(tmp_path / "control.sock"))
                caller.sendall(line)
        assert json.loads(send(tmp_path, "status"))["printer"] == "ok"


def test_receipts_count_on_from_those_that_lie_there(tmp_path):
    for expected in (1, 2):
        with Bench(tmp_path) as bench:
            driver = drivers.load("printer", "file")
            options = driver.Options(path=str(tmp_path / "printer.tty"), answer_timeout_s=30.0)
            with driver.open_device(options) as printer:
                printer.print(printer.encode([Text("x"), Cut()]))
            assert bench.tray.count == expected


def test_the_folder_is_the_one_of_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("BALIE_BENCH", str(tmp_path))
    assert default_folder() == tmp_path
    monkeypatch.delenv("BALIE_BENCH")
    assert default_folder().parts[-3:] == (".balie", "demo", "bench")
