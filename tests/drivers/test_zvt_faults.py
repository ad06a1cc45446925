"""Everything that goes wrong between a register and a ZVT terminal, as a table.

In every row the customer is charged at most once, the terminal is asked for the money at most once,
and what became of it is found out by asking the terminal, or said to be unknown.
"""

from __future__ import annotations

import threading

import pytest

import drivers
from drivers import OptionError
from drivers.terminal import (
    CurrencyError,
    NotesError,
    NotReversibleError,
    Outcome,
    TerminalAwayError,
    TerminalBusyError,
    TerminalError,
    TerminalState,
    zvt_apdu,
    zvt_words,
)
from drivers.terminal.sentences import (
    ANOTHER_PAYMENT,
    CANNOT_SAY,
    NEVER_ASKED,
    NO_ANSWER,
    OTHER_AMOUNT,
    STOPPED,
)
from tests.contract.rigs import Later, until
from tests.contract.terminal_rigs import ZvtRig

PAYMENT = ("0f3c9a", 1185, "EUR", 2)
A, D, C, U = Outcome.APPROVED, Outcome.DECLINED, Outcome.CANCELLED, Outcome.UNKNOWN
NOT_ASKED = None

FAULTS = {
    # what happens: (words to the bench, what `pay` says, words that mend it, what is found, taken)
    "nothing": ("approve", A, "approve", A, [1185]),
    "the card is refused": ("decline 78", D, "approve", D, []),
    "the customer presses stop": ("decline 6C", C, "approve", C, []),
    "the line drops before anything is paid": ("dropped", D, "approve", D, []),
    "the line drops after it is paid": ("lost", A, "approve", A, [1185]),
    "the line drops before the end is told": ("late", A, "approve", A, [1185]),
    "the line drops and the terminal takes it back": ("undone", D, "approve", D, []),
    "the terminal tells nonsense": ("nonsense", A, "approve", A, [1185]),
    "the terminal loses power in the middle": ("power", U, "on", D, []),
    "the terminal is off": ("off", NOT_ASKED, "on", D, []),
    "the terminal is busy": ("busy", NOT_ASKED, "approve", D, []),
    "the terminal forgot the register": ("forget", A, "approve", A, [1185]),
}


@pytest.fixture
def rig(tmp_path):
    made = ZvtRig(tmp_path)
    yield made
    made.close()


def outcome(terminal, *payment):
    try:
        return terminal.pay(*payment).outcome
    except TerminalError:
        return NOT_ASKED


@pytest.mark.parametrize("connected", [False, True], ids=["at first", "in the day"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_every_fault(rig, fault, connected):
    words, said, mended, found, taken = fault
    terminal = rig.open()
    before = []
    if connected:
        terminal.pay("before", 500, "EUR", 2)
        before = [500]
    asked_before = rig.heard(zvt_apdu.AUTHORISATION)
    rig.does(words)
    assert outcome(terminal, *PAYMENT) is said
    rig.does(mended)
    assert terminal.look_up(PAYMENT[0]).outcome is found
    assert terminal.pay(*PAYMENT).outcome is found
    assert rig.charges == sorted(before + taken)
    accepted = 1 + (words == "forget" and connected)  # refused once for want of a registration
    assert rig.heard(zvt_apdu.AUTHORISATION) - asked_before <= accepted
    rig.does("approve")
    assert terminal.pay("next", 200, "EUR", 2).outcome is A
    assert rig.charges == sorted([*before, *taken, 200])


def test_a_terminal_that_falls_silent_is_asked_what_it_did(rig):
    terminal = rig.open(customer_timeout_s=0.05)
    rig.does("silent")
    assert terminal.pay(*PAYMENT).outcome is A
    assert terminal.look_up(PAYMENT[0]).outcome is A
    assert rig.charges == [1185]
    assert rig.heard(zvt_apdu.AUTHORISATION) == 1


def test_the_cashier_is_told_that_the_line_broke_and_the_terminal_is_given_a_moment(
    rig, monkeypatch
):
    terminal = rig.open(settle_s=7.0)
    waited, shown = [], []
    monkeypatch.setattr(terminal._session, "settle", waited.append)
    rig.does("lost")
    assert terminal.pay(*PAYMENT, told=shown.append).outcome is A
    assert (waited, shown[-1]) == ([7.0], zvt_words.LINE_BROKE)


def test_the_first_attempt_is_settled_before_the_next_is_asked(rig, monkeypatch):
    terminal = rig.open()
    rig.does("lost")

    def away(_currency):
        raise TerminalAwayError

    with monkeypatch.context() as patch:
        patch.setattr(terminal._session, "be_idle", away)
        assert terminal.pay(*PAYMENT).message == NO_ANSWER
        assert terminal.pay(*PAYMENT).outcome is U, "asked again, and not charged again"
        assert terminal.look_up(PAYMENT[0]).outcome is U
        with pytest.raises(TerminalAwayError):
            terminal.pay("next", 1185, "EUR", 2)
    rig.does("approve")
    assert terminal.pay("after", 1185, "EUR", 2).outcome is A
    assert terminal.look_up(PAYMENT[0]).outcome is A
    assert terminal.look_up("next").message == NEVER_ASKED
    assert rig.charges == [1185, 1185]


@pytest.mark.parametrize("elsewhere", ["250", "1185"])
def test_somebody_elses_payment_is_not_taken_for_ours(rig, elsewhere):
    terminal = rig.open()
    rig.does("power")
    assert terminal.pay(*PAYMENT).outcome is U
    rig.does("on")
    rig.does("elsewhere 300")
    rig.does(f"elsewhere {elsewhere}")
    said = terminal.look_up(PAYMENT[0])
    assert (said.outcome, said.message) == (U, ANOTHER_PAYMENT)
    rig.does("approve")
    assert terminal.pay("next", 100, "EUR", 2).outcome is A, "and the day goes on"
    assert terminal.look_up(PAYMENT[0]).outcome is U


def test_a_terminal_that_cannot_tell_its_last_payment_is_not_believed(rig, monkeypatch):
    terminal = rig.open()
    monkeypatch.setattr(terminal._session, "last", lambda _service: None)
    rig.does("dropped")
    said = terminal.pay(*PAYMENT)
    assert (said.outcome, said.message) == (U, CANNOT_SAY)


def test_another_amount_than_was_asked_is_not_approved(rig, monkeypatch):
    terminal = rig.open()
    bench = rig.bench._zvt.terminal
    book = bench._book
    monkeypatch.setattr(bench, "_book", lambda amount, original=None: book(amount - 1, original))
    said = terminal.pay(*PAYMENT)
    assert (said.outcome, said.message) == (U, OTHER_AMOUNT)


def test_closing_in_the_middle_leaves_it_open_and_the_next_start_finds_it(rig):
    rig.does("hold")
    terminal = rig.open()
    paying = Later(terminal.pay, *PAYMENT)
    until(lambda: rig.heard(zvt_apdu.AUTHORISATION), "the question")
    terminal.close()
    assert paying.wait().outcome is U
    rig.does("approve")
    assert rig.open().look_up(PAYMENT[0]).outcome is D
    assert rig.charges == []


def test_a_customer_who_takes_long_is_waited_for(rig):
    rig.does("hold")
    terminal = rig.open()
    assert terminal.state() is TerminalState.READY
    shown = []
    paying = Later(lambda: terminal.pay(*PAYMENT, told=shown.append))
    until(lambda: "The customer types the PIN." in shown, "the PIN")
    assert terminal.state() is TerminalState.BUSY
    until(lambda: went(rig), "the customer")
    assert paying.wait().outcome is A
    assert shown[-1] == "The terminal asks the bank."


def went(rig):
    """Tell the customer to pay, once the terminal waits for nobody else."""
    return not rig.bench._zvt.terminal._steps and rig.does("go")


def test_a_stop_before_the_terminal_was_asked_takes_nothing(rig, monkeypatch):
    terminal = rig.open()
    prepare = terminal._prepare

    def stopped_meanwhile():
        terminal.cancel()
        return prepare()

    monkeypatch.setattr(terminal, "_prepare", stopped_meanwhile)
    said = terminal.pay(*PAYMENT)
    assert (said.outcome, said.message) == (C, STOPPED)
    assert not rig.heard(zvt_apdu.AUTHORISATION)


def test_a_stop_that_comes_too_late_is_an_approval(rig):
    terminal = rig.open()
    bench = rig.bench._zvt.terminal
    tell, told = bench._tell_paid, threading.Event()

    def tell_when_stopped():
        terminal.cancel()
        told.set()
        tell()

    bench._tell_paid = tell_when_stopped
    assert terminal.pay(*PAYMENT).outcome is A
    assert told.is_set()
    assert rig.charges == [1185]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("host", ""),
        ("port", 0),
        ("password", "12345"),
        ("password", "abcdef"),
        ("customer_timeout_s", 0.0),
        ("settle_s", -1.0),
        ("repeat_service", 256),
    ],
)
def test_an_option_that_cannot_be_is_named(key, value):
    with pytest.raises(OptionError) as refused:
        drivers.configure("terminal", "zvt", {"host": "terminal", key: value})
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("currency", "decimals", "amount"),
    [("XAU", 2, 100), ("EUR", 3, 100), ("EUR", 2, 10**12), ("EUR", 0, 10**11)],
)
def test_an_amount_that_has_no_place_is_not_asked(rig, currency, decimals, amount):
    with pytest.raises(CurrencyError):
        rig.open().pay("a", amount, currency, decimals)
    assert not rig.heard(zvt_apdu.AUTHORISATION)


def test_a_currency_the_terminal_is_not_set_up_for_is_told(rig):
    with pytest.raises(CurrencyError):
        rig.open().pay("a", 100, "CHF", 2)


def test_a_register_that_counts_without_decimals_is_understood(rig):
    assert rig.open().pay("a", 15, "EUR", 0).outcome is A
    assert rig.charges == [1500]


def test_a_busy_terminal_is_told_from_one_that_is_away(rig):
    terminal = rig.open()
    rig.does("busy")
    assert terminal.state() is TerminalState.BUSY
    with pytest.raises(TerminalBusyError):
        terminal.pay(*PAYMENT)
    rig.does("off")
    assert terminal.state() is TerminalState.AWAY
    with pytest.raises(TerminalAwayError):
        terminal.pay("other", 100, "EUR", 2)


def full(_descriptor):
    raise OSError(28, "no space left")


class TestNotes:
    def test_that_are_damaged_are_put_aside_and_guessed_at_by_nobody(self, rig):
        rig.open().close()
        file = next(rig.folder.glob("*.json"))
        file.write_text(file.read_text()[:-3])
        terminal = rig.open()
        assert [path.suffix for path in sorted(rig.folder.iterdir())] == [".damaged", ".json"]
        assert terminal.look_up("asked-before").outcome is U
        assert terminal.pay(*PAYMENT).outcome is A

    def test_that_are_new_know_nothing_of_what_was_asked_before(self, rig):
        terminal = rig.open()
        said = terminal.look_up("from-before")
        assert (said.outcome, said.message) == (U, CANNOT_SAY)
        terminal.close()
        terminal = rig.open()
        assert terminal.look_up("from-before").outcome is U
        assert terminal.look_up("never-asked").message == NEVER_ASKED

    def test_that_cannot_be_written_keep_the_terminal_from_being_asked(self, rig, monkeypatch):
        terminal = rig.open()
        monkeypatch.setattr("drivers.terminal.attempts.os.fsync", full)
        with pytest.raises(NotesError):
            terminal.pay(*PAYMENT)
        assert not rig.heard(zvt_apdu.AUTHORISATION)

    def test_that_cannot_be_written_afterwards_lose_no_payment(self, rig, monkeypatch):
        terminal = rig.open()
        with monkeypatch.context() as patch:
            run = terminal._session.run

            def run_and_fill(command, told=None):
                heard = run(command, told)
                if command.control == zvt_apdu.AUTHORISATION:
                    patch.setattr("drivers.terminal.attempts.os.fsync", full)
                return heard

            patch.setattr(terminal._session, "run", run_and_fill)
            assert terminal.pay(*PAYMENT).outcome is A
        terminal.close()
        assert rig.open().look_up(PAYMENT[0]).outcome is A, "the terminal is asked after a restart"

    def test_outlive_the_register_with_everything_in_them(self, rig):
        terminal = rig.open()
        paid = terminal.pay(*PAYMENT)
        assert paid.slips
        terminal.close()
        terminal = rig.open()
        assert terminal.look_up(PAYMENT[0]) == paid
        assert terminal.reverse(PAYMENT[0]).outcome is A
        terminal.end_of_day()
        terminal.close()
        with pytest.raises(NotReversibleError):
            rig.open().reverse(PAYMENT[0])
