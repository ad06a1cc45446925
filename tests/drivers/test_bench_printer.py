"""The bench's printer: what it prints, answers and complains of."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.bench.printer import BenchPrinter, Condition
from drivers.printer import replies
from drivers.printer.conversation import FORGET, KICK, KICK_NOW


class Machine:
    """A printer with what came out of it."""

    def __init__(self, **options):
        self.receipts = []
        self.answers = bytearray()
        self.printer = BenchPrinter(self.receipts.append, **options)

    def send(self, data):
        before = len(self.answers)
        self.printer.receive(data, self.answers.extend)
        return bytes(self.answers[before:])


@pytest.fixture
def machine():
    return Machine()


@pytest.mark.parametrize(
    ("condition", "answers"),
    [
        (Condition.OK, (0x12, 0x12, 0x12, 0x12)),
        (Condition.NEAR_END, (0x12, 0x12, 0x12, 0x1E)),
        (Condition.PAPER_OUT, (0x1A, 0x32, 0x12, 0x7E)),
        (Condition.COVER_OPEN, (0x1A, 0x16, 0x12, 0x12)),
        (Condition.FAULT, (0x1A, 0x52, 0x1A, 0x12)),
        (Condition.OFFLINE, (0x1A, 0x12, 0x12, 0x12)),
    ],
)
def test_it_answers_questions_as_epson_says(machine, condition, answers):
    machine.printer.behave(condition)
    assert machine.send(b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04") == bytes(answers)


def test_the_drawer_answers_through_its_sensor(machine):
    assert machine.send(replies.ASK_STATE) == b"\x12"
    machine.send(KICK)
    assert machine.send(replies.ASK_STATE) == b"\x16"
    machine.printer.drawer.is_open = False
    machine.printer.behave(Condition.COVER_OPEN)
    assert machine.send(KICK) == b""
    assert not machine.printer.drawer.is_open
    machine.send(KICK_NOW)
    assert machine.printer.drawer.is_open


def test_it_answers_in_turn_only_when_all_before_is_printed(machine):
    machine.printer.behave(Condition.HOLD)
    assert machine.send(b"\x1b@one\n" + replies.ASK_DONE) == b""
    assert machine.printer.roll.rows == []
    machine.printer.behave(Condition.OK)
    assert machine.answers == b"\x00"
    assert len(machine.printer.roll.rows) == 1


def test_its_buffer_is_limited_and_can_be_emptied(machine):
    machine.printer.behave(Condition.PAPER_OUT)
    machine.send(b"x" * 4096)
    assert machine.printer.room == 0
    assert machine.send(FORGET) == b"\x37\x25\x00"
    assert machine.printer.room == 4096


def test_it_says_by_itself_how_it_is_when_asked_to(machine):
    assert machine.send(b"\x1da\x0e") == b"\x10\x00\x00\x0f"
    machine.printer.behave(Condition.PAPER_OUT)
    assert machine.answers[-4:] == b"\x18\x00\x0f\x0f"


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"\x1bZ", "command 1b 5a is not known"),
        (b"\x1f", "command 1f is not known"),
        (b"\x1bt\x0f\xa4\n", "code page 15 is not in this printer"),
        (b"\x1bM\x01", "font 1"),
        (b"\x1ba\x09", "alignment 9"),
        (b"\x1dk\x44\x0812345678", "cannot say '12345678'"),
        (b"\x1dk\x41\x0b12345678901", "barcode of kind 65"),
        (b"\x1d(k\x03\x001\x99\x00", "QR function"),
        (b"\x1d(A\x02\x00\x00\x01", "GS ( "),
        (b"x" * 60 + b"\n", "wider than the paper"),
        (b"\x1dv0\x00\x50\x00\x01\x00" + b"\x00" * 80, "picture is wider"),
        (b"\x10\x04\x09", "DLE EOT 9"),
        (b"\x10\x05\x02", "real-time command 10 05 02"),
    ],
)
def test_it_complains_of_what_it_does_not_understand(machine, data, complaint):
    machine.send(b"\x1b@" + data)
    assert any(complaint in warning for warning in machine.printer.warnings)


_BEGINNINGS = [b"\x1b", b"\x1d", b"\x1dk", b"\x1dv0", b"\x1d(k", b"\x1dV", b"\x10", b"\x1b*"]
_QR = [b"\x1d(k%c\x001%c" % (length, function) for function in (65, 67, 69, 80, 81)
       for length in (2, 3, 4, 7)]  # fmt: skip
_STREAM = st.lists(st.sampled_from([*_BEGINNINGS, *_QR]) | st.binary(max_size=40), max_size=12)


@given(_STREAM)
@settings(deadline=None)
def test_no_bytes_upset_it(chunks):
    machine = Machine()
    for chunk in chunks:
        machine.send(chunk)


@given(st.binary(max_size=120), st.integers(1, 7))
@settings(deadline=None)
def test_it_does_not_matter_how_the_bytes_are_split(data, size):
    whole, split = Machine(), Machine()
    whole.send(data)
    for start in range(0, len(data), size):
        split.send(data[start : start + size])
    assert split.answers == whole.answers
    assert split.printer.warnings == whole.printer.warnings
    whole.send(b"\x18\n\x1dV\x00")
    split.send(b"\x18\n\x1dV\x00")
    assert [r.text() for r in split.receipts] == [r.text() for r in whole.receipts]


@given(st.binary(max_size=100))
@settings(deadline=None)
def test_no_answers_upset_the_reader_of_answers(data):
    reader = replies.Replies()
    for byte in data:
        list(reader.feed(bytes([byte])))


def test_answers_are_told_apart():
    data = b"\x10\x00\x00\x0f" + b"\x12" + b"\x00" + b"\x37\x25\x00" + b"\x11" + b"\x37\x22AB\x00"
    assert list(replies.Replies().feed(data)) == [
        replies.Answer(0x12),
        replies.Done(),
        replies.Cleared(),
    ]


@pytest.mark.parametrize(("sensor", "drawer"), [("high", True), ("low", False), ("none", None)])
def test_the_drawer_sensor_means_what_was_set(sensor, drawer):
    assert replies.status(0x16, None, None, None, sensor).drawer_open is drawer
