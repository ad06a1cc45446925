"""What every scanner driver does, on a serial line, as a keyboard, and without any."""

from __future__ import annotations

import errno
import os
import queue
import struct

import pytest
from evdev import ecodes
from evdev.events import InputEvent

import drivers
from drivers.bench.cable import Cable
from drivers.scanner import FAULTS, TOO_LONG, TORN, Scan, hid
from drivers.scanner.keys import CHARACTERS
from tests.contract.rigs import until

_EVENT = struct.Struct("llHHi")
_KEYS = {
    character: (code, place == 1)
    for code, pair in CHARACTERS.items()
    for place, character in reversed(list(enumerate(pair)))
    if not ecodes.KEY[code][4:].startswith("KP") or character in "*+"
}


class SerialRig:
    """A scanner on a terminal line."""

    def __init__(self, folder):
        self._path = folder / "scanner.tty"
        self._cable = Cable(self._path)

    def open(self):
        chosen = drivers.configure("scanner", "serial", {"port": str(self._path), "name": "hand"})
        return drivers.load("scanner", "serial").open_device(chosen)

    def send(self, text):
        data = memoryview(text.encode())
        while data:
            data = data[self._cable.write(data) :]

    def unplug(self):
        self._cable.close()
        self._cable = None

    def plug(self):
        self._cable = Cable(self._path)

    def close(self):
        if self._cable:
            self.unplug()


class FakeKeyboard:
    """An input device as evdev gives it, over a pipe: this kernel may have no uinput."""

    def __init__(self, fd):
        self.fd = fd
        self.grabbed = False

    def grab(self):
        self.grabbed = True

    def read(self):
        data = os.read(self.fd, 64 * _EVENT.size)
        if not data:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        return [InputEvent(*event) for event in _EVENT.iter_unpack(data)]

    def close(self):
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


class HidRig:
    """A scanner that types."""

    def __init__(self, _folder):
        self._pipe = None
        self.keyboards = []
        self.plug()

    def open(self):
        options = drivers.configure("scanner", "hid", {"device": "1234:5678", "name": "hand"})
        return hid.hid_scanner(options, find=self._find)

    def _find(self):
        if self._pipe is None or self._pipe[0] is None:
            raise OSError(errno.ENODEV, "No keyboard with USB identity 1234:5678 is plugged in")
        fd, self._pipe[0] = self._pipe[0], None
        self.keyboards.append(FakeKeyboard(fd))
        return self.keyboards[-1]

    def event(self, kind, code, value):
        os.write(self._pipe[1], _EVENT.pack(0, 0, kind, code, value))

    def key(self, code, value):
        self.event(ecodes.EV_MSC, ecodes.MSC_SCAN, 458761)
        self.event(ecodes.EV_KEY, code, value)
        self.event(ecodes.EV_SYN, ecodes.SYN_REPORT, 0)

    def send(self, text):
        for character in text:
            code, shift = (ecodes.KEY_ENTER, False) if character in "\r\n" else _KEYS[character]
            if shift:
                self.key(ecodes.KEY_LEFTSHIFT, 1)
            self.key(code, 1)
            self.key(code, 0)
            if shift:
                self.key(ecodes.KEY_LEFTSHIFT, 0)

    def unplug(self):
        os.close(self._pipe[1])
        if self._pipe[0] is not None:
            os.close(self._pipe[0])
        self._pipe = None

    def plug(self):
        self._pipe = list(os.pipe2(os.O_CLOEXEC))
        os.set_blocking(self._pipe[0], False)

    def close(self):
        if self._pipe:
            self.unplug()


class SimulatedRig:
    """The simulated scanner driver."""

    def __init__(self, _folder):
        self.scanner = None

    def open(self):
        chosen = drivers.configure("scanner", "simulated", {"name": "hand"})
        self.scanner = drivers.load("scanner", "simulated").open_device(chosen)
        return self.scanner

    def send(self, text):
        self.scanner.send(text.encode())
        if not text.endswith("\r"):
            self.scanner.pause()

    def unplug(self):
        self.scanner.unplug()

    def plug(self):
        self.scanner.plug()

    def close(self):
        pass


@pytest.fixture(params=[SerialRig, HidRig, SimulatedRig], ids=["serial", "hid", "simulated"])
def rig(request, tmp_path):
    made = request.param(tmp_path)
    yield made
    made.close()


@pytest.fixture
def started(rig):
    """A started scanner and what it delivers."""
    delivered = queue.Queue()
    with rig.open() as scanner:
        scanner.start(delivered.put)
        until(lambda: scanner.connected, "the connection")
        yield scanner, lambda: delivered.get(timeout=30)


def test_a_code_is_delivered_as_it_is(rig, started):
    scanner, next_scan = started
    assert scanner.present
    rig.send("3017620422003\r")
    assert next_scan() == Scan("3017620422003", "hand")


def test_capitals_and_signs_come_through_on_any_layout(rig, started):
    _scanner, next_scan = started
    code = "https://id.GS1.org/01/09506000134352?17=201225&10=aB-c_{[(!\"#$%'*+,;<=>@^`|~)]}\\ "
    rig.send(f"{code}\r")
    assert next_scan().text == code


def test_scans_one_after_the_other_keep_their_order(rig, started):
    _scanner, next_scan = started
    for number in range(200):
        rig.send(f"{number:013}\r")
    assert [next_scan().text for _ in range(200)] == [f"{number:013}" for number in range(200)]


def test_a_code_of_5000_characters_is_a_fault_and_the_next_one_is_read(rig, started):
    _scanner, next_scan = started
    rig.send("7" * 5000 + "\r")
    assert next_scan() == Scan("", "hand", TOO_LONG)
    rig.send("96385074\r")
    assert next_scan().text == "96385074"


def test_a_code_without_an_end_is_dropped_with_a_fault(rig, started):
    _scanner, next_scan = started
    rig.send("301762")
    assert next_scan() == Scan("", "hand", TORN)
    rig.send("0422003\r")
    assert next_scan().text == "0422003"


def test_it_survives_being_unplugged_in_the_middle_of_a_code(rig, started):
    scanner, next_scan = started
    rig.send("301762")
    assert next_scan().fault in FAULTS
    rig.unplug()
    until(lambda: not scanner.connected, "the unplugging")
    rig.plug()
    until(lambda: scanner.connected, "the plugging")
    rig.send("3017620422003\r")
    assert next_scan().text == "3017620422003"


def test_it_waits_for_a_scanner_that_is_not_there_yet(rig):
    delivered = queue.Queue()
    scanner = rig.open()
    rig.unplug()
    with scanner:
        scanner.start(delivered.put)
        assert not scanner.connected
        rig.plug()
        until(lambda: scanner.connected, "the plugging")
        rig.send("96385074\r")
        assert delivered.get(timeout=30).text == "96385074"


def test_nothing_is_delivered_after_close(rig):
    delivered = queue.Queue()
    scanner = rig.open()
    scanner.start(delivered.put)
    until(lambda: scanner.connected, "the connection")
    scanner.close()
    scanner.close()
    assert not scanner.connected
    if not isinstance(rig, HidRig):
        rig.send("96385074\r")
    assert delivered.empty()


def test_it_is_started_once(started):
    scanner, _next_scan = started
    with pytest.raises(RuntimeError, match="once"):
        scanner.start(print)


def test_a_keyboard_scanner_is_taken_for_balie_alone(tmp_path):
    rig = HidRig(tmp_path)
    with rig.open() as scanner:
        scanner.start(print)
        until(lambda: scanner.connected, "the connection")
        assert rig.keyboards[0].grabbed
    rig.close()


def test_events_that_the_kernel_dropped_spoil_the_code(tmp_path):
    rig = HidRig(tmp_path)
    delivered = queue.Queue()
    with rig.open() as scanner:
        scanner.start(delivered.put)
        rig.send("30176")
        rig.event(ecodes.EV_SYN, ecodes.SYN_DROPPED, 0)
        rig.event(ecodes.EV_KEY, ecodes.KEY_9, 1)
        rig.event(ecodes.EV_SYN, ecodes.SYN_REPORT, 0)
        rig.send("422003\r")
        first = delivered.get(timeout=30)
        assert first.text == ""
        assert first.fault in FAULTS
        rig.send("96385074\r")
        assert delivered.get(timeout=30).text == "96385074"
    rig.close()


def test_no_scanner_delivers_nothing():
    driver = drivers.load("scanner", "none")
    with driver.open_device(driver.Options()) as scanner:
        scanner.start(print)
        assert not scanner.present
        assert not scanner.connected
