"""What is particular to one way of reaching a printer, and lines that behave badly."""

from __future__ import annotations

import os
import socket
import threading

import pytest

import drivers
from drivers.bench.bench import Bench
from drivers.bench.client import send
from drivers.bench.printer import BenchPrinter
from drivers.printer import (
    Cut,
    Printed,
    PrinterOfflineError,
    PrinterSilentError,
    PrintInterruptedError,
    Text,
    escpos,
)
from drivers.printer.conversation import EscposPrinter
from tests.contract.rigs import Later, until

RECEIPT = [*(Text(f"line {n}", "1,00") for n in range(60)), Cut()]


def opened(driver, **values):
    return drivers.load("printer", driver).open_device(drivers.configure("printer", driver, values))


class Stingy:
    """A line that takes few bytes at a time, and may break after some."""

    def __init__(self, machine, at_once, breaks_after=None):
        self._machine = machine
        self._at_once = at_once
        self._left = breaks_after
        self._answers = bytearray()
        self.sent = b""

    def write(self, data, _wait_s):
        if self._left is not None and len(self.sent) >= self._left:
            raise BrokenPipeError("gone")
        taken = data[: self._at_once]
        self.sent += taken
        self._machine.receive(taken, self._answers.extend)
        return len(taken)

    def read(self, _wait_s):
        data = bytes(self._answers[: self._at_once])
        del self._answers[: self._at_once]
        return data

    def close(self):
        pass


@pytest.mark.parametrize("at_once", [1, 7, 100])
def test_a_line_that_takes_a_few_bytes_at_a_time_truncates_nothing(at_once):
    receipts = []
    line = Stingy(BenchPrinter(receipts.append), at_once)
    printer = EscposPrinter(lambda: line, escpos.EscposOptions())
    assert printer.print(printer.encode(RECEIPT)) is Printed.CONFIRMED
    assert len(receipts[0].text().splitlines()) == 60


@pytest.mark.parametrize("breaks_after", [13, *range(100, 1500, 97)])
def test_wherever_the_line_breaks_it_is_told_and_nothing_is_sent_twice(breaks_after):
    receipts = []
    line = Stingy(BenchPrinter(receipts.append), 64, breaks_after)
    printer = EscposPrinter(lambda: line, escpos.EscposOptions())
    job = printer.encode(RECEIPT)
    with pytest.raises(PrintInterruptedError) as raised:
        printer.print(job)
    assert raised.value.incomplete
    assert line.sent.count(job[:60]) == 1
    assert receipts == []


def test_a_line_that_breaks_before_the_first_byte_of_the_job_leaves_no_doubt():
    line = Stingy(BenchPrinter([].append), 64, breaks_after=12)
    line_opened = iter([line])
    printer = EscposPrinter(lambda: next(line_opened), escpos.EscposOptions())
    printer.status()
    line._left = 0

    def gone():
        raise ConnectionRefusedError

    printer._connect = gone
    with pytest.raises(PrinterOfflineError) as raised:
        printer.print(printer.encode(RECEIPT))
    assert not raised.value.incomplete


def test_a_host_that_answers_nothing_is_no_printer():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        host, port = deaf.getsockname()
        with (
            opened("network", host=host, port=port, answer_timeout_s=0.05) as printer,
            pytest.raises(PrinterSilentError) as raised,
        ):
            printer.print(b"\x1b@")
        assert not raised.value.incomplete


def test_a_connection_that_died_while_nobody_used_it_is_opened_anew(tmp_path):
    with Bench(tmp_path, pictures=False) as bench:
        host, port = bench.address
        with opened("network", host=host, port=port, answer_timeout_s=10.0) as printer:
            assert printer.status().online
            send(tmp_path, "printer unplug")
            send(tmp_path, "printer ok")
            assert printer.print(printer.encode(RECEIPT)) is Printed.CONFIRMED
        assert bench.tray.count == 1


def test_two_counters_share_a_printer(tmp_path):
    with Bench(tmp_path, pictures=False) as bench:
        host, port = bench.address
        values = {"host": host, "port": port, "shared": True, "answer_timeout_s": 30.0}
        with opened("network", **values) as one, opened("network", **values) as two:
            job = one.encode(RECEIPT)
            printing = [Later(one.print, job), Later(two.print, job)]
            assert [later.wait() for later in printing] == [Printed.CONFIRMED] * 2
        assert bench.tray.count == 2
        assert bench.printer.warnings == []


def test_a_printer_that_cannot_answer_is_sent_to_and_not_believed(tmp_path):
    with Bench(tmp_path, pictures=False) as bench:
        path = str(tmp_path / "printer.tty")
        with opened("file", path=path, answers=False) as printer:
            assert printer.status().online is None
            assert printer.print(printer.encode(RECEIPT)) is Printed.SENT
            until(lambda: bench.tray.count == 1, "the receipt")
            printer.kick()
            until(lambda: bench.printer.drawer.is_open, "the drawer")


def test_a_missing_device_file_is_never_created(tmp_path):
    path = tmp_path / "lp0"
    with opened("file", path=str(path)) as printer:
        assert printer.status().online is False
        with pytest.raises(PrinterOfflineError, match="its cable is in"):
            printer.print(printer.encode(RECEIPT))
    assert not path.exists()


def test_a_file_on_a_disk_is_no_printer(tmp_path):
    path = tmp_path / "lp0"
    path.write_bytes(b"")
    with (
        opened("file", path=str(path), answers=False) as printer,
        pytest.raises(PrinterOfflineError, match="not a printer"),
    ):
        printer.print(printer.encode(RECEIPT))
    assert path.read_bytes() == b""


def test_a_pipe_can_be_a_printer_that_does_not_answer(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    came = bytearray()

    def listen():
        with path.open("rb") as pipe:
            came.extend(pipe.read())

    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    with opened("file", path=str(path), answers=False) as printer:
        job = printer.encode(RECEIPT)

        def sent():
            try:
                return printer.print(job) is Printed.SENT
            except PrinterOfflineError:
                return False  # the other end is not open yet

        until(sent, "the other end")
    listening.join(30)
    assert bytes(came) == job


def test_a_serial_port_belongs_to_one_program(tmp_path):
    with Bench(tmp_path, pictures=False):
        values = {"port": str(tmp_path / "printer.tty"), "flow_control": "none"}
        with opened("serial", **values) as one, opened("serial", **values) as two:
            assert one.status().online
            assert two.status().online is False


def test_status_and_print_from_two_threads_do_not_mix(tmp_path):
    with Bench(tmp_path, pictures=False) as bench:
        host, port = bench.address
        with opened("network", host=host, port=port, answer_timeout_s=30.0) as printer:
            job = printer.encode(RECEIPT)
            asking = [Later(printer.status) for _ in range(10)]
            printing = [Later(printer.print, job) for _ in range(3)]
            assert all(later.wait().online for later in asking)
            assert [later.wait() for later in printing] == [Printed.CONFIRMED] * 3
        assert bench.tray.count == 3
