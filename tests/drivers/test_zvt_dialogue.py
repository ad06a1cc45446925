"""A conversation with a terminal that says anything at all: it ends, and never in a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.card import refuse_card_numbers
from drivers.terminal import Outcome, Result, zvt_apdu, zvt_dialogue
from drivers.terminal.attempts import Note, Stage
from drivers.terminal.zvt_apdu import ACCEPTED, Apdu
from drivers.terminal.zvt_dialogue import Dialogue, RefusedError
from drivers.terminal.zvt_finding import judge
from drivers.terminal.zvt_line import LineError
from drivers.terminal.zvt_status import Mark, Status

APPROVED = Apdu(zvt_apdu.STATUS_INFORMATION, bytes.fromhex("27 00"))
DECLINED = Apdu(zvt_apdu.STATUS_INFORMATION, bytes.fromhex("27 6C"))
COMPLETED = Apdu(zvt_apdu.COMPLETION)
ABORTED = Apdu(zvt_apdu.ABORT, b"\x6c")


class Script:
    """A line on which the terminal says what it was told to, and then nothing more."""

    def __init__(self, said):
        self._said = list(said)
        self.sent = []

    def send(self, apdu):
        self.sent.append(apdu)

    def receive(self, _wait_s, _ended):
        return self._said.pop(0) if self._said else None


def heard(*said, told=None, stopped=lambda: False):
    line = Script(said)
    dialogue = Dialogue(line, accept_s=1.0, quiet_s=1.0, stopped=stopped)
    return dialogue.run(zvt_dialogue.authorisation(1185, 978), told), line


def test_each_message_of_the_terminal_is_acknowledged():
    shown = []
    end, line = heard(
        ACCEPTED,
        Apdu(zvt_apdu.INTERMEDIATE_STATUS, b"\x0a\x00"),
        Apdu(zvt_apdu.PRINT_LINE, b"\x81DANKE"),
        APPROVED,
        COMPLETED,
        told=shown.append,
    )
    assert (end.completed, end.status.result) == (True, 0)
    assert [slip.lines for slip in end.slips] == [("DANKE",)]
    assert line.sent[1:] == [ACCEPTED] * 4
    assert shown == ["The customer holds the card to the terminal."]


def test_a_command_the_register_does_not_know_is_refused_and_let_be():
    end, line = heard(ACCEPTED, Apdu((0x04, 0x0D), b"\x01"), APPROVED, COMPLETED)
    assert end.completed
    assert line.sent[1] == zvt_apdu.refusal(0x83)


def test_a_terminal_that_says_nothing_else_is_left():
    with pytest.raises(LineError, match="nothing but"):
        heard(ACCEPTED, *[Apdu((0x11, 0x22))] * 10)


def test_a_wish_to_stop_is_sent_once():
    asked = []
    end, line = heard(
        *(ACCEPTED, None, ACCEPTED, DECLINED, ABORTED),
        stopped=lambda: bool(asked.append(1)) or True,
    )
    assert (end.completed, end.code) == (False, 0x6C)
    assert [apdu.control for apdu in line.sent].count(zvt_apdu.STOP) == 1


def test_a_refusal_begins_nothing():
    with pytest.raises(RefusedError) as refused:
        heard(zvt_apdu.refusal(0x9C))
    assert refused.value.code == 0x9C


CONTROLS = st.sampled_from(
    [
        zvt_apdu.STATUS_INFORMATION,
        zvt_apdu.INTERMEDIATE_STATUS,
        zvt_apdu.COMPLETION,
        zvt_apdu.ABORT,
        zvt_apdu.PRINT_LINE,
        zvt_apdu.PRINT_TEXT,
        (0x80, 0x00),
        (0x84, 0x9C),
    ]
) | st.tuples(st.integers(0, 255), st.integers(0, 255))
SAID = st.lists(
    st.sampled_from([ACCEPTED, APPROVED, DECLINED, COMPLETED, ABORTED])
    | st.builds(Apdu, CONTROLS, st.binary(max_size=60)),
    max_size=12,
)


@given(SAID)
def test_whatever_is_said_it_ends_and_only_an_approval_approves(said):
    try:
        end, _line = heard(*said, told=lambda _text: None)
    except (LineError, RefusedError):
        return
    if end.completed and end.status is not None and end.status.result == 0:
        ends = [apdu.control for apdu in said]
        assert zvt_apdu.COMPLETION in ends
        assert any(
            apdu.control == zvt_apdu.STATUS_INFORMATION and b"\x27\x00" in apdu.data
            for apdu in said
        )


BEFORE = Mark(7, 41, 410)
NOTE = Note("a", 1185, 1185, "EUR", 1, stage=Stage.ASKED, could_say=True, before=BEFORE)
FOUND = {
    # the terminal's last transaction now: what that makes of ours
    "the same as before": (Status(0, 1185, 978, BEFORE), Outcome.DECLINED),
    "the next one": (Status(0, 1185, 978, Mark(7, 42, 411)), Outcome.APPROVED),
    "the next one, without a currency": (Status(0, 1185, None, Mark(7, 42, 411)), Outcome.APPROVED),
    "the next one, refused": (Status(0x71, 1185, 978, Mark(7, 42, 411)), Outcome.DECLINED),
    "one that has no number": (Status(0x6C), Outcome.CANCELLED),
    "one that has no number and was paid": (Status(0, 1185, 978), Outcome.UNKNOWN),
    "the next one, over another amount": (Status(0, 500, 978, Mark(7, 42, 411)), Outcome.UNKNOWN),
    "the next one, in another currency": (Status(0, 1185, 756, Mark(7, 42, 411)), Outcome.UNKNOWN),
    "the next one, over no amount": (Status(0, None, 978, Mark(7, 42, 411)), Outcome.UNKNOWN),
    "the one after the next": (Status(0, 1185, 978, Mark(7, 43, 412)), Outcome.UNKNOWN),
    "of another terminal": (Status(0, 1185, 978, Mark(8, 42, 411)), Outcome.UNKNOWN),
    "taken back by itself": (Status(0, 1185, 978, Mark(7, 43, 412), 411), Outcome.DECLINED),
    "taken back long after": (Status(0, 1185, 978, Mark(7, 50, 420), 411), Outcome.UNKNOWN),
    "read in part": (Status(0, 1185, 978, Mark(7, 42, 411), whole=False), Outcome.UNKNOWN),
    "none at all": (None, Outcome.UNKNOWN),
}


@pytest.mark.parametrize(("last", "outcome"), FOUND.values(), ids=FOUND)
def test_what_became_of_a_payment_is_told_by_the_last_transaction(last, outcome):
    judged = judge(NOTE, last, 978)
    assert isinstance(judged.result, Result)
    assert judged.result.outcome is outcome
    assert judged.stage is (Stage.LOST if outcome is Outcome.UNKNOWN else Stage.KNOWN)


def test_receipt_numbers_begin_again_after_9999():
    assert Mark(7, 1, 0).follows(Mark(7, 9999, 0))
    assert not Mark(7, 2, 0).follows(Mark(7, 9999, 0))


def test_a_reference_never_reads_as_a_card_number():

    for receipt in range(1, 10_000, 7):
        refuse_card_numbers(Mark(99_999_999, receipt, 999_999 - receipt).reference())
