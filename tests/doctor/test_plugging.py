"""A slip belongs to the hand on the cable: not to the morning, the paper, nor the network's moods."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime

import pytest

from appliance.doctor import addresses, bundle, report
from appliance.doctor.findings import Finding, Severity
from appliance.doctor.plugging import (
    AGAIN_S,
    NIGHT_S,
    PATIENCE_S,
    Cable,
    Plugging,
    PrinterSlip,
)
from appliance.services.words import LANGUAGES, Words
from drivers.printer import Paper, PrinterStatus, Qr, Text

HERE = PrinterStatus(online=True, paper=Paper.OK, cover_open=False)
GONE = PrinterStatus(online=False)
EMPTY = PrinterStatus(online=False, paper=Paper.OUT, cover_open=False)
OPEN = PrinterStatus(online=False, paper=Paper.OK, cover_open=True)
SILENT = PrinterStatus()
USB = Cable("serial /dev/balie-printer", can_be_pulled=True, answers=True)
NETWORK = Cable("network 10.0.0.9", can_be_pulled=False, answers=True)
MUTE = Cable("file /dev/usb/lp0", can_be_pulled=True, answers=False)


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def start(tmp_path, clock):
    def start(cable=USB, **more):
        return Plugging(cable, tmp_path, monotonic=clock, **more)

    return start


def told(plugging, clock, *seen):
    """Live through what the printer says for so many seconds each; return after which a slip came."""
    slips = []
    for number, (status, seconds) in enumerate(seen):
        for _ in range(min(seconds, 5)):
            if plugging.look(status):
                slips.append(number)
            clock.now += seconds / min(seconds, 5)
    return slips


@pytest.mark.parametrize(
    ("cable", "seen", "slips"),
    [
        pytest.param(USB, [(HERE, 60)], [], id="it was there at the start"),
        pytest.param(USB, [(GONE, 30), (HERE, 60)], [1], id="a new one comes"),
        pytest.param(USB, [(HERE, 9), (GONE, 9), (HERE, 9)], [2], id="pulled and put back"),
        pytest.param(USB, [(HERE, 9), (GONE, 1), (HERE, 9)], [], id="a hiccup of the line"),
        pytest.param(
            USB,
            [(HERE, 9), (GONE, int(NIGHT_S) + 60), (HERE, 9)],
            [],
            id="switched off for the night",
        ),
        pytest.param(
            USB, [(HERE, 9), *[(GONE, 9), (HERE, 9)] * 5], [2], id="a loose cable gets one slip"
        ),
        pytest.param(
            USB,
            [(HERE, 9), (GONE, 9), (HERE, int(AGAIN_S) + 60), (GONE, 9), (HERE, 9)],
            [2, 4],
            id="later it is plugged in again",
        ),
        pytest.param(USB, [(HERE, 9), (EMPTY, 60), (HERE, 9)], [], id="a new roll"),
        pytest.param(USB, [(HERE, 9), (OPEN, 60), (HERE, 9)], [], id="its cover"),
        pytest.param(USB, [(HERE, 9), (SILENT, 60), (HERE, 9)], [], id="it was silent"),
        pytest.param(
            USB, [(HERE, 9), (GONE, 9), (EMPTY, 60), (HERE, 9)], [3], id="put back without paper"
        ),
        pytest.param(NETWORK, [(HERE, 9), (GONE, 9), (HERE, 9)], [], id="the network went"),
        pytest.param(
            NETWORK, [(GONE, 9), (HERE, 9), (GONE, 9), (HERE, 9)], [1], id="a new address"
        ),
        pytest.param(MUTE, [(SILENT, 9), (GONE, 9), (SILENT, 9)], [2], id="one that cannot answer"),
    ],
)
def test_when_a_printer_was_plugged_in(start, clock, cable, seen, slips):
    assert told(start(cable), clock, *seen) == slips


def test_after_a_start_a_printer_that_was_met_gets_none(start, clock):
    assert told(start(), clock, (HERE, 9)) == []
    assert told(start(), clock, (GONE, 60), (HERE, 9)) == [], "switched on after the device"
    assert told(start(NETWORK), clock, (GONE, 60), (HERE, 9)) == [1], "this is another one"


def test_a_device_that_waits_to_be_let_in_greets_the_one_it_finds_once(start, clock):
    assert told(start(is_news_at_start=True), clock, (HERE, 9)) == [0]
    assert told(start(is_news_at_start=True), clock, (HERE, 9)) == []


def test_a_card_that_refuses_prints_nothing_rather_than_at_every_start(tmp_path, clock):
    (tmp_path / "data").write_text("a file where the folder should be")
    plugging = Plugging(USB, tmp_path / "data", monotonic=clock, is_news_at_start=True)
    assert told(plugging, clock, (HERE, 9)) == []


class Counter:
    """A printer that is plugged in, a counter that is busy or not, a doctor who takes his time."""

    def __init__(self, start, clock):
        self.status, self.quiet, self.asked, self.printed = None, True, [], []
        self.slip = PrinterSlip(
            start(),
            status=lambda: self.status,
            is_quiet=lambda: self.quiet,
            examine=self.asked.append,
            submit=self.printed.append,
            monotonic=clock,
        )
        self.clock = clock

    def lives(self, status, seconds=5):
        self.status = status
        for _ in range(seconds):
            self.slip.tick()
            self.clock.now += 1

    def plug(self):
        self.lives(None)
        self.lives(GONE)
        self.lives(HERE)


@pytest.fixture
def counter(start, clock):
    return Counter(start, clock)


def test_it_is_printed_once_the_device_was_looked_at(counter):
    counter.plug()
    assert len(counter.asked) == 1
    assert counter.printed == []
    counter.asked[0](["found"])
    counter.lives(HERE)
    assert counter.printed == [["found"]]


def test_a_customer_comes_first_and_then_it_is_printed(counter):
    counter.quiet = False
    counter.plug()
    counter.asked[0](["found"])
    counter.lives(HERE)
    assert counter.printed == []
    counter.quiet = True
    counter.lives(HERE)
    assert counter.printed == [["found"]]


def test_after_a_while_nobody_waits_for_it_any_more(counter):
    counter.quiet = False
    counter.plug()
    counter.asked[0](["found"])
    counter.lives(HERE, int(PATIENCE_S) + 5)
    counter.quiet = True
    counter.lives(HERE)
    assert counter.printed == []
    counter.asked[0](["found late"])
    assert counter.printed == []


TRIE = """Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 127.0.0.0/8 2 0 2
        +-- 127.0.0.0/31 1 0 0
           |-- 127.0.0.1
              /32 host LOCAL
     +-- 192.168.1.0/24 2 0 2
        |-- 192.168.1.0
           /24 link UNICAST
        |-- 192.168.1.20
           /32 host LOCAL
        |-- 192.168.1.255
           /32 link BROADCAST
Local:
        |-- 192.168.1.20
           /32 host LOCAL
"""
SIX = """00000000000000000000000000000001 01 80 10 80       lo
fe80000000000000021122fffe334455 02 40 20 80     eth0
20010db8000000000000000000000020 02 40 00 80     eth0
"""


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"proc/net/fib_trie": TRIE, "proc/net/if_inet6": SIX}, "the address 192.168.1.20."),
        ({"proc/net/if_inet6": SIX}, "the address 2001:db8::20."),
        ({}, "no address in the network yet"),
        ({"proc/net/fib_trie": "odd", "proc/net/if_inet6": "odd\n1 2 3"}, "no address"),
    ],
)
def test_the_devices_own_address(machine, files, said):
    machine.lay(files)
    (found,) = addresses.check(machine.host)
    assert said in found.said(Words("en")).meaning
    assert (found.severity is Severity.WELL) is ("no address" not in said)


def test_no_support_file_tells_of_the_address(machine, tmp_path):
    machine.lay({"proc/net/fib_trie": TRIE})
    target = tmp_path / "support.zip"
    bundle.write(
        target, host=machine.host, settings=None, findings=addresses.check(machine.host), log=[]
    )
    with zipfile.ZipFile(target) as packed:
        assert not any(b"192.168.1.20" in packed.read(name) for name in packed.namelist())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_slip_carries_the_fingerprint_as_text_and_as_a_code(language, machine):
    machine.lay({"proc/net/fib_trie": TRIE})
    at = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    findings = [*addresses.check(machine.host), Finding("x", Severity.LOOK, "Back office", "No.")]
    words = Words(language)
    paper = report.status(findings, words, "Kassa 2", at, fingerprint="554F CDFD 9C3E C17B")
    assert Qr("554F CDFD 9C3E C17B") in paper
    texts = [each.left for each in paper if isinstance(each, Text)]
    assert {"Kassa 2", "554F CDFD 9C3E C17B", words.say(report.PLUGGED_IN)} <= set(texts)
    assert any("192.168.1.20" in text for text in texts)
    assert not any(isinstance(each, Qr) for each in report.status(findings, words, "Kassa 2", at))
