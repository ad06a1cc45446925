"""Codes put together from what scanners send."""

from __future__ import annotations

import pytest
from evdev import ecodes
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.scanner import FAULTS, LOST, NOT_TEXT, TOO_LONG, TORN, Scan, hid
from drivers.scanner.assembly import LONGEST_CODE, Assembler
from drivers.scanner.keys import Typing
from drivers.scanner.simulated import SimulatedScanner


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_a_code_ends_at_any_line_end(end):
    scans = list(Assembler("hand").feed(b"1" + end + b"2" + end))
    assert scans == [Scan("1", "hand"), Scan("2", "hand")]


def test_control_characters_inside_a_code_are_kept():
    (scan,) = Assembler("hand").feed(b"]C1011234\x1d10AB\r")
    assert scan.text == "]C1011234\x1d10AB"


def test_bytes_that_are_no_text_are_a_fault():
    scans = list(Assembler("hand").feed(b"\xff\xfe\r96385074\r"))
    assert scans == [Scan("", "hand", NOT_TEXT), Scan("96385074", "hand")]


def test_the_longest_code_is_read_and_one_more_is_a_fault():
    assembler = Assembler("hand")
    assert [scan.fault for scan in assembler.feed(b"7" * LONGEST_CODE + b"\r")] == [None]
    assert [scan.fault for scan in assembler.feed(b"7" * (LONGEST_CODE + 1) + b"\r")] == [TOO_LONG]


def test_a_fault_spoils_everything_up_to_the_next_end():
    assembler = Assembler("hand")
    assert list(assembler.feed(b"301")) == []
    assembler.spoil(LOST)
    assert list(assembler.feed(b"7620\r96385074\r")) == [
        Scan("", "hand", LOST),
        Scan("96385074", "hand"),
    ]


def test_a_pause_ends_what_was_begun():
    assembler = Assembler("hand")
    assert list(assembler.pause()) == []
    list(assembler.feed(b"301"))
    assert assembler.begun
    assert list(assembler.pause()) == [Scan("", "hand", TORN)]
    assert not assembler.begun


@given(st.lists(st.binary(max_size=50) | st.none(), max_size=30))
@settings(deadline=None)
def test_no_bytes_upset_it_and_no_memory_grows(chunks):
    assembler = Assembler("hand", longest=20)
    for chunk in chunks:
        scans = assembler.pause() if chunk is None else assembler.feed(chunk)
        for scan in scans:
            assert scan.fault in FAULTS if scan.fault else 1 <= len(scan.text) <= 20
        assert len(assembler._begun) <= 20


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1)),
    st.integers(1, 9),
)
@settings(deadline=None)
def test_whole_codes_come_through_however_they_are_split(codes, size):
    data = "".join(f"{code}\r" for code in codes).encode()
    assembler = Assembler("hand", longest=100_000)
    scans = []
    for start in range(0, len(data), size):
        scans.extend(assembler.feed(data[start : start + size]))
    assert [scan.text for scan in scans] == codes


@given(st.lists(st.tuples(st.integers(0, 767), st.booleans()), max_size=60))
@settings(deadline=None)
def test_no_keys_upset_the_typing(keys):
    typing, assembler = Typing(), Assembler("hand")
    for code, down in keys:
        typed = typing.key(code, down=down)
        assert typed is None or len(list(assembler.feed(typed))) <= 1


def test_control_and_a_bracket_is_the_separator_of_gs1():
    typing = Typing()
    assert typing.key(ecodes.KEY_LEFTCTRL, down=True) == b""
    assert typing.key(ecodes.KEY_RIGHTBRACE, down=True) == b"\x1d"
    assert typing.key(ecodes.KEY_LEFTCTRL, down=False) == b""
    assert typing.key(ecodes.KEY_RIGHTBRACE, down=True) == b"]"


def test_a_key_that_is_in_no_code_is_not_swallowed():
    assert Typing().key(ecodes.KEY_F5, down=True) is None
    assert Typing().key(ecodes.KEY_CAPSLOCK, down=True) == b""


@pytest.mark.parametrize("device", ["/dev/input/by-id/none-event-kbd", "dead:beef"])
def test_a_keyboard_that_is_not_there_is_an_error_of_the_system(device):
    with pytest.raises(OSError, match=r"No such|No keyboard"):
        hid.find_input(device)


def test_an_unplugged_simulated_scanner_reads_nothing():
    scanner = SimulatedScanner()
    scans = []
    scanner.scan("1")
    scanner.start(scans.append)
    scanner.unplug()
    scanner.scan("2")
    assert scans == []
