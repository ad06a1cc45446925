"""What every card terminal driver does: above all, money is taken once or not at all."""

from __future__ import annotations

import threading

import pytest

import drivers
from drivers.terminal import NoTerminalError, Outcome
from drivers.terminal.simulated import Behaviour, set_behaviour
from tests.contract.rigs import Later

PAYMENT = ("0f3c9a", 1185, "EUR", 2)


@pytest.fixture(params=["memory", "folder"])
def opened(request, tmp_path):
    """Opens the simulated terminal; in a folder, it may be opened again and remembers."""

    def open_(**options):
        folder = {"folder": str(tmp_path)} if request.param == "folder" else {}
        chosen = drivers.configure(
            "terminal", "simulated", {"answer_timeout_s": 0.01, **folder, **options}
        )
        return drivers.load("terminal", "simulated").open_device(chosen)

    return open_


def test_a_payment_is_approved_with_a_reference(opened):
    with opened() as terminal:
        assert terminal.present
        result = terminal.pay(*PAYMENT)
        assert result.outcome is Outcome.APPROVED
        assert result.reference
        assert terminal.look_up(PAYMENT[0]) == result
        assert terminal.charges == {"0f3c9a": 1185}


def test_a_refused_card_takes_nothing(opened):
    with opened() as terminal:
        terminal.behave(Behaviour.DECLINE)
        result = terminal.pay(*PAYMENT)
        assert (result.outcome, result.reference) == (Outcome.DECLINED, "")
        assert terminal.charges == {}


def test_an_answer_that_is_lost_is_unknown_and_found_later(opened):
    with opened() as terminal:
        terminal.behave(Behaviour.SILENT)
        assert terminal.pay(*PAYMENT).outcome is Outcome.UNKNOWN
        assert terminal.look_up(PAYMENT[0]).outcome is Outcome.APPROVED


def test_the_same_attempt_takes_money_once(opened):
    with opened() as terminal:
        terminal.behave(Behaviour.SILENT)
        terminal.pay(*PAYMENT)
        terminal.behave(Behaviour.APPROVE)
        again = terminal.pay(*PAYMENT)
        assert again == terminal.pay(*PAYMENT)
        assert again.outcome is Outcome.APPROVED
        assert terminal.charges == {"0f3c9a": 1185}


def test_the_same_attempt_asked_by_many_takes_money_once(opened):
    with opened() as terminal:
        results = [Later(terminal.pay, *PAYMENT) for _ in range(8)]
        assert {later.wait().reference for later in results} == {
            terminal.look_up(PAYMENT[0]).reference
        }
        assert terminal.charges == {"0f3c9a": 1185}


def test_a_declined_attempt_stays_declined(opened):
    with opened() as terminal:
        terminal.behave(Behaviour.DECLINE)
        terminal.pay(*PAYMENT)
        terminal.behave(Behaviour.APPROVE)
        assert terminal.pay(*PAYMENT).outcome is Outcome.DECLINED
        assert terminal.charges == {}


def test_a_dead_line_is_unknown_until_it_is_mended(opened):
    with opened() as terminal:
        terminal.behave(Behaviour.DEAD)
        assert terminal.pay(*PAYMENT).outcome is Outcome.UNKNOWN
        assert terminal.look_up(PAYMENT[0]).outcome is Outcome.UNKNOWN
        terminal.behave(Behaviour.APPROVE)
        assert terminal.look_up(PAYMENT[0]).outcome is Outcome.DECLINED
        assert terminal.charges == {}


def test_a_payment_under_way_can_be_stopped(opened):
    with opened(customer_s=60.0) as terminal:
        paying = Later(terminal.pay, *PAYMENT)
        stopping = threading.Event()
        while paying.running:
            terminal.cancel()
            stopping.wait(0.01)
        assert paying.wait().outcome is Outcome.CANCELLED
        assert terminal.look_up(PAYMENT[0]).outcome is Outcome.CANCELLED
        assert terminal.charges == {}


def test_an_attempt_cannot_change_its_amount(opened):
    with opened() as terminal:
        terminal.pay(*PAYMENT)
        with pytest.raises(ValueError, match="new attempt"):
            terminal.pay("0f3c9a", 1200, "EUR", 2)


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_and_less_cannot_be_paid(opened, amount):
    with opened() as terminal, pytest.raises(ValueError, match="above zero"):
        terminal.pay("0f3c9a", amount, "EUR", 2)


def test_it_may_be_closed_twice(opened):
    terminal = opened()
    terminal.close()
    terminal.close()


def test_what_was_taken_outlives_the_register(tmp_path):
    driver = drivers.load("terminal", "simulated")
    options = driver.Options(folder=str(tmp_path), answer_timeout_s=0.0)
    set_behaviour(tmp_path, Behaviour.SILENT)
    driver.open_device(options).pay(*PAYMENT)
    assert driver.open_device(options).look_up(PAYMENT[0]).outcome is Outcome.APPROVED


def test_no_terminal_says_that_it_is_not_there():
    driver = drivers.load("terminal", "none")
    with driver.open_device(driver.Options()) as terminal:
        assert not terminal.present
        with pytest.raises(NoTerminalError, match="by hand"):
            terminal.pay(*PAYMENT)
        assert terminal.look_up(PAYMENT[0]).outcome is Outcome.UNKNOWN
        terminal.cancel()
