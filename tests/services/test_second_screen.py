"""The customer's window is started, told, looked after, and can hold nobody up."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from appliance.domain import market as markets
from appliance.domain.article import Article, Unit
from appliance.domain.sale import Basket, totals
from appliance.services import second_screen
from appliance.services.faces import (
    CustomerLine,
    CustomerRow,
    CustomerView,
    Faces,
    Message,
)
from appliance.services.moment import Moment, Stage
from appliance.services.second_screen import MOST_BYTES, SecondScreen
from appliance.services.worker import DeviceWorker
from appliance.ui.inbox import Inbox
from tests.services.doubles import NOW

CEILING_S = 90.0
WINDOW = Path(__file__).with_name("window.py")


class Counter:
    """A desk's end of the second screen, and what its windows were told."""

    def __init__(self, folder):
        self.told_file = folder / "told"
        self.told_file.touch()
        self.inbox = Inbox()
        self.scans = []
        self.changes = 0

    def open(self, how="answers", command=None):
        self.worker = DeviceWorker("second", every_s=0.02)
        self.screen = SecondScreen(
            command=[sys.executable, str(WINDOW), str(self.told_file), how]
            if command is None
            else command,
            worker=self.worker,
            post=self.inbox.put,
        )
        self.screen.scanned = self.scans.append
        self.screen.changed = self._changed
        self.worker.start()
        return self.screen

    def _changed(self):
        self.changes += 1

    def told(self):
        return [json.loads(line) for line in self.told_file.read_text().splitlines()]

    def until(self, condition):
        end = time.monotonic() + CEILING_S
        while not condition():
            self.inbox.run_pending()
            assert time.monotonic() < end, f"it never came; {self.told()}"
            time.sleep(0.005)

    def sees(self, headline):
        self.until(lambda: self.told()[-1:] and self.told()[-1][1] == headline)

    def close(self):
        self.worker.close()
        self.screen.close()


@pytest.fixture
def counter(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(WINDOW.parents[2]))
    monkeypatch.setattr(second_screen, "PATIENCE_LOOKS", 100_000)
    made = Counter(tmp_path)
    yield made
    made.close()


def test_the_window_is_told_what_was_said_last(counter):
    screen = counter.open()
    assert screen.view.present
    screen.show(CustomerView(headline="Welkom"))
    counter.sees("Welkom")
    screen.show(CustomerView(headline="Te betalen"))
    counter.sees("Te betalen")
    assert not screen.view.trouble


def test_a_window_that_is_killed_opens_again_and_shows_where_the_sale_is(counter):
    screen = counter.open()
    screen.show(CustomerView(headline="Te betalen"))
    counter.sees("Te betalen")
    first = screen.pid
    os.kill(first, signal.SIGKILL)
    counter.until(lambda: screen.view.trouble)
    counter.until(lambda: screen.pid not in (None, first))
    counter.until(lambda: not screen.view.trouble)
    counter.sees("Te betalen")
    assert counter.changes == 2


def test_a_window_that_hangs_is_ended_and_opens_again(counter, monkeypatch):
    screen = counter.open()
    screen.show(CustomerView(headline="Welkom"))
    counter.sees("Welkom")
    first = screen.pid
    monkeypatch.setattr(second_screen, "END_S", 0.05)
    monkeypatch.setattr(second_screen, "PATIENCE_LOOKS", 3)
    os.kill(first, signal.SIGSTOP)
    counter.until(lambda: screen.pid != first)
    monkeypatch.setattr(second_screen, "PATIENCE_LOOKS", 100_000)
    screen.show(CustomerView(headline="Te betalen"))
    counter.sees("Te betalen")
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_telling_a_window_that_takes_nothing_returns_at_once(counter):
    """A thousand changes while the window is stopped: nobody waits, the last one is shown."""
    screen = counter.open()
    screen.show(CustomerView(headline="Welkom"))
    counter.sees("Welkom")
    os.kill(screen.pid, signal.SIGSTOP)
    for number in range(1000):
        screen.show(CustomerView(headline=f"{number} " + "x" * 3000))
    screen.show(CustomerView(headline="last"))
    os.kill(screen.pid, signal.SIGCONT)
    counter.sees("last")


def test_a_program_that_is_not_there_is_said_and_tried_again(counter):
    screen = counter.open(command=["/nonexistent/window"])
    counter.until(lambda: screen.view.trouble)
    assert screen.pid is None


def test_a_window_that_ends_at_once_is_tried_less_and_less(counter):
    screen = counter.open(command=[sys.executable, "-c", "pass"])
    counter.until(lambda: screen._next_wait > 4)
    assert screen.view.trouble


def test_what_a_scanner_types_into_it_comes_to_the_desk(counter):
    counter.open("scan:3017620422003")
    counter.until(lambda: counter.scans == ["3017620422003"])


def test_it_ends_with_the_desk(counter):
    screen = counter.open()
    screen.show(CustomerView(headline="Welkom"))
    counter.sees("Welkom")
    pid = screen.pid
    counter.close()
    counter.sees("left")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    counter.close()


def test_no_second_screen_starts_nothing(counter):
    screen = counter.open(command=[])
    screen.show(CustomerView(headline="Welkom"))
    assert not screen.view.present
    assert screen.pid is None


class TestMessages:
    def test_a_view_arrives_as_it_was_sent(self):
        view = CustomerView(
            face="sale",
            shop="Épicerie",
            headline="À payer",
            amount="11,85 €",
            lines=(CustomerLine("1 ×", "Pain", "2,89", newest=True, saved="−0,50"),),
            count=3,
            rows=(CustomerRow("Total", "11,85", advantage=True),),
            qr="BCD\n002",
        )
        assert Message.from_bytes(Message(7, view).to_bytes()) == Message(7, view)

    @pytest.mark.parametrize(
        "text", [b"", b"{}", b"[1]", b'{"number":1,"view":{"odd":1},"scanned":""}', b"\xff"]
    )
    def test_anything_else_is_refused(self, text):
        with pytest.raises(ValueError):  # noqa: PT011 - whichever sentence
            Message.from_bytes(text)

    def test_the_longest_sale_fits_one_message(self):
        basket = Basket("b" * 32, NOW, "p1")
        for number in range(500):
            one = Article(f"A{number}", "Ж" * 120, 249, "standard", "food", Unit.PIECE)
            basket = basket.add(one)
        market = markets.load("nl")
        whole = totals(basket, market, date(2026, 11, 22))
        moment = Moment(Stage.SELLING, "Ж" * 200, whole.lines, 500, whole.gross_minor)
        view = Faces(["nl", "fr", "id", "en"], market).of(moment)
        assert len(Message(10**9, view).to_bytes()) < MOST_BYTES / 4
        assert view.count == 500
