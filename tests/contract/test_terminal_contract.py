"""What every card terminal driver does: above all, money is taken once or not at all."""

from __future__ import annotations

import threading

import pytest

import drivers
from drivers.terminal import (
    NoTerminalError,
    NotReversibleError,
    Outcome,
    TerminalError,
    TerminalState,
)
from drivers.terminal.simulated import Behaviour, set_behaviour
from tests.contract.rigs import Later
from tests.contract.terminal_rigs import SimulatedTerminalRig, ZvtRig

PAYMENT = ("0f3c9a", 1185, "EUR", 2)


@pytest.fixture(params=["memory", "folder", "zvt"])
def rig(request, tmp_path):
    if request.param == "zvt":
        made = ZvtRig(tmp_path)
    else:
        made = SimulatedTerminalRig(tmp_path if request.param == "folder" else None)
    yield made
    made.close()


@pytest.fixture
def terminal(rig):
    return rig.open()


def asked(terminal, *payment):
    """What the register makes of a question: one that never went out took nothing."""
    try:
        return terminal.pay(*payment).outcome
    except TerminalError:
        return None


def test_a_payment_is_approved_with_a_reference(rig, terminal):
    assert terminal.present
    result = terminal.pay(*PAYMENT)
    assert result.outcome is Outcome.APPROVED
    assert result.reference
    assert terminal.look_up(PAYMENT[0]) == result
    assert rig.charges == [1185]


def test_what_the_terminal_shows_is_told_meanwhile(terminal):
    shown = []
    terminal.pay(*PAYMENT, told=shown.append)
    assert shown[0] == "The customer holds the card to the terminal."


def test_a_refused_card_takes_nothing(rig, terminal):
    rig.behave(Behaviour.DECLINE)
    result = terminal.pay(*PAYMENT)
    assert (result.outcome, result.reference) == (Outcome.DECLINED, "")
    assert rig.charges == []


def test_an_answer_that_is_lost_is_never_taken_for_a_refusal(rig, terminal):
    rig.behave(Behaviour.SILENT)
    assert terminal.pay(*PAYMENT).outcome in {Outcome.UNKNOWN, Outcome.APPROVED}
    assert terminal.look_up(PAYMENT[0]).outcome is Outcome.APPROVED
    assert rig.charges == [1185]


def test_the_same_attempt_takes_money_once(rig, terminal):
    rig.behave(Behaviour.SILENT)
    terminal.pay(*PAYMENT)
    rig.behave(Behaviour.APPROVE)
    again = terminal.pay(*PAYMENT)
    assert again == terminal.pay(*PAYMENT)
    assert again.outcome is Outcome.APPROVED
    assert rig.charges == [1185]


def test_the_same_attempt_asked_by_many_takes_money_once(rig, terminal):
    results = [Later(terminal.pay, *PAYMENT) for _ in range(8)]
    assert {later.wait().reference for later in results} == {terminal.look_up(PAYMENT[0]).reference}
    assert rig.charges == [1185]


def test_a_declined_attempt_stays_declined(rig, terminal):
    rig.behave(Behaviour.DECLINE)
    terminal.pay(*PAYMENT)
    rig.behave(Behaviour.APPROVE)
    assert terminal.pay(*PAYMENT).outcome is Outcome.DECLINED
    assert rig.charges == []


def test_a_dead_line_takes_nothing_and_says_so_when_it_is_mended(rig, terminal):
    rig.behave(Behaviour.DEAD)
    assert asked(terminal, *PAYMENT) in {None, Outcome.UNKNOWN}
    assert terminal.look_up(PAYMENT[0]).outcome is not Outcome.APPROVED
    assert terminal.state() is TerminalState.AWAY
    rig.behave(Behaviour.APPROVE)
    assert terminal.look_up(PAYMENT[0]).outcome is Outcome.DECLINED
    assert terminal.state() is TerminalState.READY
    assert rig.charges == []


def test_a_payment_under_way_can_be_stopped(rig):
    terminal = rig.open_with_a_slow_customer()
    paying = Later(terminal.pay, *PAYMENT)
    stopping = threading.Event()
    while paying.running:
        terminal.cancel()
        stopping.wait(0.01)
    assert paying.wait().outcome is Outcome.CANCELLED
    assert terminal.look_up(PAYMENT[0]).outcome is Outcome.CANCELLED
    assert rig.charges == []


def test_a_wish_to_stop_is_forgotten_by_the_next_payment(rig, terminal):
    terminal.cancel()
    assert terminal.pay(*PAYMENT).outcome is Outcome.APPROVED


def test_an_attempt_cannot_change_its_amount(terminal):
    terminal.pay(*PAYMENT)
    with pytest.raises(ValueError, match="new attempt"):
        terminal.pay("0f3c9a", 1200, "EUR", 2)


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_and_less_cannot_be_paid(terminal, amount):
    with pytest.raises(ValueError, match="above zero"):
        terminal.pay("0f3c9a", amount, "EUR", 2)


class TestGivingBack:
    def test_gives_back_what_was_paid_and_that_once(self, rig, terminal):
        terminal.pay(*PAYMENT)
        terminal.pay("other", 500, "EUR", 2)
        assert terminal.reverse(PAYMENT[0]).outcome is Outcome.APPROVED
        assert terminal.reverse(PAYMENT[0]).outcome is Outcome.APPROVED
        assert rig.charges == [500]
        assert terminal.look_up(PAYMENT[0]).outcome is Outcome.APPROVED

    def test_knows_only_what_was_paid(self, rig, terminal):
        with pytest.raises(NotReversibleError):
            terminal.reverse("never")
        rig.behave(Behaviour.DECLINE)
        terminal.pay(*PAYMENT)
        with pytest.raises(NotReversibleError):
            terminal.reverse(PAYMENT[0])

    def test_that_is_refused_leaves_the_payment(self, rig, terminal):
        terminal.pay(*PAYMENT)
        rig.behave(Behaviour.DECLINE)
        assert terminal.reverse(PAYMENT[0]).outcome is Outcome.DECLINED
        assert rig.charges == [1185]

    def test_whose_answer_is_lost_may_be_asked_again(self, rig, terminal):
        terminal.pay(*PAYMENT)
        rig.behave(Behaviour.SILENT)
        assert terminal.reverse(PAYMENT[0]).outcome is Outcome.UNKNOWN
        rig.behave(Behaviour.APPROVE)
        assert terminal.reverse(PAYMENT[0]).outcome is Outcome.APPROVED
        assert rig.charges == []

    def test_is_over_when_the_day_is_closed(self, terminal):
        terminal.pay(*PAYMENT)
        assert terminal.end_of_day().outcome is Outcome.APPROVED
        with pytest.raises(NotReversibleError):
            terminal.reverse(PAYMENT[0])


class TestTheEndOfItsDay:
    def test_tells_how_much_and_how_often(self, terminal):
        terminal.pay(*PAYMENT)
        terminal.pay("second", 215, "EUR", 2)
        terminal.pay("third", 100, "EUR", 2)
        terminal.reverse("third")
        closed = terminal.end_of_day()
        assert (closed.outcome, closed.total_minor, closed.count) == (Outcome.APPROVED, 1400, 2)
        assert closed.slips
        again = terminal.end_of_day()
        assert (again.outcome, again.total_minor, again.count) == (Outcome.APPROVED, 0, 0)

    def test_may_be_refused(self, rig, terminal):
        rig.behave(Behaviour.DECLINE)
        assert terminal.end_of_day().outcome is Outcome.DECLINED

    def test_is_asked_once_more_when_its_answer_is_lost(self, rig, terminal):
        terminal.pay(*PAYMENT)
        rig.behave(Behaviour.SILENT)
        assert terminal.end_of_day().outcome is Outcome.UNKNOWN
        rig.behave(Behaviour.APPROVE)
        assert terminal.end_of_day().outcome is Outcome.APPROVED

    def test_is_not_asked_of_a_terminal_that_is_away(self, rig, terminal):
        rig.behave(Behaviour.DEAD)
        with pytest.raises(TerminalError):
            terminal.end_of_day()


def test_it_may_be_closed_twice(terminal):
    terminal.close()
    terminal.close()


@pytest.mark.parametrize("kind", ["simulated", "zvt"])
def test_what_was_taken_outlives_the_register(tmp_path, kind):
    rig = SimulatedTerminalRig(tmp_path) if kind == "simulated" else ZvtRig(tmp_path)
    try:
        rig.open()
        rig.behave(Behaviour.SILENT)
        rig.terminal.pay(*PAYMENT)
        rig.terminal.close()
        assert rig.open().look_up(PAYMENT[0]).outcome is Outcome.APPROVED
    finally:
        rig.close()


def test_no_terminal_says_that_it_is_not_there():
    driver = drivers.load("terminal", "none")
    with driver.open_device(driver.Options()) as terminal:
        assert not terminal.present
        with pytest.raises(NoTerminalError, match="by hand"):
            terminal.pay(*PAYMENT)
        with pytest.raises(NoTerminalError):
            terminal.reverse(PAYMENT[0])
        with pytest.raises(NoTerminalError):
            terminal.end_of_day()
        assert terminal.look_up(PAYMENT[0]).outcome is Outcome.UNKNOWN
        assert terminal.state() is TerminalState.AWAY
        terminal.cancel()


def test_a_folder_tells_the_simulated_terminal_how_to_behave(tmp_path):
    driver = drivers.load("terminal", "simulated")
    set_behaviour(tmp_path, Behaviour.DECLINE)
    terminal = driver.open_device(driver.Options(folder=str(tmp_path)))
    assert terminal.pay(*PAYMENT).outcome is Outcome.DECLINED
