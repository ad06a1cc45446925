"""What other threads say is done on the screen's thread: all of it, in order, one fault apart."""

import threading

import pytest

from appliance.ui.inbox import Inbox


def test_calls_are_made_in_order_and_once():
    inbox, made = Inbox(), []
    for number in range(5):
        inbox.put(lambda number=number: made.append(number))
    assert inbox.run_pending() == 5
    assert inbox.run_pending() == 0
    assert made == [0, 1, 2, 3, 4]


def test_a_call_put_by_a_call_waits_for_the_next_round():
    inbox, made = Inbox(), []
    inbox.put(lambda: inbox.put(lambda: made.append("later")))
    assert inbox.run_pending() == 1
    assert made == []
    inbox.run_pending()
    assert made == ["later"]


def test_a_faulty_call_is_logged_and_the_others_are_made(caplog):
    inbox, made = Inbox(), []
    inbox.put(lambda: 1 / 0)
    inbox.put(lambda: made.append("still"))
    inbox.run_pending()
    assert made == ["still"]
    assert "ZeroDivisionError" in caplog.text


def test_the_shell_is_woken_for_every_call():
    inbox, woken = Inbox(), []
    inbox.wake = lambda: woken.append(1)
    inbox.put(lambda: None)
    inbox.put(lambda: None)
    assert len(woken) == 2


def test_a_full_inbox_slows_a_worker_down_and_loses_nothing():
    inbox, made = Inbox(maxsize=2), []
    worker = threading.Thread(
        target=lambda: [inbox.put(lambda n=number: made.append(n)) for number in range(50)]
    )
    worker.start()
    while worker.is_alive() or inbox.run_pending():
        assert inbox.run_pending() <= 2
    assert made == list(range(50))


def test_the_screens_own_thread_never_waits_for_itself():
    inbox, made = Inbox(maxsize=1), []
    inbox.run_pending()
    for number in range(3):
        inbox.put(lambda number=number: made.append(number))
    inbox.run_pending()
    assert made == [0, 1, 2]


def test_a_closed_inbox_lets_everybody_go():
    inbox = Inbox(maxsize=1)
    inbox.put(lambda: None)
    worker = threading.Thread(target=inbox.put, args=(lambda: None,))
    worker.start()
    inbox.close()
    worker.join(10)
    assert not worker.is_alive()
    assert inbox.run_pending() == 0


def test_an_inbox_without_room_is_refused():
    with pytest.raises(ValueError, match="at least 1 call"):
        Inbox(0)
